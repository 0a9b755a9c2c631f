import type { ClientNumbers, EventStore, SourceRecord } from '../ingest/event-store.ts';
import { keyBytes } from '../ingest/event-store.ts';
import { words } from './event-store/rows.ts';
import type { Place } from '../sessions/change.ts';
import { comparePlaces, highestHalf } from '../sessions/change.ts';
import type { MatcherState } from '../sessions/matcher-state.ts';
import type { Connection, Params } from './connection.ts';
import { copyMoved, movedEvents, moveParams, owners } from './event-store/moves.ts';
import { overlap } from './event-store/overlap.ts';
import { ordinal, orderTime, replay } from './event-store/replay.ts';
import {
  changeColumns,
  columnsOf,
  eventColumns,
  openSessionColumns,
  readingColumns,
  readingOf,
  readingSelect,
  sourceColumns,
  sourceOf,
  sourceSelect,
} from './event-store/rows.ts';
import { findUnderived } from './derived.ts';
import { physicalTable } from './physical.ts';
import { recomputeRollups } from './rollups.ts';

const timeType = "DateTime64(3, 'UTC')" as const;
const atOrBefore = `(toUnixTimestamp64Milli(asOf), asOfSeq) <= ({time:Int64}, {ordinal:UInt64})`;

/** A deletion costs the engine as much as a whole small ingest: they are done together, and what is left disturbs nobody. */
const deletedTogether = 64;
const outdatedRows = 10_000;
/** Sources of which is remembered where they stand. */
const mostEnds = 64;

/** What an ingest reads and writes (src/ingest/event-store.ts), over any connection. One per store: it numbers clients. */
export function createEventStore(connection: Connection): EventStore {
  const clients = new Map<string, ClientNumbers>();
  let running: Promise<unknown> = Promise.resolve();
  let lastStamp = 0;
  /** Where sources stood when this process last ended an ingest of them, as long as nothing else is written. */
  const ends = new Map<string, { readonly record: SourceRecord; readonly state?: MatcherState }>();
  let writes = -1;
  /** Snapshots that nobody needs. */
  const superfluous: { readonly server: string; readonly time: number }[] = [];
  let hasDropped = false;
  /** Open sessions of generations that may count no more. */
  let outdated = { rows: 0, servers: new Set<string>() };
  let hasLooked = false;

  /** Milliseconds, but never the same twice: the highest counts among rows that replace each other. */
  const stamp = (): number => (lastStamp = Math.max(Date.now(), lastStamp + 1));

  /** Deletes rows; resolves when they are gone. A cluster's rows lie in the local tables behind the distributed one. */
  async function remove(table: string, where: string, params: Params): Promise<void> {
    await connection.command(`DELETE FROM ${physicalTable(connection, table)} WHERE ${where}`, params);
  }

  return {
    async exclusive(work) {
      const turn = running.then(async () => {
        // Who writes to a ClickHouse server beside this process is not known.
        if (connection.kind !== 'embedded' || connection.writes() !== writes) ends.clear();
        try {
          return await work();
        } catch (error) {
          // Numbers that were given to clients may not have been stored.
          clients.clear();
          ends.clear();
          throw error;
        } finally {
          writes = connection.writes();
        }
      });
      running = turn.catch(() => undefined);
      return turn;
    },

    async sources(servers) {
      const known = servers.flatMap((server) => ends.get(server)?.record ?? []);
      if (known.length === servers.length) return new Map(known.map((record) => [record.server, record]));
      const { rows } = await connection.query(
        `SELECT ${sourceSelect} FROM sources FINAL WHERE server IN {servers:Array(String)}`,
        { servers },
      );
      return new Map(rows.map(sourceOf).map((record) => [record.server, record]));
    },

    async allSources() {
      return (await connection.query(`SELECT ${sourceSelect} FROM sources FINAL ORDER BY server`)).rows.map(sourceOf);
    },

    owners: (servers) => owners(connection, servers),
    copyMoved: (moves) => copyMoved(connection, moves),
    dropMoved: (moves) => remove('events', movedEvents, moveParams(moves)),

    async forgetCounts(servers) {
      await remove('activity', 'server IN {servers:Array(String)}', { servers });
    },

    async underived() {
      return [...new Set((await findUnderived(connection)).map(({ server }) => server))];
    },

    async interrupted() {
      const { rows } = await connection.query(
        `SELECT ${sourceSelect} FROM sources FINAL WHERE state = 'dirty' ORDER BY server`,
      );
      return rows.map(sourceOf);
    },

    async saveSources(records) {
      await connection.insert('sources', sourceColumns(records, stamp()));
      for (const record of records) ends.set(record.server, { ...ends.get(record.server), record });
      for (const server of ends.keys()) if (ends.size > mostEnds) ends.delete(server);
    },

    async clients(account) {
      const known = clients.get(account);
      if (known !== undefined) return known;
      const numbers = new Map<string, number>();
      let next = 1;
      const chunks = connection.stream('SELECT client, number FROM clients FINAL WHERE account = {account:String}', {
        account,
      });
      for await (const rows of chunks) {
        for (const [client, number] of rows) {
          numbers.set(String(client), Number(number));
          next = Math.max(next, Number(number) + 1);
        }
      }
      const loaded = { numbers, next };
      clients.set(account, loaded);
      return loaded;
    },

    async insertClients(rows) {
      await connection.insert(
        'clients',
        columnsOf(rows, {
          account: ['String', ({ account }) => account],
          number: ['UInt32', ({ number }) => number],
          client: ['String', ({ client }) => client],
          user: ['String', ({ user }) => user],
          host: ['String', ({ host }) => host],
        }),
      );
    },

    overlap: (stretches) => overlap(connection, stretches),

    async insertEvents(block) {
      await connection.insert('events', eventColumns(block));
    },

    async insertChanges(block) {
      await connection.insert('changes', changeColumns(block));
    },

    async snapshotBefore(server, place) {
      if (place.time <= 0) return undefined;
      const end = ends.get(server);
      if (end?.state !== undefined && comparePlaces(end.state.place, place) === 0) {
        // Once: a matcher goes on with what it is made of.
        ends.set(server, { record: end.record });
        return end.state;
      }
      const { rows } = await connection.query(
        `SELECT state FROM source_states FINAL WHERE server = {server:String} AND ${atOrBefore}
         ORDER BY asOf DESC LIMIT 1`,
        { server, ...stored(place) },
      );
      const text = rows[0]?.[0];
      return typeof text === 'string' ? (JSON.parse(text) as MatcherState) : undefined;
    },

    async saveSnapshots(snapshots) {
      const updated = stamp();
      await connection.insert(
        'source_states',
        columnsOf(snapshots, {
          server: ['String', ({ server }) => server],
          asOf: [timeType, ({ state }) => Math.max(0, state.place.time)],
          asOfSeq: ['UInt64', ({ state }) => state.place.ordinal],
          state: ['String', ({ state }) => JSON.stringify(state)],
          updated: ['UInt64', () => updated],
        }),
      );
      for (const { server, state } of snapshots) {
        const record = ends.get(server)?.record;
        if (record !== undefined) ends.set(server, { record, state });
      }
    },

    async dropSnapshot(server, place) {
      superfluous.push({ server, time: stored(place).time });
      if (superfluous.length < deletedTogether && hasDropped) return;
      const snapshots = superfluous.splice(0);
      hasDropped = true;
      await remove(
        'source_states',
        `server IN {servers:Array(String)} AND (server, toUnixTimestamp64Milli(asOf)) IN arrayZip({servers:Array(String)}, {times:Array(Int64)})`,
        { servers: snapshots.map((one) => one.server), times: snapshots.map((one) => one.time) },
      );
    },

    async forgetAfter(server, place) {
      const { time, ordinal: n } = stored(place);
      const far = `bitShiftRight(seq, 32) = ${highestHalf}`;
      const later = (from: string): string =>
        `server = {server:String}${
          time <= 0 ? '' : ` AND (time >= fromUnixTimestamp64Milli({low:Int64}, 'UTC')${from}) AND ${laterChange}`
        }`;
      const low = Math.max(0, time - highestHalf);
      const { rows } = await connection.query(
        `SELECT toFloat64(count()), toFloat64(toUnixTimestamp64Milli(min(time))) FROM changes WHERE ${later(` OR ${far}`)}`,
        { server, time, ordinal: n, low },
      );
      const [count, earliest] = rows[0] ?? [];
      const found = Number(count) > 0 ? Number(earliest) : undefined;
      const params = { server, time, ordinal: n, low: Math.min(low, found ?? low) };
      // Closings further off than a lag can say lie anywhere before: the deletion reaches back to the first, and reads no month before it.
      if (found !== undefined) await remove('changes', later(''), params);
      await remove('source_states', `server = {server:String}${time <= 0 ? '' : ` AND NOT ${atOrBefore}`}`, params);
      return found;
    },

    replay: (server, after) => replay(connection, server, after),

    async insertOpenSessions(block, generations) {
      const servers = words(block.server);
      outdated.rows += servers.length;
      await connection.insert('open_sessions', [
        ...openSessionColumns(block),
        { name: 'generation', type: 'UInt64', values: servers.map((server) => generations.get(server) ?? 0) },
      ]);
    },

    async dropOldGenerations(generations) {
      for (const server of generations.keys()) outdated.servers.add(server);
      // How many an earlier process has left is not known.
      if (hasLooked && outdated.rows < outdatedRows) return;
      const servers = [...outdated.servers];
      [hasLooked, outdated] = [true, { rows: 0, servers: new Set() }];
      const old =
        'server IN {servers:Array(String)} AND (server, generation) NOT IN (SELECT server, generation FROM sources FINAL)';
      const { rows } = await connection.query(`SELECT 1 FROM open_sessions WHERE ${old} LIMIT 1`, { servers });
      if (rows.length > 0) await remove('open_sessions', old, { servers });
    },

    async recompute(touched) {
      await recomputeRollups(connection, touched);
    },

    async shortReadings(files) {
      const { rows } = await connection.query(
        `SELECT ${readingSelect} FROM readings FINAL
         WHERE headBytes < ${keyBytes} AND lines > 0 AND file IN {files:Array(String)}`,
        { files },
      );
      return rows.map(readingOf);
    },

    async saveReadings(readings) {
      await connection.insert('readings', readingColumns(readings, stamp()));
    },

    async insertUnusableLines(lines) {
      const updated = stamp();
      await connection.insert(
        'unreadable_lines',
        columnsOf(lines, {
          server: ['String', ({ server }) => server],
          file: ['String', ({ file }) => file],
          line: ['UInt64', ({ line }) => line],
          kind: ['UInt8', ({ kind }) => (kind === 'unreadable' ? 1 : 2)],
          reason: ['String', ({ reason }) => reason],
          text: ['String', ({ text }) => text],
          updated: ['UInt64', () => updated],
        }),
      );
    },

    async saveCheckpoints(checkpoints) {
      const updated = stamp();
      await connection.insert(
        'checkpoints',
        columnsOf(checkpoints, {
          file: ['String', ({ file }) => file],
          server: ['String', ({ server }) => server],
          fingerprint: ['String', ({ fingerprint }) => fingerprint],
          offset: ['UInt64', ({ offset }) => offset],
          lines: ['UInt64', ({ lines }) => lines],
          state: ['String', ({ state }) => state],
          updated: ['UInt64', () => updated],
        }),
      );
    },

    async checkpoints() {
      const { rows } = await connection.query(
        `SELECT file, server, fingerprint, toFloat64(offset), toFloat64(lines), state
         FROM checkpoints FINAL WHERE state != '' ORDER BY file`,
      );
      return rows.map(([file, server, fingerprint, offset, lines, state]) => ({
        file: String(file),
        server: String(server),
        fingerprint: String(fingerprint),
        offset: Number(offset),
        lines: Number(lines),
        state: String(state),
      }));
    },
  };
}

/** A change belongs to the place of the event that made it; for a start too far off for a lag, to the second of the start. */
const laterChange = `if(bitShiftRight(seq, 32) = ${highestHalf}, (toInt64(${ordinal}), toUInt32(0)) > (intDiv({time:Int64}, 1000), toUInt32(0)),
  (${orderTime}, ${ordinal}) > ({time:Int64}, {ordinal:UInt32}))`;

function stored({ time, ordinal: n }: Place): { readonly time: number; readonly ordinal: number } {
  return { time: Math.max(0, time), ordinal: time <= 0 ? 0 : n };
}
