import { DateTime } from 'luxon';
import { permanentEnd } from '../store/entitlements.ts';
import type { Entitlement, Stretch } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';

/** How long what has ended is still told of. */
export const toldForDays = 30;

/** How far ahead the listing looks. */
export const aheadDays = 90;

/**
 * When what is in force at a moment gets less because a row ends and nothing makes up for it; where nothing is in force,
 * when the last of it ended, within the last 30 days. Epoch milliseconds, exclusive: the midnight after the last day.
 * undefined: it does not get less, or ended longer ago.
 *
 * @param rows of one account × feature × model, whenever they are in force; an uncounted one is more than any quantity
 * @param daysOf what `daysFrom` gives for the moment
 */
export function expiryOf(
  rows: readonly Entitlement[],
  moment: number,
  daysOf: (end: number) => number,
): number | undefined {
  const [now, ...later] = stretchesOf(rows, { from: moment, to: Infinity });
  if (now === undefined) return undefined;
  if (!rows.some((row) => isInForce(row, moment))) {
    const ended = rows.filter((row) => row.to <= moment && daysOf(row.to) >= -toldForDays);
    return ended.length === 0 ? undefined : Math.max(...ended.map((row) => row.to));
  }
  return later.find((stretch) => stretch.from < never && levelOf(stretch) < levelOf(now))?.from;
}

/** What is in force at a moment: Infinity where some of it is uncounted, 0 where nothing is. */
export function quantityAt(rows: readonly Entitlement[], moment: number): number {
  const [stretch] = stretchesOf(rows, { from: moment, to: moment + 1 });
  return stretch === undefined ? 0 : levelOf(stretch);
}

export const isInForce = (row: Entitlement, moment: number): boolean => row.from <= moment && row.to > moment;

/**
 * Days from the day that a moment lies in to the last day of what ends at `end`, on the calendar of a time zone: 0 on the last
 * day, 1 on the day before, −1 on the day after.
 */
export function daysTo(end: number, moment: number, zone: string): number {
  const dayOf = (ms: number): DateTime => DateTime.fromMillis(ms, { zone }).startOf('day');
  return Math.round(dayOf(end - 1).diff(dayOf(moment), 'days').days);
}

/** `daysTo` of one moment for many ends: rows end at few midnights, and each is looked up in the calendar once. */
export function daysFrom(moment: number, zone: string): (end: number) => number {
  const known = new Map<number, number>();
  return (end) => {
    let days = known.get(end);
    if (days === undefined) known.set(end, (days = daysTo(end, moment, zone)));
    return days;
  };
}

/** Rows that never expire are written down with a last day, too. */
const never = Date.parse(permanentEnd);

const levelOf = ({ quantity, uncounted }: Stretch): number => (uncounted ? Infinity : (quantity ?? 0));
