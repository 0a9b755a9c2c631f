import type { Compute, MeasureRow } from '../ask.ts';
import { keyText } from '../ask.ts';
import type { Entitlement } from '../entitlement-book.ts';
import { fixed, stretchesOf } from '../entitlement-book.ts';
import { entitledRows } from '../entitled-rows.ts';
import { ofHeld } from '../metered-only.ts';
import { seatsOf } from '../seats.ts';

/**
 * The highest concurrent quantity in force in the window; it adds up over a group. An entitlement for any server shows in
 * groupings by server under the empty one. null: nothing countable in force.
 */
export const entitled: Compute = ofHeld(async (ask) => {
  const { groupBy } = ask.question;
  const quantityOf = seatsOf(ask, groupBy) === undefined ? highestOfGroup : seatsOfGroup;
  const groups = new Map<string, { key: string[]; rows: Entitlement[] }>();
  for (const row of entitledRows(ask, 'concurrent')) {
    const key = groupBy.map((dimension) => {
      switch (dimension) {
        case 'account':
        case 'feature':
        case 'version':
        case 'server':
        case 'vendor':
        case 'model':
          return row[dimension];
        case 'product':
          return ask.book.product(row.account, row.feature);
        default:
          return '';
      }
    });
    const text = keyText(key);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key, rows: [row] });
    else group.rows.push(row);
  }
  return Promise.resolve(
    [...groups.values()].flatMap(({ key, rows }) =>
      ask.windows.map((window, index): MeasureRow => ({ key, window: index, values: [quantityOf(rows, window)] })),
    ),
  );
});

/** Uncounted rows have no quantity: the others still add up. */
function highestOfGroup(
  rows: readonly Entitlement[],
  range: { readonly from: number; readonly to: number },
): number | null {
  const counted = rows.filter((row) => !row.uncounted && row.from < range.to && row.to > range.from);
  const quantities = stretchesOf(counted, range).flatMap(({ quantity }) => (quantity === null ? [] : [quantity]));
  return quantities.length === 0 ? null : fixed(Math.max(...quantities));
}

/**
 * docs/definitions.md#package: what was bought together is as many seats as the feature of it that has most. Where any row begins or ends
 * the quantity may change.
 */
function seatsOfGroup(
  rows: readonly Entitlement[],
  range: { readonly from: number; readonly to: number },
): number | null {
  const bounds = [range.from, ...rows.flatMap(({ from, to }) => [from, to])];
  const starts = [...new Set(bounds)].filter((at) => at >= range.from && at < range.to);
  const seats = starts.flatMap((at) => {
    const inForce = rows.filter((row) => !row.uncounted && row.from <= at && row.to > at);
    const sums = new Map<string, Map<string, number>>();
    inForce.forEach((row, i) => {
      const bought = row.package === '' ? String(i) : keyText([row.account, row.server, row.vendor, row.package]);
      const own = sums.get(bought) ?? new Map<string, number>();
      sums.set(bought, own.set(row.feature, (own.get(row.feature) ?? 0) + row.quantity));
    });
    if (inForce.length === 0) return [];
    return [[...sums.values()].reduce((sum, own) => sum + Math.max(...own.values()), 0)];
  });
  return seats.length === 0 ? null : fixed(Math.max(...seats));
}
