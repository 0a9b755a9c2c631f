import type { Dimension } from '../../query/dimensions.ts';
import type { Ask } from '../ask.ts';
import { keyText } from '../ask.ts';
import type { Compared } from '../comparison.ts';
import { percentage } from '../comparison.ts';
import { noticeUntracked, readDenials } from '../denials.ts';
import { endOfDataByKey } from '../end-of-data.ts';
import type { FieldValue } from '../frame.ts';
import { readCovered } from '../covered.ts';
import { baseKeys, compareMetered } from '../percentage.ts';
import { tellingProducts } from '../products.ts';
import type { BusyPiece } from '../time-at-limits.ts';
import { limits } from '../../store/rollups/entitled-use.ts';
import { readTimeAtLimits } from '../time-at-limits.ts';
import { cutPieces, piecesOf } from '../windows.ts';
import type { PairFigure } from './highest-feature.ts';
import { highestOf } from './highest-feature.ts';
import type { List } from './listing.ts';
import { noticeUnmapped, ofSharedEntitlements } from './usage-percentage.ts';

const hourMs = 3_600_000;

/** A pair of account and feature: its highest use against what was bought, and for how long it was near or over it. */
interface Utilized extends PairFigure {
  readonly from?: Compared;
  /** Whether it has anything to do with pools of the size that is asked for. */
  readonly isAsked: boolean;
  /** Hours and days at each of the limits; null: metered, or nothing is known. */
  readonly hours: readonly (number | null)[];
  readonly days: readonly (number | null)[];
}

/** Peaks beside what was bought then, the time at the limits, and who went without: docs/definitions.md#entitlements. */
export const utilization: List = async (ask) => {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const [own, shared, unmet] = [
    await readPairs(ask, keys),
    await ofSharedEntitlements(ask, keys, (grouping) => readPairs(ask, grouping)),
    await unmetClients(ask, keys),
  ];
  await noticeUnmapped(ask, keys, own, 'a percentage');
  const known = new Set([...own, ...shared].map(({ key }) => keyText(key)));
  const isSmall = ask.question.poolSize?.atMost !== undefined;
  // Whoever is refused what was never used, let alone bought, goes without all the same.
  const refusedOnly = (unmet?.denied ?? [])
    .filter((key) => !isSmall && !known.has(keyText(key)))
    .map((key) => nothingOf(key));
  const pairs = [...own, ...shared, ...refusedOnly].filter(({ isAsked }) => isAsked);
  const named = (['account', 'feature'] as const).filter((dimension) => !groupBy.includes(dimension));
  // Of equal figures the first by name, so that an answer is always the same.
  const sorted = [...highestOf(pairs, keys, groupBy)].sort((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1));
  return sorted.map(({ key, value, from, hours, days }): FieldValue[] => [
    ...key.slice(0, groupBy.length),
    ...named.map((dimension) => key[keys.indexOf(dimension)] ?? ''),
    value,
    from?.used ?? null,
    from?.quantity ?? null,
    from?.at ?? null,
    ...hours,
    ...days,
    unmet === undefined ? null : unmet.clientsOf(key),
  ]);
};

const unknown = limits.map(() => null);
const nothingOf = (key: readonly string[], isAsked = true): Utilized => ({
  key,
  window: 0,
  value: null,
  isAsked,
  hours: unknown,
  days: unknown,
});

const readPairs = (ask: Ask, keys: readonly Dimension[]): Promise<readonly Utilized[]> =>
  tellingProducts(ask, keys, async (told) => {
    const endOf = endOfDataByKey(ask, told, 'averages');
    const [concurrent, metered] = await Promise.all([
      readConcurrent(ask, told, endOf),
      compareMetered(ask, told, percentage, endOf),
    ]);
    return [...concurrent, ...metered.map((one): Utilized => ({ ...nothingOf(one.key), ...one }))];
  });

/** What is found of a pair while its pieces are looked at. */
interface Found {
  readonly key: readonly string[];
  isAsked: boolean;
  /** The highest use while nothing countable is in force. */
  uncovered: number;
  highest: Highest | undefined;
  /** Pieces in which a limit is reached. */
  readonly busy: BusyPiece[];
  /** Milliseconds and days of whole days that are kept. */
  readonly lengths: number[];
  readonly days: number[];
}

/** @property at of equal figures the first counts; with `piece`, when that begins: the peak is in it */
interface Highest {
  readonly value: number;
  readonly used: number;
  readonly quantity: number;
  readonly at: number;
  readonly piece?: BusyPiece;
}

/** Whole days as they are kept; else day by day, and change by change only those in which a limit is reached, or the peak. */
async function readConcurrent(
  ask: Ask,
  keys: readonly Dimension[],
  endOfData: ReturnType<typeof endOfDataByKey>,
): Promise<Utilized[]> {
  const pieces = cutPieces(piecesOf(ask.range, ask.windows), midnightsIn(ask));
  const pairs = new Map<string, Found>();
  const endOf = await endOfData;
  await readCovered(ask, keys, { pieces, wantsLengths: true }, ({ key, only }, text) => {
    const found: Found = pairs.get(text) ?? {
      key,
      isAsked: false,
      uncovered: 0,
      highest: undefined,
      busy: [],
      lengths: limits.map(() => 0),
      days: limits.map(() => 0),
    };
    pairs.set(text, found);
    const until = endOf(key);
    /** Whether something was bought that it can be held against. */
    const consider = (use: Omit<Highest, 'value' | 'quantity'>, quantity: number | null): number | undefined => {
      if (quantity === null) {
        found.uncovered = Math.max(found.uncovered, use.used);
        return undefined;
      }
      const value = percentage(use.used, quantity, 0);
      const { highest } = found;
      if (highest === undefined || value > highest.value || (value === highest.value && use.at < highest.at))
        found.highest = { ...use, value, quantity };
      return value;
    };
    return {
      days: ({ used, usedAt, quantity, lengths, days }) => {
        found.isAsked = true;
        consider({ used, at: usedAt }, quantity);
        lengths.forEach((length, i) => (found.lengths[i] = (found.lengths[i] ?? 0) + length));
        days.forEach((count, i) => (found.days[i] = (found.days[i] ?? 0) + count));
      },
      piece: ({ from, to }, { opening, peak, quantity }) => {
        found.isAsked = true;
        if (from > until) return;
        const piece = {
          key,
          from,
          to,
          until,
          opening,
          peak,
          quantity: quantity ?? 0,
          ...(only !== undefined && { only }),
        };
        const value = consider({ used: peak, at: from, piece }, quantity);
        if (value !== undefined && value >= limits[0]) found.busy.push(piece);
      },
      isOpenTo: ({ used, quantity, lengths }) =>
        quantity === null
          ? used > found.uncovered
          : (lengths[0] ?? 0) > 0 || percentage(used, quantity, 0) >= (found.highest?.value ?? 0),
      isSettled: () => (found.highest?.value ?? 0) > 0,
    };
  });
  const wanted = [...pairs.values()].flatMap(({ highest, busy }) =>
    highest?.piece === undefined || highest.used === 0 || busy.includes(highest.piece)
      ? busy
      : [highest.piece, ...busy],
  );
  const daysOf = await readTimeAtLimits(ask, keys, wanted);
  return [...pairs.values()].map(({ key, isAsked, uncovered, highest, busy, lengths, days }): Utilized => {
    if (highest === undefined)
      return { ...nothingOf(key, isAsked), ...(uncovered > 0 && { from: { used: uncovered, quantity: null } }) };
    const found = busy.flatMap((piece) => daysOf.get(piece) ?? []);
    const { piece, value, used, quantity } = highest;
    const at = piece === undefined ? highest.at : daysOf.get(piece)?.find(({ peakAt }) => peakAt !== undefined)?.peakAt;
    return {
      key,
      window: 0,
      value,
      isAsked,
      from: { used, quantity, ...(at !== undefined && { at }) },
      hours: limits.map((_, i) => found.reduce((sum, one) => sum + (one.lengths[i] ?? 0), lengths[i] ?? 0) / hourMs),
      days: limits.map(
        (_, i) => (days[i] ?? 0) + new Set(found.filter((one) => (one.lengths[i] ?? 0) > 0).map(({ day }) => day)).size,
      ),
    };
  });
}

function midnightsIn({ range, calendar }: Ask): number[] {
  const midnights: number[] = [];
  for (let at = calendar.ceil(range.from, 'day'); at < range.to; at = calendar.ceil(at + 1, 'day')) midnights.push(at);
  return midnights;
}

/** Distinct clients of each pair with an episode of denials that no checkout followed; undefined: no source tracks denials. */
async function unmetClients(
  ask: Ask,
  keys: readonly Dimension[],
): Promise<{ readonly denied: readonly (readonly string[])[]; clientsOf(key: readonly string[]): number } | undefined> {
  const question = { ...ask.question, denials: { ...ask.question.denials, count: 'unresolved' as const } };
  if (noticeUntracked(ask)) return undefined;
  const counts = await readDenials({ ...ask, question }, { keys, distinctClients: true });
  const clients = new Map(counts.map(({ key, count }) => [keyText(key), count]));
  return { denied: counts.map(({ key }) => key), clientsOf: (key) => clients.get(keyText(key)) ?? 0 };
}
