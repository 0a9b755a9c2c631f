import { z } from 'zod';
import type { FieldValue } from '../../engine/frame.ts';
import type { SharedPanel } from '../dashboard.ts';
import type { Column, Rows } from './columns.ts';

/** What a panel does to its frames before it shows them: those of Grafana's transformations that our dashboards use. */
export const transformed = (frames: readonly Rows[], { transformations }: SharedPanel): readonly Rows[] =>
  transformations.reduce((some, { id, options }) => transform(id, options, some), frames);

function transform(id: string, options: unknown, frames: readonly Rows[]): readonly Rows[] {
  switch (id) {
    case 'joinByField':
      return joined(frames, z.object({ byField: z.string() }).parse(options).byField);
    case 'filterFieldsByName': {
      const { names } = z.object({ include: z.object({ names: z.array(z.string()) }) }).parse(options).include;
      return frames.map((rows) => ({ ...rows, columns: rows.columns.filter(({ title }) => names.includes(title)) }));
    }
    case 'organize': {
      const { indexByName } = z.object({ indexByName: z.record(z.string(), z.number()) }).parse(options);
      const place = ({ title }: Column): number => indexByName[title] ?? Number.POSITIVE_INFINITY;
      const inOrder = (a: Column, b: Column): number => (place(a) === place(b) ? 0 : place(a) - place(b));
      return frames.map((rows) => ({ ...rows, columns: rows.columns.toSorted(inOrder) }));
    }
    case 'convertFieldType': {
      const conversion = z.object({ targetField: z.string(), destinationType: z.enum(['number', 'string']) });
      const { conversions } = z.object({ conversions: z.array(conversion) }).parse(options);
      // Times become texts for a peculiarity of Grafana's only: here they stay what they are.
      const toNumber = (column: Column): Column =>
        conversions.some((one) => one.destinationType === 'number' && one.targetField === column.title)
          ? { ...column, type: 'number', values: column.values.map((value) => (value === null ? null : Number(value))) }
          : column;
      return frames.map((rows) => ({ ...rows, columns: rows.columns.map(toNumber) }));
    }
    case 'groupingToMatrix': {
      const fields = z.object({ columnField: z.string(), rowField: z.string(), valueField: z.string() }).parse(options);
      return frames.map((rows) => matrix(rows, fields));
    }
    default:
      throw new Error(`A panel uses the transformation "${id}", which is not known outside of Grafana yet.`);
  }
}

/** The frames beside each other, a row for every value of the field that any of them has; where one has none, it is unknown. */
function joined(frames: readonly Rows[], by: string): readonly Rows[] {
  const parts = frames.flatMap((rows) => {
    const key = rows.columns.find(({ title }) => title === by);
    return key === undefined ? [] : [{ rows, key }];
  });
  const [first] = parts;
  if (first === undefined) return [];
  const keys = [...new Set(parts.flatMap(({ key }) => key.values))];
  const others = parts.flatMap(({ rows, key }) => {
    const at = new Map(key.values.map((value, i) => [value, i] as const));
    return rows.columns
      .filter((column) => column !== key)
      .map((column) => ({ ...column, values: keys.map((value) => column.values[at.get(value) ?? -1] ?? null) }));
  });
  return [{ refId: first.rows.refId, columns: [{ ...first.key, values: keys }, ...others] }];
}

/** Values of one column across, those of another down, a third one's in the cells. */
function matrix(
  { refId, columns }: Rows,
  fields: { readonly columnField: string; readonly rowField: string; readonly valueField: string },
): Rows {
  const named = (title: string) => columns.find((column) => column.title === title);
  const [across, down, value] = [named(fields.columnField), named(fields.rowField), named(fields.valueField)];
  if (across === undefined || down === undefined || value === undefined) return { refId, columns: [] };
  const rows = [...new Set(down.values)];
  const cells = new Map<string, FieldValue>(
    value.values.map((one, i) => [JSON.stringify([down.values[i], across.values[i]]), one]),
  );
  return {
    refId,
    columns: [
      { ...down, values: rows },
      ...[...new Set(across.values)].map((heading) => ({
        ...value,
        name: String(heading),
        title: String(heading),
        values: rows.map((row) => cells.get(JSON.stringify([row, heading])) ?? null),
        own: { ...value.own, displayName: String(heading) },
      })),
    ],
  };
}
