import type { FieldValue } from '../../engine/frame.ts';
import type { AnswerRow, AnswerTable } from '../rows.ts';
import { keyOf } from '../section.ts';

export const nothing: AnswerTable = { columns: [], rows: [] };

/** Rows of several measures of the same grouping side by side; each figure under its name. */
export function join(
  tables: Readonly<Record<string, AnswerTable>>,
  names: readonly string[],
  keys: readonly string[] = ['account', 'feature'],
): readonly AnswerRow[] {
  const rows = new Map<string, Record<string, FieldValue>>();
  for (const name of names) {
    for (const row of tables[name]?.rows ?? []) {
      const key = keyOf(row, keys);
      let joined = rows.get(key);
      if (joined === undefined) {
        joined = Object.fromEntries(keys.map((dimension) => [dimension, row[dimension] ?? '']));
        rows.set(key, joined);
      }
      joined[name] = row['value'] ?? null;
    }
  }
  return [...rows.values()];
}

/** Beside each row what `utilization` says of it: what the percentage is made of, for how long, and who went without. */
export function utilized(
  rows: readonly AnswerRow[],
  { rows: found }: AnswerTable = nothing,
  keys: readonly string[],
): readonly AnswerRow[] {
  const byKey = new Map(found.map((row) => [keyOf(row, keys), row]));
  return rows.map((row) => {
    const { usagePercentage: percentage = null, ...rest } = byKey.get(keyOf(row, keys)) ?? {};
    return { ...row, ...rest, percentage };
  });
}
