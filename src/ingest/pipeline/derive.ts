import type { Place } from '../../sessions/change.ts';
import { beforeEverything } from '../../sessions/change.ts';
import { createMatcher } from '../../sessions/matcher.ts';
import { closeOpen } from '../../sessions/matcher-state.ts';
import type { EventStore, SourceRecord } from '../event-store.ts';
import { ChangeBlockBuilder } from './blocks.ts';
import { monthOf } from './columns.ts';
import type { AccountOf } from './reattribute.ts';
import { moveEvents, movesOf } from './reattribute.ts';
import type { FileReading } from './readings.ts';
import { saveReadings } from './readings.ts';
import { Source } from './source.ts';
import { snapshotIfDue } from './snapshots.ts';
import { defaultBlockRows, Writer } from './writer.ts';

/**
 * Ends an ingest: derives anew what late data or a crash left open, closes what is open at each source's last line, has the
 * rollups recomputed, and unmarks the sources. May be interrupted anywhere and run again.
 *
 * @returns sessions still open
 */
export async function finish(
  store: EventStore,
  writer: Writer,
  sources: readonly Source[],
  readings: readonly FileReading[] = [],
): Promise<number> {
  for (const source of sources) {
    // Dated lines without an event move the end of open sessions too.
    if (source.record.lastLine !== 0 && source.lastLine > source.record.lastLine) source.touch(source.record.lastLine);
    writer.mark(source);
  }
  await writer.settle();
  await saveReadings(store, readings);
  const changed = sources.filter(
    (source) => source.adds || source.late !== undefined || source.touched !== Number.MAX_SAFE_INTEGER,
  );
  for (const source of changed) if (source.late !== undefined) await deriveAgain(store, writer, source, source.late);
  await writer.settle();
  const stillOpen = changed.length === 0 ? 0 : await publish(store, changed);
  const quiet = sources.filter((source) => !changed.includes(source));
  if (quiet.length > 0) await store.saveSources(quiet.map((source) => source.seen()));
  return stillOpen + quiet.reduce((sum, { matcher }) => sum + (matcher?.state().open.length ?? 0), 0);
}

/**
 * Ends what an interrupted ingest left open of these sources: derives them anew from what it had marked as right. With a
 * mapping, ends first what an interrupted reattribution left open (it marks all of a source as not derived).
 */
export async function recoverSources(
  store: EventStore,
  records: readonly SourceRecord[],
  accountOf?: AccountOf,
): Promise<void> {
  const underived = records.filter(({ derivedTo }) => derivedTo.time === beforeEverything.time);
  if (accountOf !== undefined) await moveEvents(store, await movesOf(store, underived, accountOf));
  const sources = records.map((record, number) => {
    const source = new Source(number, record.server, record);
    source.isLate(record.derivedTo);
    return source;
  });
  await finish(store, new Writer(store, defaultBlockRows), sources);
}

/** Restores the newest snapshot before `late`, deletes what was derived after it, and feeds all later events again. */
async function deriveAgain(store: EventStore, writer: Writer, source: Source, late: Place): Promise<void> {
  const state = await store.snapshotBefore(source.server, late);
  const from = state?.place ?? beforeEverything;
  const earliest = await store.forgetAfter(source.server, from);
  if (earliest !== undefined) source.touch(earliest);
  const matcher = createMatcher(source.server, state);
  source.matcher = matcher;
  source.late = undefined;
  source.record = { ...source.record, derivedTo: from };
  source.month = undefined;
  source.nextMonth = Number.MIN_SAFE_INTEGER;
  for await (const events of store.replay(source.server, from)) {
    for (const event of events) {
      snapshotIfDue(source, matcher, event.time + event.lag, writer);
      source.saw(event.time);
      matcher.feed(event, event.account, event.client, event.ordinal, (change) => {
        source.count(change);
        source.touch(change.time);
        writer.change(change);
      });
    }
    writer.mark(source);
    if (writer.full) await writer.flush();
  }
  writer.mark(source);
}

/** Switches the sources to what was derived, and has everything that is summed up follow. */
async function publish(store: EventStore, sources: readonly Source[]): Promise<number> {
  const builder = new ChangeBlockBuilder();
  const generations = new Map<string, number>();
  const records: SourceRecord[] = [];
  const snapshots = [];
  let to = Number.MIN_SAFE_INTEGER;
  for (const source of sources) {
    const state = source.matcher?.state();
    if (state === undefined) throw new Error(`source ${source.server} was not derived: please report this`);
    snapshots.push({ server: source.server, state });
    const generation = nextGeneration(source.record.generation);
    generations.set(source.server, generation);
    for (const change of closeOpen(source.server, state, source.lastLine)) builder.push(change);
    to = Math.max(to, source.lastLine + 1, source.record.lastLine + 1);
    records.push({
      ...source.seen(),
      dirty: true,
      derivedTo: state.place,
      touched: source.changedFrom(),
      generation,
    });
  }
  await store.saveSnapshots(snapshots);
  if (builder.rows > 0) await store.insertOpenSessions(builder.block(), generations);
  await store.saveSources(records);
  await store.dropOldGenerations(generations);
  await dropFormerEnds(store, sources);
  await store.recompute({
    servers: records.map(({ server }) => server),
    from: Math.min(...records.map(({ touched }) => touched)),
    to,
  });
  await store.saveSources(records.map((record) => ({ ...record, dirty: false })));
  return builder.rows;
}

/** Never a number that an attempt which broke off may have used. */
function nextGeneration(last: number): number {
  return Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
}

/** Snapshots are kept at the first event of each month and at the end: the former end goes when the new one is in its month. */
async function dropFormerEnds(store: EventStore, sources: readonly Source[]): Promise<void> {
  for (const source of sources) {
    const { formerEnd, matcher } = source;
    if (formerEnd === undefined || matcher === undefined) continue;
    const end = matcher.place();
    if (end.time !== formerEnd.time && monthOf(end.time) === monthOf(formerEnd.time)) {
      await store.dropSnapshot(source.server, formerEnd);
    }
  }
}
