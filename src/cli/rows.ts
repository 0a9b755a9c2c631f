import type { Field, FieldSchema, FieldValue, Frame } from '../engine/frame.ts';

/** A row of an answer: the dimensions, `time` in series (ISO, UTC), and `value` or the measure's own figures by name. */
export type AnswerRow = Readonly<Record<string, FieldValue>>;

export interface AnswerColumn {
  readonly key: string;
  readonly title: string;
  readonly type: FieldSchema['type'];
  readonly unit: string;
  /** Left out where people read it: all rows are of the one account. */
  readonly hidden?: boolean;
}

export interface AnswerTable {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly AnswerRow[];
}

/** What stands below a row of a table: sentences with what they are. */
export type Details = (row: AnswerRow) => readonly { readonly name: string; readonly text: string }[];

/** Frames as rows. Series become a row per point; several figures of one point stand in one row. */
export function tableOf(frames: readonly Frame[]): AnswerTable {
  const columns = new Map<string, AnswerColumn>();
  const rows: Record<string, FieldValue>[] = [];
  const pointAt = new Map<string, Record<string, FieldValue>>();
  for (const frame of frames) {
    const fields = frame.schema.fields.map((schema, i): Field => ({ schema, values: frame.data.values[i] ?? [] }));
    const series = frame.schema.meta.type === 'timeseries-multi';
    for (const { schema } of fields) addColumns(columns, schema);
    const length = fields[0]?.values.length ?? 0;
    for (let i = 0; i < length; i++) {
      const row: Record<string, FieldValue> = {};
      const labels = series ? labelsOf(fields) : {};
      for (const { schema, values } of fields) row[schema.name] = valueOf(schema, values[i] ?? null);
      const whole = { ...labels, ...row };
      if (!series) {
        rows.push(whole);
        continue;
      }
      const key = JSON.stringify([row['time'], labels]);
      const point = pointAt.get(key);
      if (point === undefined) {
        pointAt.set(key, whole);
        rows.push(whole);
      } else Object.assign(point, row);
    }
  }
  return { columns: inReadingOrder([...columns.values()]), rows };
}

const labelsOf = (fields: readonly Field[]): Readonly<Record<string, string>> =>
  Object.fromEntries(fields.flatMap((field) => Object.entries(field.schema.labels ?? {})));

/** Time first, then what it is grouped by, then the figures. */
function inReadingOrder(columns: readonly AnswerColumn[]): readonly AnswerColumn[] {
  const rank = (column: AnswerColumn): number => (column.key === 'time' ? 0 : column.type === 'string' ? 1 : 2);
  const figures = columns.some((column) => column.key === 'value');
  return figures ? [...columns].sort((a, b) => rank(a) - rank(b)) : columns;
}

function addColumns(columns: Map<string, AnswerColumn>, schema: FieldSchema): void {
  for (const label of Object.keys(schema.labels ?? {})) {
    if (!columns.has(label)) columns.set(label, { key: label, title: label, type: 'string', unit: '' });
  }
  if (columns.has(schema.name)) return;
  // In series the display name is that of one series, not of the column.
  const title = schema.labels === undefined ? (schema.config?.displayName ?? schema.name) : schema.name;
  const hidden = schema.config?.custom?.hidden === true;
  const unit = schema.config?.unit ?? '';
  columns.set(schema.name, { key: schema.name, title, type: schema.type, unit, ...(hidden && { hidden }) });
}

function valueOf(schema: FieldSchema, value: FieldValue): FieldValue {
  return schema.type === 'time' && typeof value === 'number' ? new Date(value).toISOString() : value;
}

/** What should be known beside the figures, each once. */
export function noticesOf(frames: readonly Frame[]): readonly string[] {
  return [...new Set(frames.flatMap((frame) => (frame.schema.meta.notices ?? []).map((notice) => notice.text)))];
}
