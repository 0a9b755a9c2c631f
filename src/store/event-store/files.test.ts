import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { formats } from '../../ingest/formats/registry.ts';
import { fileInput, type Input } from '../../ingest/input.ts';
import { ingestFiles } from '../../ingest/pipeline.ts';
import { createEventStore } from '../event-store.ts';

/** Files as they lie on a license server: growing while they are read, and of many servers at once. */
const format = formats.find(({ name }) => name.startsWith('flexnet'));
if (format === undefined) throw new Error('The FlexNet format is registered.');

let store: TestStore;
let folder: string;
beforeAll(async () => {
  store = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), 'license-analytics-files-'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const head = '08:00:00 (lmgrd) FlexNet Licensing (v11.16.2) started on lic01 (linux) (3/2/2026)\n';
const out = (time: string, who: string): string => `${time} (acmed) OUT: "cad" ${who}  \n`;

const inStore = async (server: string): Promise<unknown[][]> =>
  (
    await store.connection.query(
      `SELECT formatDateTime(e.time, '%F %T', 'UTC'), e.account, c.client FROM events AS e
       LEFT JOIN clients AS c ON e.account = c.account AND e.client = c.number WHERE e.server = {server:String} AND e.kind = 'checkout' ORDER BY 1, 3`,
      { server },
    )
  ).rows.map((row) => [...row]);

it('a file that grows while it is read: what came after the first look waits for the next ingest', async () => {
  const path = join(folder, 'grows.log');
  await writeFile(path, head + out('09:00:00', 'ana@ws1'));
  const options = { timezone: 'UTC', server: 'grows', account: 'acme' };
  const file = await fileInput(path);
  let opened = 0;
  const growing: Input = {
    ...file,
    open: (start) => {
      const own = file.open(start);
      // The reader dates lines by what the first pass saw of the whole file: a new day that came since is not among it.
      if (++opened === 1)
        own.stream.once(
          'end',
          () => void appendFile(path, `09:00:00 (lmgrd) TIMESTAMP 3/3/2026\n${out('09:30:00', 'bob@ws2')}`),
        );
      return own;
    },
  };
  await ingestFiles(createEventStore(store.connection), [{ input: growing, format }], options);
  expect(await inStore('grows')).toEqual([['2026-03-02 09:00:00', 'acme', 'ana@ws1']]);
  await ingestFiles(createEventStore(store.connection), [{ input: await fileInput(path), format }], options);
  expect(await inStore('grows')).toEqual([
    ['2026-03-02 09:00:00', 'acme', 'ana@ws1'],
    ['2026-03-03 09:30:00', 'acme', 'bob@ws2'],
  ]);
});

it('each file of one ingest may have a server, an account and a time zone of its own', async () => {
  const [berlin, tokyo] = [join(folder, 'berlin.log'), join(folder, 'tokyo.log')];
  await writeFile(berlin, head + out('09:00:00', 'ana@ws1'));
  await writeFile(tokyo, head + out('09:00:00', 'ken@ws9'));
  await ingestFiles(
    createEventStore(store.connection),
    [
      {
        input: await fileInput(berlin),
        format,
        source: { server: 'b1', account: 'borealis', timezone: 'Europe/Berlin' },
      },
      { input: await fileInput(tokyo), format, source: { server: 't1', account: 'tanuki', timezone: 'Asia/Tokyo' } },
    ],
    { timezone: 'UTC' },
  );
  expect(await inStore('b1')).toEqual([['2026-03-02 08:00:00', 'borealis', 'ana@ws1']]);
  expect(await inStore('t1')).toEqual([['2026-03-02 00:00:00', 'tanuki', 'ken@ws9']]);
});

it('files that grew are one question to the store, and each keeps the denial catalogue of its own format', async () => {
  const csv = formats.find(({ name }) => name === 'csv');
  if (csv === undefined) throw new Error('The CSV format is registered.');
  const [log, table] = [join(folder, 'asked.log'), join(folder, 'asked.csv')];
  const denied = (time: string): string =>
    `${time} (acmed) DENIED: "cad" ana@ws1  (Licensed number of users already reached. (-4,342))\n`;
  await writeFile(log, head + denied('09:00:00'));
  await writeFile(
    table,
    'time,kind,feature,user,host,server,code\n2026-03-02T09:00:00Z,denial,cad,ana,ws1,asked2,-4\n',
  );
  const ingest = async (): Promise<number> => {
    const inner = createEventStore(store.connection);
    let asked = 0;
    const counting = {
      ...inner,
      overlap: (...given: Parameters<typeof inner.overlap>) => (asked++, inner.overlap(...given)),
    };
    const files = [
      { input: await fileInput(log), format, source: { server: 'asked1' } },
      { input: await fileInput(table), format: csv },
    ];
    await ingestFiles(counting, files, { timezone: 'UTC', resolveReason: ({ system, code }) => `${system} ${code}` });
    return asked;
  };
  await ingest();
  await appendFile(log, denied('09:30:00'));
  await appendFile(table, '2026-03-02T09:30:00Z,denial,cad,ana,ws1,asked2,-5\n');
  expect(await ingest()).toBe(1);
  const { rows } = await store.connection.query(
    "SELECT server, reason, toUInt32(count()) FROM events WHERE server LIKE 'asked%' AND kind = 'denial' GROUP BY ALL ORDER BY ALL",
  );
  expect(rows).toEqual([
    ['asked1', 'flexnet -4', 2],
    ['asked2', ' -4', 1],
    ['asked2', ' -5', 1],
  ]);
});
