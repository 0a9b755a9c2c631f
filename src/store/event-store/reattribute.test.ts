import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import type { EventStore } from '../../ingest/event-store.ts';
import { csv } from '../../ingest/formats/events.ts';
import { flexnet } from '../../ingest/formats/flexnet/index.ts';
import { fileInput } from '../../ingest/input/source.ts';
import { compileAccountMapping } from '../../ingest/mappings/compile.ts';
import type { AccountOf, IngestFile } from '../../ingest/pipeline.ts';
import { ingestFiles, reattribute, recover } from '../../ingest/pipeline.ts';
import { createEventStore } from '../event-store.ts';
import { tables } from '../schema.ts';

let test: TestStore;
let folder: string;
let files: readonly IngestFile[];

const log = [
  ' 8:00:00 (lmgrd) FlexNet Licensing (v11.16) started on shared (linux) (1/31/2026)',
  ' 8:00:01 (vd) OUT: "cad" ann@space1',
  ' 8:00:02 (vd) OUT: "cad" bob@road1',
  ' 8:00:02 (vd) OUT: "sim" ann@space1',
  ' 9:00:00 (vd) DENIED: "cad" cid@road2  (Licensed number of users already reached. (-4,342))',
  ' 9:05:00 (vd) OUT: "cad" cid@road2',
  ' 9:10:00 (vd) DENIED: "sim" dan@else1  (Licensed number of users already reached. (-4,342))',
  '10:00:00 (vd) IN: "cad" ann@space1',
  ' 0:00:01 (vd) TIMESTAMP 2/1/2026',
  ' 7:00:00 (vd) IN: "cad" bob@road1',
  '11:00:00 (vd) OUT: "cad" eve@road1',
  '12:00:00 (lmgrd) REStarted vd (pid 7)',
  '12:30:00 (vd) OUT: "cad" ann@space1',
  '',
].join('\n');

beforeAll(async () => {
  test = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), 'license-analytics-reattribute-'));
  const path = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const export_ =
    'time,kind,feature,user,host,server,account\n2026-01-31T08:30:00Z,checkout,cad,ann,space1,exported,\n2026-01-31T08:40:00Z,checkout,cad,ann,space1,exported,Own\n';
  files = [
    { input: await fileInput(await path('shared.log', log)), format: flexnet },
    { input: await fileInput(await path('export.csv', export_)), format: csv },
    {
      input: await fileInput(await path('given.log', log)),
      format: flexnet,
      source: { server: 'given', account: 'Given' },
    },
  ];
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const { name } of tables) await test.connection.command(`TRUNCATE TABLE ${name}`);
});

const rule = (pattern: string, value: string) => ({ target: 'account', field: 'host', pattern, value }) as const;
const first = compileAccountMapping([rule('space*', 'Space'), rule('road*', 'Road')]);
const second = compileAccountMapping([rule('space*', 'Space'), rule('road2', 'Else'), rule('else*', 'Else')]);

const ingest = (store: EventStore, accountOf?: AccountOf): Promise<unknown> =>
  ingestFiles(store, files, { timezone: 'UTC', ...(accountOf !== undefined && { accountOf }) });

/** Everything that answers are made of, client numbers as names. */
async function content(): Promise<Record<string, unknown>> {
  const named = (from: string): string =>
    `${from} AS r LEFT JOIN (SELECT account, number, client AS name FROM clients FINAL) AS c ON r.account = c.account AND r.client = c.number`;
  const all = async (sql: string): Promise<unknown> => (await test.connection.query(`${sql} ORDER BY ALL`)).rows;
  return {
    events: await all(`SELECT r.account, server, time, seq, kind, feature, name, identity FROM ${named('events')}`),
    changes: await all(
      `SELECT r.account, server, time, seq, feature, name, delta, held, ending FROM ${named('usage_changes')}`,
    ),
    episodes: await all(
      `SELECT r.account, server, time, last, feature, name, lines, reasons, servers, serverLines, grantAfter FROM ${named('(SELECT * FROM episodes FINAL WHERE lines > 0)')}`,
    ),
    activity: await all(
      'SELECT level, account, feature, server, bucket, checkouts, checkins, denials FROM activity FINAL',
    ),
    facts: await all(
      'SELECT grouping, level, account, feature, server, bucket, opening, peak, closing, area FROM facts FINAL WHERE peak != 0',
    ),
    served: await all(
      'SELECT level, account, feature, server, bucket, finalizeAggregation(clients) AS n FROM served_clients FINAL WHERE n > 0',
    ),
    sources: await all('SELECT server, account, firstLine, lastLine, state FROM sources FINAL'),
    lines: await all('SELECT * FROM source_lines'),
  };
}

async function mappingFirst(accountOf: AccountOf): Promise<Record<string, unknown>> {
  for (const { name } of tables) await test.connection.command(`TRUNCATE TABLE ${name}`);
  await ingest(createEventStore(test.connection), accountOf);
  return content();
}

describe('a mapping that is loaded after the log', () => {
  it('gives the same as one that was loaded before it', async () => {
    const store = createEventStore(test.connection);
    await ingest(store);
    expect(await reattribute(store, first)).toEqual(expect.arrayContaining(['shared', 'exported']));
    const after = await content();
    expect(after).toEqual(await mappingFirst(first));
    // Not equal because nothing came of either.
    const { rows } = await test.connection.query(
      'SELECT server, account, toUInt32(count()) FROM events WHERE client > 0 GROUP BY ALL ORDER BY ALL',
    );
    expect(rows).toEqual([
      ['exported', 'Own', 1],
      ['exported', 'Space', 1],
      ['given', 'Given', 10],
      ['shared', '', 1],
      ['shared', 'Road', 5],
      ['shared', 'Space', 4],
    ]);
  });

  it('replaces what an earlier one said, and takes back what none says any more', async () => {
    const store = createEventStore(test.connection);
    await ingest(store, first);
    await reattribute(store, second);
    expect(await content()).toEqual(await mappingFirst(second));
    expect(await reattribute(createEventStore(test.connection), second)).toEqual([]);
  });

  it('takes the lines of one server out of an episode over several', async () => {
    const store = createEventStore(test.connection);
    const denied = (time: string): string =>
      ` 8:00:00 (lmgrd) FlexNet Licensing (v11) started on h (linux) (1/31/2026)\n ${time} (d) DENIED: "cad" ann@ws1  (Licensed number of users already reached. (-4,342))\n`;
    const inputs = [];
    for (const [server, time] of [
      ['one', '9:00:00'],
      ['two', '9:00:05'],
      ['six', '9:00:09'],
    ] as const) {
      const path = join(folder, `${server}.log`);
      await writeFile(path, denied(time));
      inputs.push({ input: await fileInput(path), format: flexnet, source: { server } });
    }
    const last: AccountOf = ({ server }) => (server === 'six' ? 'Six' : '');
    await ingestFiles(store, inputs, { timezone: 'UTC' });
    expect(await reattribute(store, last)).toEqual(['six']);
    const { episodes } = await content();
    const lines = (episodes as unknown[][]).map((row) => [row[0], row[1], row[6], row[8]]);
    expect(lines).toEqual([
      ['', 'two', 2, ['one', 'two']],
      ['Six', 'six', 1, ['six']],
    ]);
    for (const { name } of tables) await test.connection.command(`TRUNCATE TABLE ${name}`);
    await ingestFiles(createEventStore(test.connection), inputs, { timezone: 'UTC', accountOf: last });
    expect((await content())['episodes']).toEqual(episodes);
  });

  it('lets the log go on under the new accounts, and the same lines count once', async () => {
    const store = createEventStore(test.connection);
    await ingest(store);
    await reattribute(store, first);
    const before = await content();
    expect(await ingest(store, first)).toMatchObject({ events: { checkout: 0, checkin: 0, denial: 0 } });
    expect({ ...(await content()), sources: '' }).toEqual({ ...before, sources: '' });
  });

  it('may break off anywhere', async () => {
    const steps = ['saveSources', 'insertClients', 'forgetCounts', 'copyMoved', 'dropMoved', 'recompute'] as const;
    const expected = await mappingFirst(second);
    for (const step of steps) {
      for (const { name } of tables) await test.connection.command(`TRUNCATE TABLE ${name}`);
      await ingest(createEventStore(test.connection), first);
      const whole = createEventStore(test.connection);
      // The step takes effect, and then the process is gone.
      const broken = {
        ...whole,
        [step]: async (given: never): Promise<void> => {
          await whole[step](given);
          throw new Error('gone');
        },
      };
      await expect(reattribute(broken, second)).rejects.toThrow('gone');
      await recover(createEventStore(test.connection), second);
      expect([step, await content()]).toEqual([step, expected]);
    }
  });
});
