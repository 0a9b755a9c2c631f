import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestFiles, recover, repair } from '../../src/ingest/pipeline.ts';
import { formats } from '../../src/ingest/formats/registry.ts';
import { detectFormat, fileInput } from '../../src/ingest/input.ts';
import type { Connection } from '../../src/store/connection.ts';
import { findUnderived } from '../../src/store/derived.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { flexnetLog, meteredCsv } from '../golden/fixture.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

/**
 * The process ends before or after each single statement that writes: whatever the moment, opening the store and running the
 * same ingest again gives the figures of an undisturbed run.
 */
let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(async () => {
  await test.close();
});

/** A month later the daemons go on, so that sessions, rollups and snapshots reach over a month's end. */
const nextMonth = flexnetLog.replaceAll('3/2/2026', '4/1/2026').replace(' 8:30:00 (acmed) IN: "cad" zed@ws9  \n', '');

class Ended extends Error {}

/** A connection whose n-th write does not happen, or happens and is never heard of; nothing comes after it. */
function endingAt(inner: Connection, writes: number, after: boolean): { connection: Connection; left: () => number } {
  let left = writes;
  const ending =
    <A extends readonly unknown[]>(write: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      if (left < 0) throw new Ended();
      if (left-- > 0) return write(...args);
      if (after) await write(...args);
      throw new Ended();
    };
  const connection = {
    ...inner,
    command: ending((...args: Parameters<Connection['command']>) => inner.command(...args)),
    insert: ending((...args: Parameters<Connection['insert']>) => inner.insert(...args)),
  };
  return { connection, left: () => left };
}

async function ingest(connection: Connection, texts: readonly string[], server: string): Promise<void> {
  const files = await Promise.all(
    texts.map(async (text, i) => {
      const path = join(test.directory, `${server}-${i}.log`);
      await writeFile(path, text);
      const input = await fileInput(path);
      return { input, format: detectFormat(await input.head(), formats, 'auto', path).format };
    }),
  );
  await ingestFiles(createEventStore(connection), files, { timezone: 'UTC', server, account: server, blockRows: 8 });
}

/** All that is derived of a source, and what is told of it; client numbers are told by names. */
async function derivedOf(connection: Connection, server: string): Promise<Record<string, unknown>> {
  const rows = async (sql: string): Promise<unknown> => (await connection.query(sql, { server })).rows;
  const client = `(SELECT number, client FROM clients FINAL WHERE account = {server:String}) AS c`;
  return {
    changes: await rows(
      `SELECT time, seq, vendor, feature, c.client, delta, held, ending FROM usage_changes AS u LEFT JOIN ${client} ON u.client = c.number
       WHERE server = {server:String} ORDER BY time, seq, held DESC, delta, vendor, feature, c.client`,
    ),
    facts: await rows(
      `SELECT grouping, level, feature, vendor, bucket, opening, peak, closing, area FROM facts FINAL
       WHERE (server = {server:String} OR account = {server:String}) AND peak != 0 ORDER BY ALL`,
    ),
    activity: await rows(
      `SELECT level, feature, version, vendor, model, bucket, checkouts, checkins, denials, unsupported, queued, dequeued, upgrades, consumed
       FROM activity FINAL WHERE server = {server:String} ORDER BY ALL`,
    ),
    served: await rows(
      `SELECT level, feature, bucket, bitmapCardinality(clients) FROM (SELECT level, feature, bucket, groupBitmapMergeState(clients) AS clients
       FROM served_clients FINAL WHERE server = {server:String} GROUP BY level, feature, bucket) ORDER BY ALL`,
    ),
    episodes: await rows(
      `SELECT feature, time, last, vendor, kind, lines, reason, grantAfter FROM episodes FINAL WHERE server = {server:String} AND lines > 0 ORDER BY ALL`,
    ),
    source: await rows(
      `SELECT firstLine, lastLine, state, tracksDenials FROM sources FINAL WHERE server = {server:String}`,
    ),
    lines: await rows(`SELECT * EXCEPT (server) FROM source_lines WHERE server = {server:String}`),
  };
}

/** How many writes an undisturbed ingest of these files takes, and what it leaves. */
async function undisturbed(texts: readonly string[], server: string): Promise<{ writes: number; derived: unknown }> {
  const most = 1_000_000;
  const { connection, left } = endingAt(test.connection, most, false);
  await ingest(connection, texts, server);
  return { writes: most - left(), derived: await derivedOf(test.connection, server) };
}

describe('an ingest that ends at any of its writes', () => {
  it.each([
    ['one log', [flexnetLog]],
    ['logs of two months, the later one first in the store', [nextMonth, flexnetLog]],
    ['metered use', [meteredCsv]],
  ])('%s: gives the figures of an undisturbed run after the same again', async (name, texts) => {
    const { writes, derived } = await undisturbed(texts, `${name}: whole`);
    expect(await findUnderived(test.connection)).toEqual([]);
    // Not to happen after one write is nearly the same as not to be heard of after the next: each moment is met once. Those of two
    // logs take turns, from one run of this test to the next. Each is a source of its own, and all are recovered by one opening.
    const every = texts.length;
    const servers: string[] = [];
    for (let at = Math.floor(Math.random() * every); at < writes; at += every) {
      const after = at % (2 * every) < every;
      const server = `${name}: ${at}${after ? ' done' : ''}`;
      servers.push(server);
      const [later] = texts;
      if (texts.length > 1 && later !== undefined) await ingest(test.connection, [later], server);
      await ingest(endingAt(test.connection, at, after).connection, texts, server).catch((error: unknown) => {
        if (!(error instanceof Ended)) throw error;
      });
    }
    await recover(createEventStore(test.connection));
    expect(await findUnderived(test.connection)).toEqual([]);
    const wrong: string[] = [];
    for (const server of servers) {
      await ingest(test.connection, texts, server);
      const again = await derivedOf(test.connection, server);
      if (JSON.stringify(again) !== JSON.stringify(derived).replaceAll(`${name}: whole`, server)) wrong.push(server);
    }
    expect(wrong).toEqual([]);
    expect(await findUnderived(test.connection)).toEqual([]);
  });
});

describe('a store that an earlier version left with figures that do not follow from its lines', () => {
  it.each(['activity', 'facts', 'served_clients', 'episodes', 'changes'])(
    'rows of %s are missing: they are derived anew',
    async (table) => {
      const server = `damaged ${table}`;
      await ingest(test.connection, [flexnetLog], server);
      const whole = await derivedOf(test.connection, server);
      await test.connection.command(`DELETE FROM ${table} WHERE account = {server:String}`, { server });
      expect((await findUnderived(test.connection)).map((one) => one.server)).toContain(server);
      expect(await repair(createEventStore(test.connection))).toEqual([server]);
      expect(await derivedOf(test.connection, server)).toEqual(whole);
      expect(await findUnderived(test.connection)).toEqual([]);
    },
  );
});
