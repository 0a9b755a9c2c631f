import type { Row } from '../../connection.ts';
import { entitledGroupings, limits } from '../entitled-use.ts';
import { monthStart, nextMonth, type Stretch } from './facts.ts';
import type { Fact, Labels, Move } from './rows.ts';
import { grouped, groupOf, micros } from './rows.ts';

type EntitledGrouping = (typeof entitledGroupings)[number];

/** A row of table `entitled_use`. */
export interface EntitledUse extends Omit<Labels, 'vendor'> {
  readonly grouping: string;
  readonly level: 'day' | 'month';
  readonly bucket: number;
  readonly bought: number;
  readonly overdraft: number;
  readonly used: number;
  readonly usedAt: number;
  /** Milliseconds, and days, at or over each of `limits`. */
  readonly over: readonly number[];
  readonly days: readonly number[];
}

export const entitledUseSelect = `CAST(grouping, 'String'), account, feature, server, toUnixTimestamp(bucket), bought, overdraft, used,
  toFloat64(toUnixTimestamp64Milli(usedAt)), ${limits.map((limit) => `toFloat64(over${limit})`).join(', ')}, ${limits.map((limit) => `days${limit}`).join(', ')}, toFloat64(stamp)`;
export const entitledUseKeys = 7;

export function entitledUseOf(row: Row): EntitledUse {
  const [grouping, account, feature, server, bucket, bought, overdraft, used, usedAt, ...figures] = row;
  return {
    grouping: String(grouping),
    level: 'day',
    account: String(account),
    feature: String(feature),
    server: String(server),
    bucket: Number(bucket) * 1000,
    bought: micros(bought),
    overdraft: micros(overdraft),
    used: micros(used),
    usedAt: Number(usedAt),
    over: figures.slice(0, limits.length).map(Number),
    days: figures.slice(limits.length, 2 * limits.length).map(Number),
  };
}

/** A row of what was bought, `account` '' for whoever lines without an account belong to. */
export interface Bought {
  readonly account: string;
  readonly feature: string;
  readonly server: string;
  /** First day in force, and the first one after. */
  readonly first: number;
  readonly after: number;
  readonly uncounted: boolean;
  readonly quantity: number;
  readonly overdraft: number;
}

export const boughtSelect = `id, if(account = {own:String}, '', account), feature, server, toInt32(start), toInt32(end) + 1, uncounted, quantity, overdraft, superseded, toFloat64(updated)`;

export function boughtOf([
  ,
  account,
  feature,
  server,
  first,
  after,
  uncounted,
  quantity,
  overdraft,
  superseded,
]: Row): Bought & {
  readonly superseded: boolean;
} {
  return {
    superseded: String(superseded) !== '0',
    account: String(account),
    feature: String(feature),
    server: String(server),
    first: Number(first),
    after: Number(after),
    uncounted: Number(uncounted) === 1,
    quantity: micros(quantity),
    overdraft: micros(overdraft),
  };
}

/**
 * As `entitledUseStatements`, the touched rows of table `entitled_use`, of rows in hand.
 *
 * @param facts of the touched days
 * @param former rows of days in all touched months
 */
export function entitledUse(
  stretch: Stretch,
  facts: readonly Fact[],
  moves: readonly Move[],
  bought: readonly Bought[],
  former: readonly EntitledUse[],
): EntitledUse[] {
  const days = entitledGroupings.flatMap((grouping) => daysOf(grouping, stretch, facts, moves, bought));
  const made = new Set(days.map(textOf));
  const [begin, end] = [stretch.days.startOf(stretch.first), stretch.days.startOf(stretch.after)];
  const isTouched = ({ bucket }: EntitledUse): boolean => bucket >= begin && bucket < end;
  const gone = former.filter((row) => isTouched(row) && row.used !== 0 && !made.has(textOf(row))).map(nothingOf);
  const replacing = new Set([...made, ...gone.map(textOf)]);
  const rows = [...former.filter((row) => !replacing.has(textOf(row))), ...days, ...gone];
  return [...days, ...gone, ...monthsOf(stretch, rows)];
}

const textOf = (row: EntitledUse): string =>
  `${row.grouping}\0${row.bucket}\0${row.account}\0${row.feature}\0${row.server}\0${row.bought}\0${row.overdraft}`;

const nothing = limits.map(() => 0);
const nothingOf = (row: EntitledUse): EntitledUse => ({ ...row, used: 0, usedAt: 0, over: nothing, days: nothing });

function daysOf(
  { name, keys }: EntitledGrouping,
  { days }: Stretch,
  facts: readonly Fact[],
  moves: readonly Move[],
  bought: readonly Bought[],
): EntitledUse[] {
  const used = facts.filter(({ grouping, level, peak }) => grouping === name && level === 'day' && peak !== 0);
  const movesOf = grouped(moves, (move) => `${days.dayOf(move.at)}\0${groupOf(keys, move)}`);
  const pools = keys.filter((key) => key !== 'server');
  const boughtFor = grouped(bought, (row) => groupOf(pools, { ...row, vendor: '' }));
  return used.map((fact) => {
    const day = days.dayOf(fact.bucket);
    const covering = (boughtFor.get(groupOf(pools, fact)) ?? []).filter(
      ({ first, after, server }) =>
        first <= day && day < after && (!keys.includes('server') || server === '' || server === fact.server),
    );
    const own = movesOf.get(`${day}\0${groupOf(keys, fact)}`) ?? [];
    return beside(fact, name, quantityOf(covering), own, days.startOf(day + 1));
  });
}

/** docs/definitions.md#coverage: −1 for nothing countable, an overdraft of −1 for one without limit. */
function quantityOf(covering: readonly Bought[]): Pick<EntitledUse, 'bought' | 'overdraft'> {
  const sum = (of: (row: Bought) => number): number => covering.reduce((total, row) => total + of(row), 0);
  const isCounted = covering.length > 0 && !covering.some(({ uncounted }) => uncounted);
  return {
    bought: isCounted ? sum(({ quantity }) => quantity) : -1e6,
    overdraft: covering.some(({ overdraft }) => overdraft < 0) ? -1e6 : sum(({ overdraft }) => overdraft),
  };
}

function beside(
  { account, feature, server, bucket, opening, peak }: Fact,
  grouping: string,
  { bought, overdraft }: Pick<EntitledUse, 'bought' | 'overdraft'>,
  moves: readonly Move[],
  ends: number,
): EntitledUse {
  const over = limits.map(() => 0);
  let level = opening;
  let since = bucket;
  let usedAt = opening >= peak ? bucket : undefined;
  const until = (moment: number): void => {
    if (bought <= 0) return;
    limits.forEach((limit, i) => {
      if (level * 100 >= bought * limit) over[i] = (over[i] ?? 0) + moment - since;
    });
  };
  for (const { at, delta } of moves) {
    until(at);
    level += delta;
    since = at;
    if (level === peak) usedAt ??= at;
  }
  until(ends);
  return {
    grouping,
    level: 'day',
    account,
    feature,
    server,
    bucket,
    bought,
    overdraft,
    used: peak,
    usedAt: usedAt ?? 0,
    over,
    days: over.map((ms) => (ms > 0 ? 1 : 0)),
  };
}

function monthsOf({ first, after, days }: Stretch, rows: readonly EntitledUse[]): EntitledUse[] {
  const from = monthStart(first);
  const to = nextMonth(after - 1);
  const own = rows
    .map((row) => ({ row, day: days.dayOf(row.bucket) }))
    .filter(({ day }) => day >= from && day < to)
    .map(({ row, day }): EntitledUse => ({ ...row, level: 'month', bucket: days.startOf(monthStart(day)) }));
  return [...grouped(own, textOf).values()].map((some) => some.reduce(sum));
}

/** Of equal peaks the first. */
function sum(a: EntitledUse, b: EntitledUse): EntitledUse {
  const highest = b.used > a.used || (b.used === a.used && b.usedAt < a.usedAt) ? b : a;
  const add = (one: readonly number[], other: readonly number[]): number[] => one.map((n, i) => n + (other[i] ?? 0));
  return { ...highest, over: add(a.over, b.over), days: add(a.days, b.days) };
}
