import type { FieldValue } from '../../engine/frame.ts';
import { rounded } from '../format.ts';
import type { AnswerRow } from '../rows.ts';

/** Such as "32 of 27", "496 of 500 a month"; what was used alone where nothing covers it. */
function highestUse(row: AnswerRow): string {
  const used = row['used'] ?? row['consumed'] ?? row['peak'] ?? null;
  const of = row['entitledThen'] ?? null;
  if (used === null || of === null) return rounded(used);
  const period = row['hoursAt80'] === null && row['period'] !== '' ? ` a ${String(row['period'])}` : '';
  return `${rounded(used)} of ${rounded(of)}${period}`;
}

/** A time as people read it, UTC: 2026-03-02 11:00. */
const minute = (time: FieldValue | undefined): string =>
  typeof time === 'string' ? time.slice(0, 16).replace('T', ' ') : '–';

/** A row with its highest use, and when it was, in words. */
export const readable = (row: AnswerRow): AnswerRow => ({
  ...row,
  highestUse: highestUse(row),
  when: minute(row['peakAt']),
});
