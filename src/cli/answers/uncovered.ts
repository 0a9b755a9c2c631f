import type { AnswerRow } from '../rows.ts';
import type { Section } from '../section.ts';
import { figure, text } from '../section.ts';
import { descending, hasNoPercentage, isUsed, who } from './figures.ts';

const useColumns = [
  ...who,
  figure('peak', 'Peak in use'),
  figure('consumed', 'Consumed'),
  figure('clients', 'Clients'),
  text('servers', 'License servers (use)'),
];

/** Use that has no percentage for want of an entitlement. */
export function unmapped(figures: readonly AnswerRow[], rows: number): Section {
  const uncovered = figures.filter((row) => hasNoPercentage(row) && isUsed(row) && row['uncounted'] !== true);
  return {
    key: 'unmapped',
    heading: 'Unmapped: use that no entitlement covers, so that no percentage can be given',
    words: 'Load what was bought for it, or correct the account, feature or server of the entitlement.',
    table: { columns: useColumns, rows: descending(uncovered, 'peak').slice(0, rows) },
    empty: 'Everything that is used is covered by an entitlement.',
  };
}

/** Use that has none since there is no limit. */
export function uncounted(figures: readonly AnswerRow[], rows: number): Section {
  const unlimited = figures.filter((row) => hasNoPercentage(row) && isUsed(row) && row['uncounted'] === true);
  return {
    key: 'uncounted',
    heading: 'Uncounted: use of what was bought without a limit',
    words: 'Nothing is wrong with it: there is no quantity, so no percentage.',
    table: { columns: useColumns, rows: descending(unlimited, 'peak').slice(0, rows) },
    empty: 'None.',
  };
}
