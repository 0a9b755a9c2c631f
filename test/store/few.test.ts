import fc from 'fast-check';
import { ingestEvents } from '../../src/ingest/pipeline.ts';
import type { LicenseEvent } from '../../src/sessions/event.ts';
import { blankEvent, identityOf } from '../../src/sessions/event.ts';
import { ensureFacts } from '../../src/store/ensure-facts.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { few } from '../../src/store/rollups/few/read.ts';
import { recomputeInEngine } from '../../src/store/rollups.ts';
import { episodesStatement } from '../../src/store/rollups/episodes.ts';
import { tables } from '../../src/store/schema.ts';
import { someEntitlements, someEvents } from '../engine/arbitrary.ts';
import type { TestEvent } from '../engine/fill.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

const site = { siteTimezone: 'Europe/Berlin', siteAccount: 'acme' };
const derived = {
  facts: '* EXCEPT (stamp)',
  entitled_use: '* EXCEPT (stamp)',
  activity: '* EXCEPT (stamp)',
  episodes: '* EXCEPT (stamp)',
  served_clients: 'level, account, feature, server, bucket, arraySort(bitmapToArray(clients))',
} as const;
/** Rows that say that nothing is left are as good as none. */
const present = {
  facts: 'peak != 0',
  entitled_use: 'used != 0',
  activity: '1',
  episodes: 'lines > 0',
  served_clients: 'bitmapCardinality(clients) > 0',
};

async function kept(): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for (const table of Object.keys(derived) as (keyof typeof derived)[])
    rows[table] = (
      await store.connection.query(`SELECT ${derived[table]} FROM ${table} FINAL WHERE ${present[table]} ORDER BY ALL`)
    ).rows;
  return rows;
}

function lineOf(event: TestEvent): LicenseEvent {
  const { high, low } = identityOf(event.vendor ?? '', JSON.stringify(event));
  const client = event.user === undefined || event.user === '' ? '' : `${event.user}@${event.host}`;
  return { ...blankEvent, ...event, server: event.server ?? '', client, identityHigh: high, identityLow: low };
}

const enough = few.rows;
afterEach(() => {
  few.rows = enough;
});

test('what is worked out here and what the engine works out, piece by piece, is what it works out of everything', async () => {
  const pieces = fc.array(fc.record({ place: fc.nat(), here: fc.constantFrom(true, true, false) }), {
    minLength: 4,
    maxLength: 4,
  });
  const loads = fc.tuple(someEntitlements, someEntitlements);
  await fc.assert(
    fc.asyncProperty(someEvents, pieces, loads, async (events, ways, entitlements) => {
      for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
      await ensureFacts(store.connection, site);
      const into = createEventStore(store.connection);
      const some = ways
        .map((way, i) => ({ ...way, lines: events.slice((events.length * i) / 4, (events.length * (i + 1)) / 4) }))
        .sort((a, b) => a.place - b.place);
      for (const [i, { lines, here }] of some.entries()) {
        few.rows = here ? enough : -1;
        await ingestEvents(into, lines.map(lineOf), { name: `piece ${i}`, format: 'made up', timezone: 'UTC' });
        const bought = entitlements[i];
        if (bought !== undefined) await loadEntitlements(store.connection, `${i % 2}.csv`, bought);
      }
      const worked = await kept();
      for (const table of Object.keys(derived)) await store.connection.command(`TRUNCATE TABLE ${table}`);
      const times = events.map(({ time }) => time);
      const servers = [...new Set(events.map(({ server = '' }) => server))];
      const touched = { servers, from: Math.min(...times), to: Math.max(...times) + 1 };
      await recomputeInEngine(store.connection, touched, site.siteTimezone);
      await store.connection.command(episodesStatement, { ...touched, stamp: 1 });
      expect(worked).toEqual(await kept());
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 4), endOnFailure: true },
  );
});
