import type { Ask } from './ask.ts';
import { keyText, read } from './ask.ts';
import { changesSql } from './changes-sql.ts';
import type { EventRow } from './event-rows.ts';
import { compareSeq } from './event-rows.ts';
import { fixed } from './entitlement-book.ts';
import { meteredSoFarSql } from './metered-so-far.ts';
import { Bindings } from './sql.ts';

/** What an event left its account × feature with. */
export interface UseAfter {
  /** In use just after it; metered: consumed in the period so far. null: nothing is known of it. */
  readonly used: number | null;
  /** Entitled then; null: nothing countable. */
  readonly entitled: number | null;
  /** The one in % of the other. */
  readonly percentage: number | null;
}

/**
 * The use just after each of some events, in (time, file order): what was open when the first one's day began, and the changes since.
 * @returns what to look one of them up with
 */
export async function readUseAfter(ask: Ask, events: readonly EventRow[]): Promise<(event: EventRow) => UseAfter> {
  const metered = events.filter(({ model }) => model === 'metered');
  const [concurrent, consumed] = await Promise.all([
    readInUse(ask, events),
    metered.length === 0 ? undefined : readConsumed(ask, metered),
  ]);
  return (event) => {
    if (event.model === 'metered') return consumed?.get(eventKey(event)) ?? nothing;
    const used = concurrent(event);
    const rows = ask.book
      .covering({ account: event.account, feature: event.feature }, 'concurrent')
      .filter(({ from, to }) => from <= event.time && to > event.time);
    const quantity = fixed(rows.reduce((sum, row) => sum + row.quantity, 0));
    const entitled = quantity <= 0 || rows.some(({ uncounted }) => uncounted) ? null : quantity;
    return { used, entitled, percentage: entitled === null ? null : (100 * used) / entitled };
  };
}

const nothing: UseAfter = { used: null, entitled: null, percentage: null };

/** A moment at which the quantity in use changed, and what it was then; the first one is what the day opened with. */
interface Step {
  readonly time: number;
  readonly seq: string;
  /** Whether it stands after an event of the same place. */
  readonly isAfter: boolean;
  readonly level: number;
}

async function readInUse(ask: Ask, events: readonly EventRow[]): Promise<(event: EventRow) => number> {
  const [first, last] = [Math.min(...events.map(({ time }) => time)), Math.max(...events.map(({ time }) => time))];
  const start = ask.calendar.floor(first, 'day');
  const readOpenings = async (): Promise<readonly (readonly unknown[])[]> => {
    const bindings = new Bindings();
    const pairs = pairsSql(events, bindings);
    const moment = bindings.time(start);
    const sql = ask.rawOnly
      ? `SELECT account, feature, toFloat64(sum(delta)) FROM usage_changes WHERE time < ${moment} AND ${pairs} GROUP BY account, feature`
      : `SELECT account, feature, toFloat64(opening) FROM facts FINAL
WHERE grouping = 'account_feature' AND level = 'day' AND toYYYYMM(bucket) = toYYYYMM(${moment}) AND bucket = ${moment} AND ${pairs}`;
    return (await read(ask, sql, bindings)).rows;
  };
  const readChanges = async (): Promise<readonly (readonly unknown[])[]> => {
    const bindings = new Bindings();
    const sql = `SELECT account, feature, toUnixTimestamp64Milli(time) AS at, toString(seq), ending IN ('restart', 'open') AS isAfter, toFloat64(delta)
FROM ${changesSql(ask, [{ from: start, to: last + 1 }])}
WHERE delta != 0 AND time >= ${bindings.time(start)} AND time <= ${bindings.time(last)} AND ${pairsSql(events, bindings)}
ORDER BY time, seq, isAfter, -delta`;
    return (await read(ask, sql, bindings)).rows;
  };
  const [openings, changes] = await Promise.all([readOpenings(), readChanges()]);
  const steps = new Map(
    openings.map(([account, feature, opening]): [string, Step[]] => [
      pairKey(account, feature),
      [{ time: -Infinity, seq: '', isAfter: false, level: Number(opening) }],
    ]),
  );
  for (const [account, feature, time, seq, isAfter, delta] of changes) {
    const key = pairKey(account, feature);
    const own = steps.get(key) ?? [];
    steps.set(key, own);
    const level = fixed((own.at(-1)?.level ?? 0) + Number(delta));
    own.push({ time: Number(time), seq: String(seq), isAfter: Number(isAfter) === 1, level });
  }
  return (event) => {
    const own = steps.get(pairKey(event.account, event.feature)) ?? [];
    // The last step that does not stand after the event.
    let [low, high] = [0, own.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfterEvent(own[middle]!, event)) high = middle;
      else low = middle + 1;
    }
    return own[low - 1]?.level ?? 0;
  };
}

function isAfterEvent(step: Step, event: EventRow): boolean {
  if (step.time !== event.time) return step.time > event.time;
  const place = compareSeq(step.seq, event.seq);
  return place > 0 || (place === 0 && step.isAfter);
}

async function readConsumed(ask: Ask, events: readonly EventRow[]): Promise<ReadonlyMap<string, UseAfter>> {
  const [first, last] = [Math.min(...events.map(({ time }) => time)), Math.max(...events.map(({ time }) => time))];
  const bindings = new Bindings();
  const wanted = `time >= ${bindings.time(first)} AND time <= ${bindings.time(last)}`;
  const { rows } = await read(
    ask,
    `SELECT account, feature, server, toUnixTimestamp64Milli(time), toString(seq), meteredUsed, meteredQuantity, meteredPercentage
FROM (${meteredSoFarSql(ask, { pairs: pairsSql(events, bindings), last, wanted }, bindings)})`,
    bindings,
  );
  const figure = (value: unknown): number | null => (value === null ? null : Number(value));
  return new Map(
    rows.map((row): [string, UseAfter] => [
      keyText(row.slice(0, 5).map(String)),
      { used: figure(row[5]), entitled: figure(row[6]), percentage: figure(row[7]) },
    ]),
  );
}

const eventKey = ({ account, feature, server, time, seq }: EventRow): string =>
  keyText([account, feature, server, String(time), seq]);
const pairKey = (account: unknown, feature: unknown): string => keyText([String(account), String(feature)]);

function pairsSql(events: readonly EventRow[], bindings: Bindings): string {
  const pairs = [...new Map(events.map((event) => [pairKey(event.account, event.feature), event])).values()];
  const accounts = pairs.map(({ account }) => account);
  const features = pairs.map(({ feature }) => feature);
  return `account IN ${bindings.strings([...new Set(accounts)])} AND feature IN ${bindings.strings([...new Set(features)])}
    AND (account, feature) IN arrayZip(${bindings.strings(accounts)}, ${bindings.strings(features)})`;
}
