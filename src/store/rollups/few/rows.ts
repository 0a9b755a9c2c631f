import type { Row } from '../../connection.ts';
import type { Key } from '../touched-keys.ts';

/** Who a row is about; what a grouping does not tell apart is ''. */
export type Labels = Readonly<Record<Key, string>>;

/**
 * Amounts are counted in millionths here (`Decimal(18, 6)`), so sums are exact; up to this one also when multiplied by percents.
 */
export const largestAmount = 2 ** 46;

export const micros = (value: unknown): number => Math.round(Number(value) * 1e6);

/** Milliseconds × millionths of a license go beyond what a number holds. */
export function microsOf(decimal: string): bigint {
  const [whole = '', part = ''] = decimal.replace('-', '').split('.');
  const sum = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
  return decimal.startsWith('-') ? -sum : sum;
}

export function decimalOf(micro: bigint): string {
  const digits = (micro < 0n ? -micro : micro).toString().padStart(7, '0');
  return `${micro < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** A change of the quantity in use. */
export interface Move extends Labels {
  readonly at: number;
  /** Its place among others of that moment, in two halves. */
  readonly high: number;
  readonly low: number;
  readonly delta: number;
  readonly client: number;
  /** How long the session was open that it ends, milliseconds; of a start 0. */
  readonly held: number;
}

export const moveSelect = (
  place: 'place' | 'seq',
): string => `account, feature, server, vendor, toFloat64(toUnixTimestamp64Milli(time)),
  toUInt32(bitShiftRight(${place}, 32)), toUInt32(bitAnd(${place}, 4294967295)), delta, client, toFloat64(held)`;

export function moveOf(row: Row): Move {
  const [account, feature, server, vendor, at, high, low, delta, client, held] = row;
  return {
    ...labelsOf(account, feature, server, vendor),
    at: Number(at),
    high: Number(high),
    low: Number(low),
    delta: micros(delta),
    client: Number(client),
    held: Number(held),
  };
}

/** In (time, file order); of changes at one place those that raise come first. */
export const byPlace = (a: Move, b: Move): number =>
  a.at - b.at || a.high - b.high || a.low - b.low || b.delta - a.delta;

/** A row of table `facts`. */
export interface Fact extends Labels {
  readonly grouping: string;
  readonly level: 'quarter' | 'day' | 'month';
  /** When its stretch begins, epoch milliseconds. */
  readonly bucket: number;
  readonly opening: number;
  readonly peak: number;
  readonly closing: number;
  readonly area: bigint;
}

export const factSelect = `CAST(grouping, 'String'), CAST(level, 'String'), account, feature, server, vendor, toUnixTimestamp(bucket),
  opening, peak, closing, toString(area), toFloat64(stamp)`;
export const factKeys = 7;

export function factOf(row: Row): Fact {
  const [grouping, level, account, feature, server, vendor, bucket, opening, peak, closing, area] = row;
  return {
    grouping: String(grouping),
    level: String(level) as Fact['level'],
    ...labelsOf(account, feature, server, vendor),
    bucket: Number(bucket) * 1000,
    opening: micros(opening),
    peak: micros(peak),
    closing: micros(closing),
    area: microsOf(String(area)),
  };
}

export const isFact = ({ opening, peak }: Fact): boolean => opening !== 0 || peak !== 0;

/** Labels repeat, and a string per row is what costs: the same text is the same object. */
function labelsOf(account: unknown, feature: unknown, server: unknown, vendor: unknown): Labels {
  return { account: String(account), feature: String(feature), server: String(server), vendor: String(vendor) };
}

/** One text per group: labels joined by what no label has. */
export function groupOf(keys: readonly Key[], labels: Labels): string {
  let group = '';
  for (const key of keys) group += `${labels[key]}\0`;
  return group;
}

export function only(keys: readonly Key[], labels: Labels): Labels {
  const of = (key: Key): string => (keys.includes(key) ? labels[key] : '');
  return { account: of('account'), feature: of('feature'), server: of('server'), vendor: of('vendor') };
}

/** Things by a text of theirs, in the order they came. */
export function grouped<T>(things: Iterable<T>, textOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const text = textOf(thing);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [thing]);
    else group.push(thing);
  }
  return groups;
}
