import type { Dimension } from '../../query/dimensions.ts';
import type { Compute, MeasureRow } from '../ask.ts';
import { keyText } from '../ask.ts';
import type { Entitlement } from '../entitlement-book.ts';
import { firstDay, lastDay } from '../entitled-days.ts';
import { rowsEver, valueOf } from '../entitled-rows.ts';
import { aheadDays, daysFrom, expiryOf, isInForce, quantityAt, toldForDays } from '../expiry.ts';
import type { FieldValue } from '../frame.ts';
import type { List } from './listing.ts';

/** One kind of license does not make up for another: inside a group, each of these expires by itself. */
const apart = ['account', 'feature', 'model'] as const satisfies readonly Dimension[];

/** Days to the expiry of each group: of a coarser one than account × feature × model, the earliest. */
export const daysToExpiry: Compute = (ask) => {
  const { groupBy } = ask.question;
  const keys = [...groupBy, ...apart.filter((dimension) => !groupBy.includes(dimension))];
  const pools = new Map<string, { key: string[]; rows: Entitlement[] }>();
  for (const row of rowsEver(ask)) {
    const key = keys.map((dimension) => valueOf(ask, row, dimension) ?? '');
    const pool = pools.get(keyText(key));
    if (pool === undefined) pools.set(keyText(key), { key, rows: [row] });
    else pool.rows.push(row);
  }
  const daysOf = daysFrom(ask.range.to, ask.siteTimezone);
  const earliest = new Map<string, MeasureRow>();
  for (const { key, rows } of pools.values()) {
    const end = expiryOf(rows, ask.range.to, daysOf);
    if (end === undefined) continue;
    const days = daysOf(end);
    const group = key.slice(0, groupBy.length);
    const known = earliest.get(keyText(group))?.values[0] ?? Infinity;
    if (days < known) earliest.set(keyText(group), { key: group, window: 0, values: [days] });
  }
  return Promise.resolve([...earliest.values()]);
};

/** Rows in force at the range's end that end within 90 days after it, and those that ended within 30 days before it. */
export const expiringEntitlements: List = (ask) => {
  const daysOf = daysFrom(ask.range.to, ask.siteTimezone);
  return Promise.resolve(
    rowsEver(ask)
      .filter((row) => isListed(row, ask.range.to, daysOf(row.to)))
      .map((row): FieldValue[] => {
        const share = ask.book.covering({ account: row.account, feature: row.feature }, row.model);
        const [before, remaining] = [quantityAt(share, row.to - 1), quantityAt(share, row.to)];
        return [
          row.account,
          ask.book.product(row.account, row.feature),
          row.feature,
          row.version,
          row.server,
          row.model,
          row.uncounted ? null : row.quantity,
          firstDay(row.from, ask.siteTimezone),
          lastDay(row.to, ask.siteTimezone),
          daysOf(row.to),
          remaining === Infinity ? null : remaining,
          remaining >= before ? 'yes' : 'no',
        ];
      })
      .sort(byColumns),
  );
};

const isListed = (row: Entitlement, moment: number, days: number): boolean =>
  isInForce(row, moment) ? days <= aheadDays : row.to <= moment && days >= -toldForDays;

/** Rows that the asked order leaves equal stand by name, so that an answer is always the same. */
function byColumns(a: readonly FieldValue[], b: readonly FieldValue[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? null;
    if (value === other || value === null || other === null) continue;
    return value < other ? -1 : 1;
  }
  return 0;
}
