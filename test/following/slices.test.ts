import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { formats } from '../../src/ingest/formats/registry.ts';
import { fileInput } from '../../src/ingest/input.ts';
import { ingestFiles } from '../../src/ingest/pipeline.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { simulate } from '../../src/simulate/index.ts';
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

const cutsOf = (bytes: Buffer): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 6 }).map((cuts) => [...cuts].sort((a, b) => a - b));

let runs = 0;

/** Each reading has the denials and grants to itself: the episodes of a client reach over the servers of an account. */
async function empty(): Promise<void> {
  for (const table of ['events', 'episodes']) await store.connection.command(`TRUNCATE TABLE ${table}`);
}

/** Follows a text in slices that end at these bytes, with a restart after some of them, and compares. */
async function expectSame(
  bytes: Buffer,
  format: string,
  cuts: readonly number[],
  restartEvery: number,
  timezone = 'UTC',
): Promise<void> {
  const run = ++runs;
  await empty();
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
  const found = await allOf(store.connection, sliced);
  await empty();
  await ingestFiles(createEventStore(store.connection), [{ input, format: following.format }], {
    timezone,
    server: whole,
  });
  const expected = await allOf(store.connection, whole);
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
      { numRuns: 2, endOnFailure: true },
    );
  });
});

describe('made-up license servers', () => {
  const logs: { readonly name: string; readonly bytes: Buffer; readonly format: string; readonly timezone: string }[] =
    [];
  beforeAll(async () => {
    const out = join(folder, 'made-up');
    const { sources } = await simulate({ events: 6000, days: 30, seed: 5, end: '2026-11-20T10:00:00Z', out });
    for (const { files, timezone } of sources) {
      for (const { file: name } of files) {
        const bytes = await readFile(join(out, name));
        logs.push({ name, bytes, format: name.endsWith('.csv') ? 'csv' : 'flexnet', timezone });
      }
    }
  });

  it('every kind of them, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .nat(logs.length - 1)
          .map((index) => logs[index]!)
          .chain((log) => fc.tuple(fc.constant(log), cutsOf(log.bytes))),
        fc.integer({ min: 1, max: 4 }),
        async ([{ name, bytes, format, timezone }, cuts], restartEvery) => {
          await expectSame(bytes, format, cuts, restartEvery, timezone).catch((error: unknown) => {
            throw new Error(`${name} cut at ${cuts.join(', ')}`, { cause: error });
          });
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});

describe('events as text', () => {
  const row = fc.record({
    wait: fc.constantFrom(0, 0, 1, 60, 86_400),
    kind: fc.constantFrom('checkout', 'checkin', 'denial', 'nonsense'),
    user: fc.constantFrom('ann', 'bob', 'c "y", z', 'two\nlines'),
  });
  const rows = fc.array(row, { minLength: 1, maxLength: 60 }).map((steps) => {
    let at = Date.UTC(2026, 2, 2, 8);
    return steps.map(({ wait, ...rest }) => ({
      ...rest,
      feature: 'cad',
      time: new Date((at += wait * 1000)).toISOString(),
    }));
  });
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const texts = {
    csv: (all: readonly { time: string; kind: string; feature: string; user: string }[]) =>
      ['time,kind,feature,user', ...all.map((one) => [one.time, one.kind, one.feature, quoted(one.user)].join(','))]
        .map((line) => `${line}\n`)
        .join(''),
    ndjson: (all: readonly object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join(''),
  };

  it.each(['csv', 'ndjson'] as const)(
    '%s: rows of many lines, equal rows, rows that cannot be read',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          rows
            .map((all) => Buffer.from(texts[format](all)))
            .chain((bytes) => fc.tuple(fc.constant(bytes), cutsOf(bytes))),
          fc.integer({ min: 1, max: 4 }),
          async ([bytes, cuts], restartEvery) => expectSame(bytes, format, cuts, restartEvery),
        ),
        { numRuns: 3, endOnFailure: true },
      );
    },
  );
});
