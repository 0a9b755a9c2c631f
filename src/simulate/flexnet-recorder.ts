import type { Cause } from './catalogue.ts';
import { clockText, dateText, offsetAt, offsetWindow } from './clock.ts';
import { banner, block, rereadLines, restartLines, shutdownLines } from './flexnet-text.ts';
import type { Host, Said } from './flexnet-text.ts';
import { itemOf } from './random.ts';
import type { ServerPlan } from './plan.ts';
import type { Recorder, RecorderState, ServerEvent, SimulatedClient } from './recorder.ts';
import { closeSink, flushSink, newFigures, openSink, writeLine } from './sink.ts';
import type { FileFigures, Sink } from './sink.ts';

/**
 * A FlexNet Publisher debug log (grammar: docs/formats.md#flexnet-debug-log): local time without zone or date, dates only in stamps,
 * start lines and SLOG blocks. SLOG blocks follow activity so that they make up `plan.noise` of all lines.
 */
export function createFlexnetRecorder(
  directory: string,
  plan: ServerPlan,
  clients: readonly SimulatedClient[],
  state: RecorderState,
  files: FileFigures[],
): Recorder {
  const { clock } = plan;
  const daemons = ['lmgrd', ...plan.vendors];
  const prefixes = daemons.map((daemon) => ` (${daemon}) `);
  const daemonOf = plan.pools.map((pool) => Math.max(1, daemons.indexOf(pool.vendor)));
  const features = plan.pools.map((pool) => `"${pool.feature}" `);
  const names = clients.map((client) => `${client.client}  `);
  let sink: Sink | undefined;
  let month = '';
  let stamp = '';

  const sinkAt = (local: number): Sink => {
    if (sink !== undefined && !plan.rotated) return sink;
    const now = plan.rotated ? new Date(local).toISOString().slice(0, 7) : 'all';
    // Never back to an older file: a small back-step at the turn of the month stays where the log has got to.
    if (sink !== undefined && now <= month) return sink;
    if (sink !== undefined) closeSink(sink);
    const latest = files.at(-1);
    const name = plan.rotated ? `${plan.name}.${now}.log` : `${plan.name}.log`;
    const figures = latest !== undefined && latest.file >= name ? latest : newFigures(name);
    if (figures !== latest) files.push(figures);
    month = now;
    sink = openSink(directory, figures);
    return sink;
  };

  let window = { from: NaN, to: -Infinity, offset: 0 };
  let zone = '';
  let moment = NaN;
  let target: Sink | undefined;

  const line = (kind: string, t: number, daemon: number, text: string): void => {
    if (t !== moment || target === undefined) {
      if (t < window.from || t >= window.to) {
        window = offsetWindow(clock, t);
        zone = zoneName(plan, t);
      }
      const local = t + window.offset;
      target = sinkAt(local);
      stamp = clockText(local);
      moment = t;
    }
    if (t > state.last) state.last = t;
    state.lastOf[daemon] = t;
    state.lines++;
    writeLine(target, kind, t, `${stamp}${itemOf(prefixes, daemon)}${text}\n`);
  };

  const host = (): Host => ({
    name: plan.name,
    port: 27_000,
    version: 'v11.19.4.1 build 292456 x64_lsb',
    pid: ++state.pid + 4000,
  });
  const said = (t: number, lines: readonly Said[]): void => {
    for (const { daemon, text, kind } of lines) line(kind ?? 'noise', t, daemon, text);
  };

  /** Daemons talk about themselves now and then. */
  const chatter = (t: number, daemon: number): void => {
    const size = 28;
    if ((state.noise + size) / (state.lines + size) > plan.noise) return;
    // Right after a line of the same daemon and second: its file, stamp and window stand.
    if (target === undefined) return;
    const lead = `${stamp}${itemOf(prefixes, daemon)}`;
    const lines = block(itemOf(daemons, daemon), t + window.offset, zone, state.noise);
    writeLine(target, 'slog', t, `${lead}${lines.join(`\n${lead}`)}\n`, lines.length);
    state.lines += lines.length;
    state.noise += lines.length;
  };
  const activity = (kind: string, t: number, pool: number, text: string): void => {
    const daemon = itemOf(daemonOf, pool);
    line(kind, t, daemon, text);
    chatter(t, daemon);
  };
  const who = (pool: number, client: number): string => itemOf(features, pool) + itemOf(names, client);
  const licenses = (quantity: number): string => (quantity === 1 ? '' : `(${quantity} licenses) `);

  const served = (vendor: string): string[] =>
    plan.pools.filter((pool) => pool.vendor === vendor && !pool.foreign).map((pool) => pool.feature);
  const events: Record<ServerEvent, (t: number, daemon: number) => void> = {
    // A rotated log begins in the middle of the server's life.
    begin: (t) => {
      if (!plan.rotated) said(t, banner(host(), t + offsetAt(clock, t), zoneName(plan, t), plan.vendors, served));
    },
    startup: (t) => {
      said(t, banner(host(), t + offsetAt(clock, t), zoneName(plan, t), plan.vendors, served));
    },
    timestamp: (t, daemon) => {
      line('noise', t, daemon, `TIMESTAMP ${dateText(t + offsetAt(clock, t))}`);
    },
    reread: (t) => {
      said(t, rereadLines(host(), plan.vendors, served));
    },
    crash: (t, daemon) => {
      line('noise', t, daemon, 'EXITING DUE TO SIGNAL 11');
    },
    exited: (t, daemon) => {
      line('exit', t, 0, `${itemOf(daemons, daemon)} exited with status 139 ()`);
    },
    restart: (t, daemon) => {
      said(t, restartLines(host(), daemon, itemOf(daemons, daemon), served));
    },
    shutdown: (t) => {
      said(t, shutdownLines(host(), plan.vendors));
    },
  };

  return {
    checkout: (t, pool, client, quantity) => {
      activity('checkout', t, pool, `OUT: ${who(pool, client)}${licenses(quantity)}`);
    },
    checkin: (t, pool, client, quantity, _handle, reason) => {
      const tail = reason === '' ? '' : quantity === 1 ? `(${reason}) ` : ` (${reason}) `;
      activity('checkin', t, pool, `IN: ${who(pool, client)}${licenses(quantity)}${tail}`);
    },
    denial: (t, pool, client, quantity, cause) => {
      activity(
        'denial',
        t,
        pool,
        `DENIED: ${who(pool, client)}${licenses(quantity)}(${cause.text} (${cause.code},${cause.minor ?? 0}${system(cause, t)}))`,
      );
    },
    unsupported: (t, pool, client) => {
      const { client: name } = itemOf(clients, client);
      activity(
        'unsupported',
        t,
        pool,
        `UNSUPPORTED: ${itemOf(features, pool)}(PORT_AT_HOST_PLUS   ) ${name}  (No such feature exists. (-5,346))`,
      );
    },
    queued: (t, pool, client, quantity) => {
      activity('queued', t, pool, `QUEUED: ${who(pool, client)}${licenses(quantity)}`);
    },
    dequeued: (t, pool, client, quantity) => {
      activity('dequeued', t, pool, `DEQUEUED: ${who(pool, client)}${licenses(quantity)}`);
    },
    upgrade: (t, pool, client, before, after) => {
      activity('upgrade', t, pool, `UPGRADE: ${who(pool, client)}(${before}->${after} licenses)`);
    },
    say: (t, what, daemon) => {
      events[what](t, daemon);
    },
    flush: () => {
      if (sink !== undefined) flushSink(sink);
    },
    close: () => {
      if (sink !== undefined) closeSink(sink);
      sink = undefined;
      target = undefined;
    },
  };
}

/** The optional third number: an operating system's error, with or without its text. */
function system(cause: Cause, t: number): string {
  if (cause.code !== '-4') return '';
  const lot = Math.floor(t / 1000) % 7;
  return lot === 3 ? ':104 "Connection reset by peer"' : lot === 5 ? ':10054 ""' : '';
}

/** Zone names as servers print them: never IANA names. */
function zoneName(plan: ServerPlan, t: number): string {
  const [standard, summer] = zoneNames[plan.clock.zone] ?? ['UTC', 'UTC'];
  const offsets = plan.clock.changes.map((change) => change.after);
  return offsets.length > 0 && offsetAt(plan.clock, t) === Math.max(...offsets) ? summer : standard;
}

const zoneNames: Readonly<Record<string, readonly [string, string]>> = {
  'Europe/Berlin': ['CET', 'CEST'],
  'Europe/London': ['GMT', 'BST'],
  'Europe/Paris': ['Romance Standard Time', 'Romance Daylight Time'],
  'America/New_York': ['EST', 'EDT'],
  'America/Chicago': ['Central Standard Time', 'Central Daylight Time'],
  'America/Los_Angeles': ['PST', 'PDT'],
  'Asia/Tokyo': ['JST', 'JST'],
  'Asia/Kolkata': ['IST', 'IST'],
  'Australia/Sydney': ['AEST', 'AEDT'],
};
