import fc from 'fast-check';
import { ensureFacts } from '../../src/store/ensure-facts.ts';
import { followEntitlements, forgetEntitledUse } from '../../src/store/entitled-use.ts';
import { findUnderived } from '../../src/store/derived.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { migrate } from '../../src/store/migrations.ts';
import { tables } from '../../src/store/schema.ts';
import { someEntitlements, someEvents } from '../engine/arbitrary.ts';
import { fill } from '../engine/fill.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const site = { siteTimezone: 'Europe/Berlin', siteAccount: 'This company' };

async function rowsOf(table: 'facts' | 'entitled_use' | 'activity' | 'served_clients'): Promise<unknown> {
  const present = { facts: 'peak != 0', entitled_use: 'used != 0', activity: '1', served_clients: 'n > 0' }[table];
  const columns =
    table === 'served_clients'
      ? 'level, account, feature, server, bucket, finalizeAggregation(clients) AS n'
      : '* EXCEPT (stamp)';
  return (await store.connection.query(`SELECT ${columns} FROM ${table} FINAL WHERE ${present} ORDER BY ALL`)).rows;
}

async function empty(): Promise<void> {
  for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
}

test('what is kept beside what was bought follows every load, as if it were made anew', async () => {
  const documents = fc.array(fc.tuple(fc.constantFrom('a.csv', 'b.csv'), someEntitlements), {
    minLength: 2,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(someEvents, documents, async (events, loads) => {
      await empty();
      await fill(store.connection, events, site.siteTimezone);
      for (const [document, entitlements] of loads) {
        await loadEntitlements(store.connection, document, entitlements);
        const followed = await rowsOf('entitled_use');
        await store.connection.command('TRUNCATE TABLE entitled_use');
        await forgetEntitledUse(store.connection);
        await followEntitlements(store.connection);
        expect(followed).toEqual(await rowsOf('entitled_use'));
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 4), endOnFailure: true },
  );
});

describe('days are the days of the site', () => {
  const events = [
    { kind: 'checkout', time: Date.UTC(2026, 2, 1, 22, 30), user: 'ann', host: 'ws1' },
    { kind: 'checkin', time: Date.UTC(2026, 2, 1, 23, 30), user: 'ann', host: 'ws1' },
    { kind: 'denial', time: Date.UTC(2026, 2, 2, 12), user: 'bob', host: 'ws1', code: '-4', reason: 'full' },
  ] as const;

  test('another time zone makes them anew, and back again', async () => {
    await empty();
    await fill(store.connection, events, 'UTC');
    const peaks = async (): Promise<unknown> =>
      (
        await store.connection.query(
          `SELECT toString(bucket), toFloat64(opening), toFloat64(peak), toFloat64(closing) FROM facts FINAL WHERE grouping = 'account_feature' AND level = 'day' AND peak != 0 ORDER BY bucket`,
        )
      ).rows;
    const before = [await rowsOf('facts'), await rowsOf('activity'), await rowsOf('served_clients')];
    expect(await peaks()).toEqual([['2026-03-01 00:00:00', 0, 1, 0]]);
    expect(await ensureFacts(store.connection, site)).toBe(true);
    // In Berlin 23:30 is half past midnight of the next day.
    expect(await peaks()).toEqual([
      ['2026-02-28 23:00:00', 0, 1, 1],
      ['2026-03-01 23:00:00', 1, 1, 0],
    ]);
    expect(await findUnderived(store.connection)).toEqual([]);
    expect(await ensureFacts(store.connection, site)).toBe(false);
    expect(await ensureFacts(store.connection, { ...site, siteTimezone: 'UTC' })).toBe(true);
    expect([await rowsOf('facts'), await rowsOf('activity'), await rowsOf('served_clients')]).toEqual(before);
  });

  test('a store of schema 5 has them when it is opened', async () => {
    await empty();
    await fill(store.connection, events, 'UTC');
    const before = await rowsOf('facts');
    await store.connection.command('DROP TABLE facts');
    await store.connection.command('DROP TABLE entitled_use');
    await store.connection.command('DELETE FROM migrations WHERE number > 5');
    expect(await migrate(store.connection)).toEqual([6, 7, 8]);
    const former = store;
    await former.connection.close();
    const { openStore } = await import('../../src/store/open.ts');
    const connection = await openStore({ directory: store.directory, maxThreads: 2 });
    store = { ...former, connection, close: () => connection.close().then(former.close) };
    expect(await ensureFacts(connection, { ...site, siteTimezone: 'UTC' })).toBe(true);
    expect(await rowsOf('facts')).toEqual(before);
  });
});
