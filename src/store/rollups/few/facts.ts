import type { Grouping } from '../facts.ts';
import { groupings } from '../facts.ts';
import type { Fact, Labels, Move } from './rows.ts';
import { grouped, groupOf, isFact, only } from './rows.ts';
import type { SiteDays } from './site-days.ts';

const quarterMs = 900_000;

/** The touched time: [from, to) in milliseconds, and the site's days that it reaches into (`after` exclusive). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly after: number;
  readonly days: SiteDays;
}

interface Units {
  readonly first: number;
  readonly after: number;
  readonly startOf: (unit: number) => number;
  readonly unitOf: (moment: number) => number;
}

/**
 * As `factsStatements`, the touched rows of table `facts`, of changes and rows in hand.
 *
 * @param touched whether a group of a grouping is computed anew
 * @param moves in order (`byPlace`): of quarter hours that were touched all, of touched groups those of the touched days
 * @param former the rows there are: quarter hours of the touched days and the one before, days from the one before the touched ones
 * in all touched months
 */
export function factsOf(
  stretch: Stretch,
  moves: readonly Move[],
  former: readonly Fact[],
  touched: (grouping: Grouping, labels: Labels) => boolean,
): Fact[] {
  const byGrouping = grouped(former, ({ grouping, level }) => `${grouping} ${level}`);
  return groupings.flatMap((grouping) => {
    const { name, keys, quarters } = grouping;
    const formerDays = byGrouping.get(`${name} day`) ?? [];
    const own = keys.length === 0 ? moves : moves.filter((move) => touched(grouping, move));
    const formerQuarters = byGrouping.get(`${name} quarter`) ?? [];
    const made = quarters ? fold(grouping, 'quarter', quartersOf(stretch), own, formerQuarters) : [];
    const days = quarters
      ? daysOfQuarters(stretch, replaced(formerQuarters, made))
      : fold(grouping, 'day', daysOf(stretch), own, formerDays);
    return [...made, ...days, ...monthsOfDays(grouping, stretch, replaced(formerDays, days))];
  });
}

/** Only quarter hours in which something changed can change. */
const quartersOf = ({ from, to }: Stretch): Units => ({
  first: Math.floor(from / quarterMs),
  after: Math.ceil(to / quarterMs),
  startOf: (unit) => unit * quarterMs,
  unitOf: (moment) => Math.floor(moment / quarterMs),
});

const daysOf = ({ first, after, days }: Stretch): Units => ({
  first,
  after,
  startOf: days.startOf,
  unitOf: days.dayOf,
});

/** Units in which nothing happens have a row as long as something is open, and zeros where they had one that said something. */
function fold(
  { name, keys }: Grouping,
  level: 'quarter' | 'day',
  { first, after, startOf, unitOf }: Units,
  moves: readonly Move[],
  former: readonly Fact[],
): Fact[] {
  const begin = startOf(first);
  const end = startOf(after);
  const movesOf = grouped(
    moves.filter(({ at }) => at >= begin && at < end),
    (move) => groupOf(keys, move),
  );
  const formerOf = grouped(former, (fact) => groupOf(keys, fact));
  const facts: Fact[] = [];
  for (const group of new Set([...movesOf.keys(), ...formerOf.keys()])) {
    const own = movesOf.get(group) ?? [];
    const rows = formerOf.get(group) ?? [];
    const labels = only(keys, own[0] ?? rows[0] ?? nobody);
    const before = startOf(first - 1);
    const due = new Set(rows.filter((fact) => isFact(fact) && fact.bucket >= begin).map(({ bucket }) => bucket));
    const wanted = [...due].map(unitOf).sort((a, b) => a - b);
    let open = rows.find(({ bucket }) => bucket === before)?.closing ?? 0;
    let move = 0;
    let next = 0;
    for (let unit = first; unit < after; unit++) {
      while ((wanted[next] ?? after) < unit) next++;
      const moving = own[move];
      if (open === 0)
        unit = Math.max(unit, Math.min(moving === undefined ? after : unitOf(moving.at), wanted[next] ?? after));
      if (unit >= after) break;
      const bucket = startOf(unit);
      const ends = startOf(unit + 1);
      let [peak, closing, area] = [open, open, BigInt(open) * BigInt(ends - bucket)];
      for (let one = own[move]; one !== undefined && one.at < ends; one = own[++move]) {
        closing += one.delta;
        peak = Math.max(peak, closing);
        area += BigInt(one.delta) * BigInt(ends - one.at);
      }
      facts.push({ grouping: name, level, ...labels, bucket, opening: open, peak, closing, area });
      open = closing;
    }
  }
  return facts;
}

const nobody: Labels = { account: '', feature: '', server: '', vendor: '' };

/** What was there, with the new rows in the place of theirs. */
function replaced(former: readonly Fact[], made: readonly Fact[]): Fact[] {
  const textOf = (fact: Fact): string => `${fact.bucket}\0${groupOf(['account', 'feature', 'server', 'vendor'], fact)}`;
  const rows = new Map(former.map((fact) => [textOf(fact), fact]));
  for (const fact of made) rows.set(textOf(fact), fact);
  return [...rows.values()];
}

function daysOfQuarters({ first, after, days }: Stretch, quarters: readonly Fact[]): Fact[] {
  const own = quarters.filter(({ bucket }) => bucket >= days.startOf(first) && bucket < days.startOf(after));
  const byDay = grouped(own, ({ bucket }) => String(days.dayOf(bucket)));
  return [...byDay].map(([day, rows]) =>
    composed(rows, 'day', days.startOf(Number(day)), days.startOf(Number(day) + 1) - quarterMs),
  );
}

function monthsOfDays({ keys }: Grouping, { first, after, days }: Stretch, rows: readonly Fact[]): Fact[] {
  const from = monthStart(first);
  const to = nextMonth(after - 1);
  const own = rows.map((fact) => ({ fact, day: days.dayOf(fact.bucket) })).filter(({ day }) => day >= from && day < to);
  const byMonth = grouped(own, ({ fact, day }) => `${monthStart(day)}\0${groupOf(keys, fact)}`);
  return [...byMonth.values()].map((some) => {
    const start = monthStart(some[0]?.day ?? first);
    return composed(
      some.map(({ fact }) => fact),
      'month',
      days.startOf(start),
      days.startOf(nextMonth(start) - 1),
    );
  });
}

/** Neighbouring units compose: the first one's opening, the last one's closing, the highest peak, all of the area. */
function composed(units: readonly Fact[], level: 'day' | 'month', begins: number, last: number): Fact {
  let earliest = units[0] as Fact;
  let latest = earliest;
  let peak = earliest.peak;
  let area = 0n;
  for (const unit of units) {
    if (unit.bucket < earliest.bucket) earliest = unit;
    if (unit.bucket > latest.bucket) latest = unit;
    peak = Math.max(peak, unit.peak);
    area += unit.area;
  }
  return {
    ...earliest,
    level,
    bucket: begins,
    opening: earliest.bucket === begins ? earliest.opening : 0,
    peak,
    closing: latest.bucket === last ? latest.closing : 0,
    area,
  };
}

const dayMs = 86_400_000;

/** The first day of the month that a day lies in, and of the next one. */
export function monthStart(day: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) / dayMs;
}
export function nextMonth(day: number): number {
  const date = new Date(day * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) / dayMs;
}
