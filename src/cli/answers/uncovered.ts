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
export const unmapped = (figures: readonly AnswerRow[], rows: number): Section => ({
  key: 'unmapped',
  heading: 'Unmapped: use that no entitlement covers, so that no percentage can be given',
  words: 'Load what was bought for it, or correct the account, feature or server of the entitlement.',
  table: usedWithout(figures, false, rows),
  empty: 'Everything that is used is covered by an entitlement.',
});

/** Use that has none since there is no limit. */
export const uncounted = (figures: readonly AnswerRow[], rows: number): Section => ({
  key: 'uncounted',
  heading: 'Uncounted: use of what was bought without a limit',
  words: 'Nothing is wrong with it: there is no quantity, so no percentage.',
  table: usedWithout(figures, true, rows),
  empty: 'None.',
});

function usedWithout(figures: readonly AnswerRow[], isUncounted: boolean, rows: number): Section['table'] {
  const used = figures.filter(
    (row) => hasNoPercentage(row) && isUsed(row) && (row['uncounted'] === true) === isUncounted,
  );
  return { columns: useColumns, rows: descending(used, 'peak').slice(0, rows) };
}
