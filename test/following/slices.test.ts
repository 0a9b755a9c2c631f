import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formats } from '../../src/ingest/formats/registry.ts';
import { fileInput } from '../../src/ingest/input.ts';
import { ingestFiles } from '../../src/ingest/pipeline.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { haveRealLogs, realLogs } from '../support/real-logs.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { allOf, follower, growing } from './given.ts';

/** Following a file slice by slice gives what one reading of the whole file does, wherever the slices are cut. */
let store: TestStore;
let folder: string;
beforeAll(async () => {
  store = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), 'license-analytics-slices-'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const formatOf = (name: string) => {
  const format = formats.find((one) => one.name === name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
};

let runs = 0;

/** Follows a text in slices that end at these bytes, with a restart after some of them, and compares. */
async function expectSame(
  bytes: Buffer,
  format: string,
  cuts: readonly number[],
  restartEvery: number,
  timezone = 'UTC',
): Promise<void> {
  const run = ++runs;
  const path = join(folder, `slices-${run}.log`);
  const [whole, sliced] = [`whole-${run}`, `sliced-${run}`];
  const following = { path, format: formatOf(format), server: sliced, timezone };
  let process = follower(store.connection, following);
  await growing(path, bytes, cuts, async (index) => {
    await process.look();
    if ((index + 1) % restartEvery === 0) process = follower(store.connection, following);
  });
  const input = await fileInput(path);
  await process.look({ isComplete: true, handsOver: true });
  await ingestFiles(createEventStore(store.connection), [{ input, format: following.format }], {
    timezone,
    server: whole,
  });
  const [expected, found] = [await allOf(store.connection, whole), await allOf(store.connection, sliced)];
  for (const [name, rows] of Object.entries(expected)) expect({ name, rows: found[name] }).toEqual({ name, rows });
}

(haveRealLogs ? describe : describe.skip)('real FlexNet logs', () => {
  it.each(['adskflex-2016-04.log', 'ansyslmd-2017-01.log', 'denials-synthetic.log'])('%s', async (name) => {
    const bytes = await readFile(join(realLogs, name));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (cuts, restartEvery) =>
          expectSame(
            bytes,
            'flexnet',
            cuts.sort((a, b) => a - b),
            restartEvery,
          ),
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
