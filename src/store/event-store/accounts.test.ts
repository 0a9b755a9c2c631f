import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import type { EventStore } from '../../ingest/event-store.ts';
import { flexnet } from '../../ingest/formats/flexnet/index.ts';
import { fileInput } from '../../ingest/input/source.ts';
import type { IngestOptions } from '../../ingest/pipeline.ts';
import { ingestEvents, ingestFiles } from '../../ingest/pipeline.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import { blankEvent, identityOf } from '../../sessions/event.ts';
import { createEventStore } from '../event-store.ts';

let test: TestStore;
let store: EventStore;
const recomputed: { readonly servers: readonly string[]; readonly from: number; readonly to: number }[] = [];

beforeEach(async () => {
  test = await openTestStore();
  recomputed.length = 0;
  store = {
    ...createEventStore(test.connection),
    recompute: (touched) => {
      recomputed.push(touched);
      return Promise.resolve();
    },
  };
});
afterEach(async () => {
  await test.close();
});

const noon = Date.UTC(2026, 2, 1, 12);

function event(seconds: number, fields: Partial<LicenseEvent>): LicenseEvent {
  const user = fields.user ?? 'ann';
  const kind = fields.kind ?? 'checkout';
  const { high, low } = identityOf('daemon', [kind, user, fields.feature, fields.account].join());
  return {
    ...blankEvent,
    kind,
    time: noon + seconds * 1000,
    server: 'srv',
    vendor: 'daemon',
    feature: 'cad',
    user,
    host: 'pc',
    client: `${user}@pc`,
    identityHigh: high,
    identityLow: low,
    ...fields,
  };
}

const ingest = (events: readonly LicenseEvent[], options: Partial<IngestOptions> = {}) =>
  ingestEvents(store, events, { name: 'made up', format: 'flexnet', timezone: 'UTC', ...options });

const rows = async (sql: string): Promise<unknown> => (await test.connection.query(sql)).rows;

describe('the account of an event', () => {
  it('is its own, else the one given for the source, else what a mapping says, else unmapped', async () => {
    const accountOf = ({ user }: { readonly user: string }): string => (user === 'bob' ? 'mapped' : '');
    await ingest([event(0, { account: 'own', server: 'given' }), event(1, { server: 'given' })], {
      account: 'option',
      accountOf,
    });
    await ingest([event(0, { user: 'bob', server: 'mapped' }), event(1, { server: 'mapped' })], { accountOf });
    expect(await rows('SELECT server, account FROM events ORDER BY server, time')).toEqual([
      ['given', 'own'],
      ['given', 'option'],
      ['mapped', 'mapped'],
      ['mapped', ''],
    ]);
  });

  it('stays the one of the source when a later ingest does not say it again', async () => {
    await ingest([event(0, {})], { account: 'acme' });
    await ingest([event(60, { kind: 'checkin' })]);
    expect(await rows('SELECT account, delta, ending FROM changes ORDER BY time')).toEqual([
      ['acme', 1, ''],
      ['acme', -1, 'checkin'],
    ]);
  });

  it('keeps sessions of clients with equal names apart', async () => {
    const summary = await ingest([
      event(0, { account: 'a' }),
      event(5, { account: 'b' }),
      event(9, { account: 'b', kind: 'checkin' }),
    ]);
    expect(summary).toMatchObject({ orphans: 0, stillOpen: 1 });
    expect(await rows('SELECT account, delta, held FROM changes ORDER BY time')).toEqual([
      ['a', 1, '0'],
      ['b', 1, '0'],
      ['b', -1, '4000'],
    ]);
  });
});

describe('clients', () => {
  it('are numbered per account, and keep their number in later ingests', async () => {
    await ingest([
      event(0, { account: 'a' }),
      event(1, { account: 'b', user: 'bob' }),
      event(2, { account: 'a', user: 'eve' }),
    ]);
    store = createEventStore(test.connection);
    await ingest([event(10, { account: 'a', user: 'eve' }), event(11, { account: 'a', user: 'new' })]);
    expect(
      await rows('SELECT account, number, client, user, host FROM clients FINAL ORDER BY account, number'),
    ).toEqual([
      ['a', 1, 'ann@pc', 'ann', 'pc'],
      ['a', 2, 'eve@pc', 'eve', 'pc'],
      ['a', 3, 'new@pc', 'new', 'pc'],
      ['b', 1, 'bob@pc', 'bob', 'pc'],
    ]);
  });
});

describe('one stream of many sources', () => {
  it('matches each by itself and tells the sources in the summary', async () => {
    const events = ['x', 'y', 'z'].flatMap((server, i) => [
      event(i, { server }),
      event(i + 100, { server, kind: server === 'y' ? 'denial' : 'checkin', code: '-4' }),
    ]);
    const summary = await ingest(
      events.sort((a, b) => a.time - b.time),
      {
        resolveReason: ({ system, code }) => `${system} ${code}`,
      },
    );
    expect(summary).toMatchObject({
      sources: ['x', 'y', 'z'],
      stillOpen: 1,
      events: { checkout: 3, checkin: 2, denial: 1 },
    });
    expect(await rows("SELECT reason, code FROM events WHERE kind = 'denial'")).toEqual([[' -4', '-4']]);
    expect(await rows('SELECT server, delta FROM open_sessions')).toEqual([['y', -1]]);
    // What is summed up follows for all of them at once, up to and including the last line.
    expect(recomputed).toEqual([{ servers: ['x', 'y', 'z'], from: noon, to: noon + 102_001 }]);
  });

  it('tells a denial from UNSUPPORTED when it asks for the reason, also where both say the same', async () => {
    const refusal = { code: '-97', detail: 'Not today. (-97)' };
    await ingest([event(0, { kind: 'denial', ...refusal }), event(1, { kind: 'unsupported', ...refusal })], {
      resolveReason: ({ kind, code }) => `${kind} ${code}`,
    });
    expect(await rows("SELECT reason FROM events WHERE kind IN ('denial', 'unsupported') ORDER BY time")).toEqual([
      ['denial -97'],
      ['unsupported -97'],
    ]);
  });

  it('adds nothing and recomputes nothing when it comes again', async () => {
    const events = [event(0, { server: 'x' }), event(1, { server: 'y' }), event(5, { server: 'x', kind: 'checkin' })];
    await ingest(events);
    const again = await ingest(events);
    expect(again).toMatchObject({ duplicates: 3, events: { checkout: 0, checkin: 0 } });
    expect(recomputed).toHaveLength(1);
    expect(await rows('SELECT server, lines, duplicates FROM source_lines ORDER BY server')).toEqual([
      ['x', '2', '0'],
      ['y', '1', '0'],
    ]);
    expect(await rows('SELECT server, state FROM sources FINAL ORDER BY server')).toEqual([
      ['x', 'clean'],
      ['y', 'clean'],
    ]);
  });
});

describe('files', () => {
  it('one that breaks off takes nothing from the others, nor from what was read of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'license-analytics-'));
    try {
      const log = (day: number): string =>
        [
          ` 8:00:00 (lmgrd) FlexNet Licensing (v11.16) started on srv (linux) (3/${day}/2026)`,
          ` 8:00:01 (vd) OUT: "cad" ann@pc`,
          ` 8:00:02 (vd) IN: "cad" ann@pc`,
          ` 8:00:03 (vd) OUT: "cad"`,
          '',
        ].join('\n');
      const whole = gzipSync(Buffer.from(log(1) + ' 8:00:04 (vd) pad\n'.repeat(5)));
      await writeFile(join(folder, 'a.log.gz'), whole.subarray(0, whole.length - 9));
      await writeFile(join(folder, 'b.log'), log(2));
      const files = await Promise.all(
        ['a.log.gz', 'b.log'].map(async (name) => ({ input: await fileInput(join(folder, name)), format: flexnet })),
      );
      await expect(ingestFiles(store, files, { timezone: 'UTC' })).rejects.toThrow('a.log.gz');
      expect(
        await rows(
          "SELECT toDate(time), count() FROM events WHERE kind IN ('checkout', 'checkin') GROUP BY 1 ORDER BY 1",
        ),
      ).toContainEqual(['2026-03-02', '2']);
      expect(await rows('SELECT DISTINCT state FROM sources FINAL')).toEqual([['clean']]);
      const kept = await rows(
        "SELECT file LIKE '%b.log', line, kind FROM unreadable_lines FINAL WHERE file LIKE '%b.log'",
      );
      expect(kept).toEqual([[1, '4', 'unreadable']]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
