import type { Dimension } from '../query/dimensions.ts';
import { readLineSums } from './activity.ts';
import type { Ask } from './ask.ts';
import { keyText } from './ask.ts';
import type { Compare, Comparison } from './comparison.ts';
import type { Entitlement } from './entitlement-book.ts';
import { fixed, stretchesOf } from './entitlement-book.ts';
import type { SiteCalendar } from './site-calendar.ts';
import { noticeStrayUse } from './stray-use.ts';
import type { Piece, Range } from './windows.ts';

/** One period of one or several entitlements that share it. */
interface Period extends Range {
  readonly quantity: number | null;
  readonly overdraft: number;
  /** Whether it is its entitlement's term, or which calendar period. */
  readonly kind: Entitlement['period'];
}

/** A period with what was consumed in it up to the window's end (or its own). */
export interface UsedPeriod extends Period {
  readonly used: number;
  readonly at: number;
}

type EntitlementsOf = (keys: readonly Dimension[]) => (key: readonly string[]) => readonly Entitlement[];

/** What a row can be limited by inside an account × feature. */
const limits = ['server', 'vendor', 'version'] as const satisfies readonly Dimension[];

/**
 * docs/definitions.md#periods: for each period that overlaps the range, what was consumed from the period's start to the
 * earlier of its end and the range's (bucket's) end, compared with its quantity; the highest of them, null when nothing is
 * entitled. Consumption before the range counts, so the lines are read from the earliest period's start on.
 *
 * @param request `entitlementsOf`: the rows that cover a group of a grouping; `compare`: what is made of consumed and quantity
 */
export async function readMeteredUse(
  ask: Ask,
  keys: readonly Dimension[],
  {
    entitlementsOf,
    compare,
  }: {
    readonly entitlementsOf: EntitlementsOf;
    readonly compare: Compare;
  },
): Promise<Comparison[]> {
  return (await readPeriods(ask, keys, entitlementsOf)).map(({ key, window, periods }): Comparison => {
    let highest: Comparison = { key, window, value: null };
    for (const { quantity, overdraft, used, at, to } of periods) {
      if (quantity === null || quantity <= 0) continue;
      const value = compare(used, quantity, overdraft);
      if (highest.value === null || value > highest.value)
        highest = { key, window, value, from: { used, quantity, at, periodEnd: to } };
    }
    return highest;
  });
}

/** The periods of every group that consumed something in them, by window, with what was consumed. */
export async function readPeriods(
  ask: Ask,
  keys: readonly Dimension[],
  entitlementsOf: EntitlementsOf,
): Promise<{ readonly key: readonly string[]; readonly window: number; readonly periods: readonly UsedPeriod[] }[]> {
  const metered = ask.book.rows.filter(
    (row) => row.model === 'metered' && row.from < ask.range.to && row.to > ask.range.from,
  );
  const bounds = new Set(ask.windows.map((window) => window.to));
  for (const row of metered)
    for (const period of periodsOf(row, ask.range, ask.calendar)) {
      bounds.add(period.from);
      if (period.to < ask.range.to) bounds.add(period.to);
    }
  // What was consumed before a window counts for its period, so windows begin nothing, but where no period does.
  if (![...bounds].some((moment) => moment <= ask.range.from)) bounds.add(ask.range.from);
  const moments = [...bounds].filter((moment) => moment <= ask.range.to).sort((a, b) => a - b);
  const pieces: Piece[] = moments.slice(1).map((to, i) => ({ from: moments[i] ?? to, to, window: 0 }));
  const filters = [
    ...ask.question.filters.filter((filter) => filter.dimension !== 'model'),
    { dimension: 'model', operator: 'in', values: ['metered'] } as const,
  ];
  if (excludesMetered(ask)) return [];
  // Where rows are for one server or version, what no row covers there must not count against them.
  const limited = metered.some((row) => row.server !== '' || row.vendor !== '' || row.version !== '');
  const finer = limited ? [...keys, ...limits.filter((dimension) => !keys.includes(dimension))] : keys;
  const [rowsOf, rowsOfFiner] = [entitlementsOf(keys), entitlementsOf(finer)];
  const sums = await readLineSums(ask, { keys: finer, pieces, sums: ['consumed', 'checkouts'], filters });
  const byKey = new Map<string, { key: readonly string[]; consumed: Map<number, number> }>();
  const stray = new Set<string>();
  for (const { key: finerKey, piece, values } of sums) {
    const key = finerKey.slice(0, keys.length);
    const text = keyText(key);
    let entry = byKey.get(text);
    if (entry === undefined) byKey.set(text, (entry = { key, consumed: new Map() }));
    const at = pieces[piece]?.from ?? 0;
    const inForce = (row: Entitlement): boolean => reaches(row, at, ask.calendar);
    if (limited && !rowsOfFiner(finerKey).some(inForce) && rowsOf(key).some(inForce)) {
      if (values[0] !== 0) stray.add(text);
    } else entry.consumed.set(at, fixed((entry.consumed.get(at) ?? 0) + (values[0] ?? 0)));
  }
  if (stray.size > 0) noticeStrayUse(ask, stray.size);
  return [...byKey.values()].flatMap(({ key, consumed }) => {
    const rows = rowsOf(key);
    const moved = [...consumed].sort(([a], [b]) => a - b);
    const between = (from: number, to: number): number => {
      let sum = 0;
      for (const [at, amount] of moved) if (at >= from && at < to) sum += amount;
      return sum;
    };
    return ask.windows.map((window, index) => ({
      key,
      window: index,
      periods: sharedPeriods(rows, window, ask.calendar).map((period): UsedPeriod => {
        const at = Math.min(period.to, window.to);
        return { ...period, used: fixed(between(period.from, at)), at };
      }),
    }));
  });
}

/**
 * Entitlements with the same period add up as far as they are in force together: the highest quantity in the period so far.
 * Terms of different dates are periods of their own.
 */
export function sharedPeriods(rows: readonly Entitlement[], range: Range, calendar: SiteCalendar): Period[] {
  const shared = new Map<string, { period: Range; rows: Entitlement[] }>();
  for (const row of rows) {
    if (row.from >= range.to || row.to <= range.from) continue;
    for (const period of periodsOf(row, range, calendar)) {
      const key = `${period.from} ${period.to}`;
      const known = shared.get(key);
      if (known === undefined) shared.set(key, { period, rows: [row] });
      else known.rows.push(row);
    }
  }
  return [...shared.values()].map(({ period, rows: own }) => {
    const soFar = { from: period.from, to: Math.min(period.to, range.to) };
    const uncounted = own.some((row) => row.uncounted);
    const [most] = stretchesOf(own, soFar).sort(
      (a, b) => (b.quantity ?? 0) - (a.quantity ?? 0) || b.overdraft - a.overdraft,
    );
    return {
      ...period,
      kind: own[0]?.period ?? 'term',
      quantity: uncounted ? null : (most?.quantity ?? 0),
      overdraft: most?.overdraft ?? 0,
    };
  });
}

/** Whether a moment lies in one of the row's periods. */
const reaches = (row: Entitlement, at: number, calendar: SiteCalendar): boolean =>
  periodsOf(row, { from: at, to: at + 1 }, calendar).some((period) => period.from <= at && at < period.to);

/** The periods of an entitlement that overlap a range: its term, or the calendar's months, quarters or years in which it is in force. */
export function periodsOf(
  row: Pick<Entitlement, 'period' | 'from' | 'to'>,
  range: Range,
  calendar: SiteCalendar,
): Range[] {
  if (row.period === 'term') return [{ from: row.from, to: row.to }];
  return calendar.periods(range, row.period).filter(({ from, to }) => row.from < to && row.to > from);
}

function excludesMetered(ask: Ask): boolean {
  return ask.question.filters.some(
    (filter) =>
      filter.dimension === 'model' &&
      (filter.operator === 'in'
        ? !filter.values.includes('metered')
        : filter.operator === 'not in' && filter.values.includes('metered')),
  );
}
