import fc from 'fast-check';
import type { EventKind, LicenseEvent } from '../../sessions/event.ts';
import { blankEvent, identityOf } from '../../sessions/event.ts';
import type { Connection } from '../connection.ts';

/** A line of a made-up log; `noise` is a line of the daemon that carries no event. */
export interface Line {
  readonly at: number;
  readonly kind: EventKind | 'noise';
  readonly vendor: string;
  readonly feature: string;
  readonly user: string;
  readonly quantity: number;
}

const start = Date.UTC(2026, 0, 30, 23, 0);

const step = fc.record({
  kind: fc.constantFrom<Line['kind']>(
    'checkout',
    'checkout',
    'checkout',
    'checkin',
    'checkin',
    'denial',
    'upgrade',
    'start',
    'noise',
    'exit',
  ),
  vendor: fc.constantFrom('alpha', 'alpha', 'beta'),
  feature: fc.constantFrom('cad', 'sim'),
  user: fc.constantFrom('ann', 'bob'),
  quantity: fc.constantFrom(1, 1, 1, 2, 0.5),
  // Seconds to the line before: mostly the same second or a little later, sometimes days (another month), sometimes months.
  wait: fc.constantFrom(0, 0, 0, 1, 2, 60, 3600, 20 * 86400, 90 * 86400),
  back: fc.constantFrom(0, 0, 0, 0, 0, 2),
});

/** Logs of one source in file order; the clock steps back now and then. */
export const anyLog: fc.Arbitrary<readonly Line[]> = fc.array(step, { minLength: 1, maxLength: 30 }).map((steps) => {
  let at = start;
  return steps.map(({ wait, back, ...line }) => {
    at += wait * 1000;
    return { ...line, at: at - back * 1000 };
  });
});

/** What a reader reports of these lines when they are a part of their own. */
export function read(lines: readonly Line[], server: string): LicenseEvent[] {
  let highest = 0;
  const last = new Map<string, number>();
  const events: LicenseEvent[] = [];
  for (const line of lines) {
    highest = Math.max(highest, line.at);
    const own = line.kind !== 'start' && line.kind !== 'exit';
    if (line.kind !== 'noise') events.push(eventOf(line, line.kind, server, highest, last.get(line.vendor) ?? 0));
    if (own) last.set(line.vendor, Math.max(line.at, last.get(line.vendor) ?? 0));
  }
  for (const [vendor, at] of last) {
    const { high, low } = identityOf(vendor, 'seen');
    events.push({
      ...blankEvent,
      kind: 'seen',
      time: at,
      lag: highest - at,
      server,
      vendor,
      identityHigh: high,
      identityLow: low,
    });
  }
  return events;
}

function eventOf(line: Line, kind: EventKind, server: string, highest: number, previous: number): LicenseEvent {
  const { at, vendor, feature, user, quantity } = line;
  const { high, low } = identityOf(vendor, [kind, feature, user, quantity].join(' '));
  const base = {
    ...blankEvent,
    kind,
    time: at,
    lag: highest - at,
    server,
    vendor,
    identityHigh: high,
    identityLow: low,
  };
  if (kind === 'start') return { ...base, previous };
  if (kind === 'exit') return base;
  const client = { user, host: 'pc', client: `${user}@pc`, feature, quantity };
  return kind === 'upgrade'
    ? { ...base, ...client, quantity: quantity * 2, quantityBefore: 1 }
    : { ...base, ...client };
}

/** Places at which a log may be cut so that its pieces have the same order in whatever order they come. */
export function cleanCuts(lines: readonly Line[]): number[] {
  const cuts = [];
  let highest = 0;
  for (let i = 1; i < lines.length; i++) {
    highest = Math.max(highest, lines[i - 1]?.at ?? 0);
    if (lines.slice(i).every(({ at }) => at > highest)) cuts.push(i);
  }
  return cuts;
}

/** What is stored of a source, apart from how its lines were cut into files: see `read` for `seen` and `previous`. */
export async function contentOf(connection: Connection, server: string): Promise<Record<string, unknown>> {
  const all = async (sql: string): Promise<unknown> => (await connection.query(sql, { server })).rows;
  return {
    changes: await all(
      `SELECT time, vendor, feature, c.client, delta, held, ending FROM usage_changes AS u
       LEFT JOIN (SELECT account, number, client FROM clients FINAL) AS c ON c.account = u.account AND c.number = u.client
       WHERE server = {server:String} ORDER BY time, seq, held DESC, delta, vendor, feature, c.client`,
    ),
    events: await all(
      `SELECT time, bitShiftRight(seq, 32), vendor, feature, kind, c.client, quantity, quantityBefore, identity FROM events AS e
       LEFT JOIN (SELECT account, number, client FROM clients FINAL) AS c ON c.account = e.account AND c.number = e.client
       WHERE server = {server:String} AND kind != 'seen' ORDER BY time, seq`,
    ),
    source: await all(`SELECT lastLine, state FROM sources FINAL WHERE server = {server:String}`),
  };
}
