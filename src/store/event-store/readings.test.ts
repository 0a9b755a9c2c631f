import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ingestFiles } from '../../ingest/pipeline.ts';
import { formats } from '../../ingest/formats/registry.ts';
import { fileInput } from '../../ingest/input.ts';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { createEventStore } from '../event-store.ts';

let test: TestStore;
let n = 0;
let server: string;
beforeAll(async () => {
  test = await openTestStore();
});
beforeEach(() => {
  server = `srv${++n}`;
});
afterAll(() => test.close());

const head = ' 8:00:00 (lmgrd) FlexNet Licensing (v11.16) started on srv (linux) (3/2/2026)\n';
const out = (minute: number): string => ` 8:${String(minute).padStart(2, '0')}:00 (vd) OUT: "cad" ann@pc  \n`;
const outs = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => out(from + i)).join('');

async function ingest(texts: Readonly<Record<string, string>>): Promise<void> {
  const files = await Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      const path = join(test.directory, `${server}-${name}`);
      await writeFile(path, text);
      return fileInput(path);
    }),
  );
  const format = formats.find(({ name }) => name === 'flexnet');
  if (format === undefined) throw new Error('no format flexnet');
  await ingestFiles(
    createEventStore(test.connection),
    files.map((input) => ({ input, format })),
    { timezone: 'UTC', server },
  );
}

async function counted(): Promise<unknown> {
  const { rows } = await test.connection.query(
    `SELECT toFloat64(lines), toFloat64(duplicates), toFloat64(undated), toFloat64(unreadable) FROM source_lines WHERE server = {server:String}`,
    { server },
  );
  const [lines, duplicates, undated, unreadable] = rows[0] ?? [];
  return { lines, duplicates, undated, unreadable };
}

it('counts a file once, however often it is read', async () => {
  const log = { 'a.log': head + outs(1, 40) + ' 8:50:00 (vd) OUT: "cad"\n' };
  await ingest(log);
  const once = await counted();
  expect(once).toEqual({ lines: 42, duplicates: 0, undated: 0, unreadable: 1 });
  await ingest(log);
  expect(await counted()).toEqual(once);
});

it('counts the lines that two files have in common as repeated, once', async () => {
  const logs = { 'a.log': head + outs(1, 40), 'b.log': head + outs(31, 50) };
  await ingest(logs);
  const once = { lines: 62, duplicates: 10, undated: 0, unreadable: 0 };
  expect(await counted()).toEqual(once);
  await ingest(logs);
  expect(await counted()).toEqual(once);
});

it('takes a file that has grown for the same one, also when its first kilobyte was not full before', async () => {
  for (const last of [3, 9, 40, 50]) {
    await ingest({ 'a.log': head + outs(1, last) });
    expect(await counted()).toEqual({ lines: last + 1, duplicates: 0, undated: 0, unreadable: 0 });
  }
});

it('takes another file under the same name for another one', async () => {
  await ingest({ 'a.log': head + outs(1, 3) });
  await ingest({ 'a.log': head + outs(21, 23) });
  await ingest({ 'a.log': head + outs(3, 40) });
  // Minutes 3 and 21 to 23.
  expect(await counted()).toEqual({ lines: 4 + 4 + 39, duplicates: 4, undated: 0, unreadable: 0 });
});
