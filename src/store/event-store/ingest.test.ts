import fc from 'fast-check';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import type { EventStore } from '../../ingest/event-store.ts';
import { ingestEvents, recover } from '../../ingest/pipeline.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import { createEventStore } from '../event-store.ts';
import { anyLog, cleanCuts, contentOf, read, type Line } from './made-up-logs.test-helper.ts';

let test: TestStore;
let store: EventStore;
let number = 0;

beforeAll(async () => {
  test = await openTestStore();
  store = storeOf(test);
});
afterAll(async () => {
  await test.close();
});

/** Rollups are another test's matter, and slow. */
function storeOf({ connection }: TestStore): EventStore {
  return { ...createEventStore(connection), recompute: () => Promise.resolve() };
}

/** Each case has a source and an account of its own in the one store. */
const nextServer = (): string => `server${++number}`;

async function ingest(events: readonly LicenseEvent[], into: EventStore = store): Promise<void> {
  const account = events[0]?.server ?? '';
  await ingestEvents(into, events, { name: 'made up', format: 'made up', timezone: 'UTC', account, blockRows: 7 });
}

async function ingestOnce(lines: readonly Line[]): Promise<Record<string, unknown>> {
  const server = nextServer();
  await ingest(read(lines, server));
  return contentOf(test.connection, server);
}

function pieces(lines: readonly Line[], cuts: readonly number[]): (readonly Line[])[] {
  const sorted = [0, ...[...new Set(cuts)].sort((a, b) => a - b), lines.length];
  return sorted
    .slice(1)
    .map((to, i) => lines.slice(sorted[i], to))
    .filter(({ length }) => length > 0);
}

const runs = { numRuns: 12, endOnFailure: true };

describe('the same log, however it comes, is the same in the store', () => {
  it('in pieces, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.array(fc.nat(), { maxLength: 3 }), async (lines, at) => {
        const clean = cleanCuts(lines);
        const cuts = clean.length === 0 ? [] : at.map((n) => clean[n % clean.length] ?? 0);
        const server = nextServer();
        for (const piece of pieces(lines, cuts)) await ingest(read(piece, server));
        expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
      }),
      runs,
    );
  });

  it('in pieces, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }), async (lines, at) => {
        const clean = cleanCuts(lines);
        const cuts = clean.length === 0 ? [] : at.map(([n]) => clean[n % clean.length] ?? 0);
        const server = nextServer();
        const shuffled = pieces(lines, cuts)
          .map((piece, i) => ({ piece, rank: at[i]?.[1] ?? 0 }))
          .sort((a, b) => a.rank - b.rank);
        for (const { piece } of shuffled) await ingest(read(piece, server));
        expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
      }),
      runs,
    );
  });

  it('with slices that overlap, again and again', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }), async (lines, slices) => {
        const ends = [0, ...cleanCuts(lines), lines.length];
        const server = nextServer();
        for (const [a, b] of slices) {
          const [from, to] = [ends[a % ends.length] ?? 0, ends[b % ends.length] ?? 0].sort((x, y) => x - y);
          await ingest(read(lines.slice(from, to), server));
        }
        await ingest(read(lines, server));
        await ingest(read(lines, server));
        expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
      }),
      runs,
    );
  });
});

describe('a daemon start at the head of a file', () => {
  it("closes sessions at the daemon's last line, which only a longer copy of the log tells", async () => {
    const line = { vendor: 'alpha', feature: 'cad', user: 'ann', quantity: 1 };
    const noon = Date.UTC(2026, 2, 1, 12);
    const lines: readonly Line[] = [
      { ...line, kind: 'checkout', at: noon },
      { ...line, kind: 'noise', at: noon + 60_000 },
      { ...line, kind: 'start', at: noon + 90_000 },
      { ...line, kind: 'exit', at: noon + 99_000 },
    ];
    const server = nextServer();
    await ingest(read(lines.slice(2), server));
    await ingest(read(lines, server));
    const { rows } = await test.connection.query(
      "SELECT toUnixTimestamp64Milli(time) FROM changes WHERE server = {server:String} AND ending = 'restart'",
      { server },
    );
    expect(rows).toEqual([[String(noon + 60_000)]]);
    expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
  });
});

describe("a daemon start months after that daemon's last line", () => {
  it('closes nothing when a late file tells that the session was checked in', async () => {
    const line = { vendor: 'beta', feature: 'cad', user: 'ann', quantity: 1 };
    const day = (n: number): number => Date.UTC(2026, 0, 30 + n);
    const lines: readonly Line[] = [
      { ...line, kind: 'checkout', at: day(0) },
      { ...line, kind: 'checkout', vendor: 'alpha', at: day(90) },
      { ...line, kind: 'checkin', at: day(180) },
      { ...line, kind: 'start', at: day(181) },
    ];
    const server = nextServer();
    for (const piece of [lines.slice(0, 2), lines.slice(3), lines.slice(2, 3)]) await ingest(read(piece, server));
    expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
  });
});

describe('an ingest that breaks off', () => {
  it('leaves nothing double and nothing missing after recovery and a second run', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, fc.nat({ max: 30 }), fc.boolean(), fc.nat(), async (lines, calls, after, at) => {
        const server = nextServer();
        const clean = [0, ...cleanCuts(lines)];
        const cut = clean[at % clean.length] ?? 0;
        // The later piece is there already, so that half of the runs break off while late data are derived.
        if (cut > 0 && at % 2 === 1) await ingest(read(lines.slice(cut), server));
        await ingest(read(lines, server), failing(storeOf(test), calls, after)).catch((error: unknown) => {
          if (!(error instanceof Broken)) throw error;
        });
        const reopened = storeOf(test);
        await recover(reopened);
        await ingest(read(lines, server), reopened);
        expect(await contentOf(test.connection, server)).toEqual(await ingestOnce(lines));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

class Broken extends Error {}

/** A store whose n-th write fails, before or after it took effect; all later ones too, as if the process were gone. */
function failing(inner: EventStore, calls: number, after: boolean): EventStore {
  let left = calls;
  const breaking =
    <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left < 0) throw new Broken();
      if (left-- > 0) return write(...args);
      if (after) await write(...args);
      throw new Broken();
    };
  return {
    ...inner,
    saveSources: breaking(inner.saveSources),
    insertClients: breaking(inner.insertClients),
    insertEvents: breaking(inner.insertEvents),
    insertChanges: breaking(inner.insertChanges),
    saveSnapshots: breaking(inner.saveSnapshots),
    dropSnapshot: breaking(inner.dropSnapshot),
    forgetAfter: breaking(inner.forgetAfter),
    insertOpenSessions: breaking(inner.insertOpenSessions),
    dropOldGenerations: breaking(inner.dropOldGenerations),
    recompute: breaking(inner.recompute),
  };
}
