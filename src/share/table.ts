import { z } from 'zod';
import type { FieldSchema, FieldValue, Frame } from '../engine/frame.ts';
import type { SharedPanel } from './dashboard.ts';
import type { PanelAnswer } from './snapshot.ts';

/** A panel's figures as rows and columns: what is written into files. */
export interface ShareTable {
  readonly title: string;
  readonly columns: readonly ShareColumn[];
  readonly rows: number;
}

export interface ShareColumn {
  readonly title: string;
  readonly type: FieldSchema['type'];
  /** Grafana unit id; '' for none. */
  readonly unit: string;
  /** One per row; times as milliseconds since 1970 UTC, null for unknown. */
  readonly values: readonly FieldValue[];
}

/**
 * What the panel shows, as a table: series side by side over time, the answers of several questions put together, the panel's
 * transformations applied. A panel without data has no columns.
 */
export function tableOfPanel(panel: SharedPanel, answers: readonly PanelAnswer[]): ShareTable {
  const frames = answers.flatMap((answer) => ('frames' in answer ? answer.frames : []));
  const tables = frames.filter((frame) => frame.schema.fields.length > 0).map(columnsOf);
  const joined = panel.transformations.find(({ id }) => id === 'joinByField');
  const together =
    frames[0]?.schema.meta.type === 'timeseries-multi'
      ? joinedBy(tables, 0)
      : joined === undefined
        ? below(tables)
        : joinedBy(tables, joinOptions.parse(joined.options).byField);
  const columns = panel.transformations.reduce(transformed, together);
  return { title: panel.title, columns, rows: columns[0]?.values.length ?? 0 };
}

function columnsOf({ schema, data }: Frame): readonly ShareColumn[] {
  return schema.fields.map((field, i) => ({
    title: field.config?.displayNameFromDS ?? field.config?.displayName ?? field.name,
    type: field.type,
    unit: field.config?.unit ?? '',
    values: (data.values[i] ?? []).map((value) => shown(field, value)),
  }));
}

/** Ids of reasons and families are read by their titles. */
function shown({ config }: FieldSchema, value: FieldValue): FieldValue {
  if (typeof value !== 'string') return value;
  for (const { options } of config?.mappings ?? []) {
    if (Object.hasOwn(options, value)) return options[value]?.text ?? value;
  }
  return value;
}

const joinOptions = z.object({ byField: z.string() });
const filterOptions = z.object({ include: z.object({ names: z.array(z.string()) }) });
const organizeOptions = z.object({ indexByName: z.record(z.string(), z.number()) });
const matrixOptions = z.object({ columnField: z.string(), rowField: z.string(), valueField: z.string() });

type Columns = readonly ShareColumn[];

/** Grafana's transformations, as far as our dashboards use them. Another one is a fault of the program. */
function transformed(columns: Columns, { id, options }: SharedPanel['transformations'][number]): Columns {
  switch (id) {
    case 'joinByField':
      return columns;
    case 'filterFieldsByName': {
      const { names } = filterOptions.parse(options).include;
      return columns.filter(({ title }) => names.includes(title));
    }
    case 'organize': {
      const { indexByName } = organizeOptions.parse(options);
      const place = ({ title }: ShareColumn): number => indexByName[title] ?? Number.MAX_SAFE_INTEGER;
      return [...columns].sort((a, b) => place(a) - place(b));
    }
    case 'groupingToMatrix':
      return matrix(columns, matrixOptions.parse(options));
    default:
      throw new Error(`The transformation "${id}" is not known to reports: add it to src/share/table.ts.`);
  }
}

/** Every row of every table that has the same value in the column stands in one row; rows of one table only stay. */
function joinedBy(tables: readonly Columns[], by: string | 0): Columns {
  const rowOf = new Map<FieldValue, number>();
  const keyed = tables.flatMap((columns) => {
    const key = by === 0 ? columns[0] : columns.find(({ title }) => title === by);
    if (key === undefined) return [];
    for (const value of key.values) if (!rowOf.has(value)) rowOf.set(value, rowOf.size);
    return [{ key, others: columns.filter((column) => column !== key) }];
  });
  const [first] = keyed;
  if (first === undefined) return [];
  const keys = [...rowOf.keys()];
  const order = first.key.type === 'time' ? keys.map(Number).sort((a, b) => a - b) : keys;
  const place = new Map(order.map((value, i) => [value, i]));
  const others = keyed.flatMap(({ key, others: columns }) =>
    columns.map((column): ShareColumn => {
      const values: FieldValue[] = order.map(() => null);
      key.values.forEach((value, i) => (values[place.get(value) ?? 0] = column.values[i] ?? null));
      return { ...column, values };
    }),
  );
  return [{ ...first.key, values: order }, ...others];
}

/** Rows of one table after those of the other, by the titles of their columns. */
function below(tables: readonly Columns[]): Columns {
  const [only, ...more] = tables;
  if (only === undefined || more.length === 0) return only ?? [];
  const titles = [...new Set(tables.flat().map(({ title }) => title))];
  return titles.map((title) => {
    const values = tables.flatMap((columns) => {
      const found = columns.find((column) => column.title === title);
      return found?.values ?? (columns[0]?.values ?? []).map(() => null);
    });
    const like = tables.flat().find((column) => column.title === title);
    return { title, type: like?.type ?? 'string', unit: like?.unit ?? '', values };
  });
}

function matrix(columns: Columns, { columnField, rowField, valueField }: z.output<typeof matrixOptions>): Columns {
  const named = (title: string): ShareColumn | undefined => columns.find((column) => column.title === title);
  const [across, down, figures] = [named(columnField), named(rowField), named(valueField)];
  if (across === undefined || down === undefined || figures === undefined) return columns;
  const rows = [...new Set(down.values)];
  const heads = [...new Set(across.values)];
  const at = new Map(figures.values.map((value, i) => [JSON.stringify([down.values[i], across.values[i]]), value]));
  return [
    { ...down, title: `${rowField}\\${columnField}`, values: rows },
    ...heads.map((head) => ({
      ...figures,
      title: String(head),
      values: rows.map((row) => at.get(JSON.stringify([row, head])) ?? null),
    })),
  ];
}
