import { rounded } from '../format.ts';
import type { AnswerRow, AnswerTable } from '../rows.ts';
import { keyOf } from '../section.ts';
import { descending, number } from './figures.ts';

/** The license servers that a feature of an account was used on, with the peak (metered: the amount) on each. */
export type ServersBook = (
  account: string,
  feature: string,
) => { readonly names: readonly string[]; readonly text: string };

export function serversBook(peaks: AnswerTable, consumed: AnswerTable): ServersBook {
  const byFeature = new Map<string, AnswerRow[]>();
  for (const row of [...peaks.rows, ...consumed.rows]) {
    const key = keyOf(row, ['account', 'feature']);
    const known = byFeature.get(key);
    if (known === undefined) byFeature.set(key, [row]);
    else known.push(row);
  }
  return (account, feature) => {
    const rows = byFeature.get(keyOf({ account, feature }, ['account', 'feature'])) ?? [];
    const used = descending(rows, 'value').filter((row) => number(row, 'value') > 0);
    return {
      names: [...new Set(rows.map((row) => String(row['server'])))],
      text: used.map((row) => `${String(row['server'])} (${rounded(row['value'] ?? null)})`).join(', '),
    };
  };
}
