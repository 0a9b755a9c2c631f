import type { Dimension } from '../../query/dimensions.ts';
import type { Ask } from '../ask.ts';
import { keyText } from '../ask.ts';
import { endOfDataByKey } from '../end-of-data.ts';
import { firstDay, lastDay } from '../entitled-days.ts';
import { entitledRows, keyOfRow } from '../entitled-rows.ts';
import { fixed } from '../entitlement-book.ts';
import type { FieldValue } from '../frame.ts';
import type { UsedPeriod } from '../metered.ts';
import { readPeriods, sharedPeriods } from '../metered.ts';
import { coverageReader } from '../covered.ts';
import type { List } from './listing.ts';
import { ofSharedEntitlements } from './usage-percentage.ts';

interface PeriodOfKey {
  readonly key: readonly string[];
  readonly period: UsedPeriod;
  /** Until when the data go, epoch milliseconds. */
  readonly end: number;
}

/** The period at the range's end of each metered account × feature: docs/definitions.md#entitlements. */
export const meteredUse: List = async (ask) => {
  const keys = ['account', 'feature'] as const;
  const [own, shared] = [
    await currentPeriods(ask, keys),
    await ofSharedEntitlements(ask, keys, (grouping) => currentPeriods(ask, grouping)),
  ];
  const known = new Set(own.map(({ key }) => keyText(key)));
  return [...own, ...shared.filter(({ key }) => !known.has(keyText(key)))].map((one) => rowOf(ask, one));
};

async function currentPeriods(ask: Ask, keys: readonly Dimension[]): Promise<PeriodOfKey[]> {
  const coverageOf = coverageReader(keys);
  const rowsOf = (key: readonly string[]) => ask.book.covering(coverageOf(key), 'metered');
  const [read, endOf] = await Promise.all([
    readPeriods(ask, keys, (grouping) => {
      const coverage = coverageReader(grouping);
      return (key) => ask.book.covering(coverage(key), 'metered');
    }),
    endOfDataByKey(ask, keys, 'windows'),
  ]);
  const seen = new Set(read.map(({ key }) => keyText(key)));
  const idle = entitledRows(ask, 'metered').flatMap((row) => {
    const key = keyOfRow(ask, row, keys);
    if (key === undefined || seen.has(keyText(key))) return [];
    seen.add(keyText(key));
    const periods = sharedPeriods(rowsOf(key), ask.range, ask.calendar);
    return [{ key, periods: periods.map((period) => ({ ...period, used: 0, at: Math.min(period.to, ask.range.to) })) }];
  });
  const moment = ask.range.to - 1;
  return [...read, ...idle].flatMap(({ key, periods }) =>
    periods.filter(({ from, to }) => from <= moment && to > moment).map((period) => ({ key, period, end: endOf(key) })),
  );
}

function rowOf(ask: Ask, { key, period, end }: PeriodOfKey): FieldValue[] {
  const [account = '', feature = ''] = key;
  const { from, to, quantity, used, kind } = period;
  const isKnown = end >= from;
  const isCounted = quantity !== null && quantity > 0;
  const consumed = isKnown ? used : null;
  const share = isKnown && isCounted ? (100 * used) / quantity : null;
  const until = Math.min(period.at, end);
  const [first, last] = [firstDay(from, ask.siteTimezone), lastDay(to, ask.siteTimezone)];
  // What has no start, or no end, has no pace.
  const gone = isKnown && first !== '' && last !== '' ? (until - from) / (to - from) : null;
  return [
    account,
    ask.book.product(account, feature),
    feature,
    share,
    gone === null ? null : 100 * gone,
    share === null || gone === null || gone <= 0 ? null : share / gone,
    consumed,
    isCounted ? quantity : null,
    isKnown && isCounted ? fixed(quantity - used) : null,
    kind,
    first,
    last,
  ];
}
