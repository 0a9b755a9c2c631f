import type { Ask, Compute, MeasureRow, Source } from '../ask.ts';
import { ageOf } from '../ask.ts';
import type { FieldValue } from '../frame.ts';
import { readSilence } from '../silence.ts';
import { readSourceCounts, readUnusableLinesRead } from '../source-counts.ts';
import type { List } from './listing.ts';

/** Per server; without grouping the one whose last line is oldest, so that an alert rule sees the first that stops. */
export const freshness: Compute = (ask) =>
  Promise.resolve(
    perServerOr(
      ask,
      (source) => ageOf(ask, source),
      (ages) => Math.max(...ages),
    ),
  );

/** For how long a server has been silent; without grouping the one that is so for longest. */
export const silence: Compute = async (ask) => {
  const overdueBy = await readSilence(ask);
  return perServerOr(
    ask,
    ({ server }) => overdueBy(server),
    (each) => Math.max(...each),
  );
};

/** Lines that could not be read or dated, over all time. */
export const ingestErrors: Compute = async (ask) => {
  const counts = await readSourceCounts(ask);
  return linesPerServer(ask, new Map(counts.map(({ server, unreadable, undated }) => [server, unreadable + undated])));
};

/** Lines that could not be read or dated, by when they were read: what an alert can rise and fall by. */
export const newIngestErrors: Compute = async (ask) => linesPerServer(ask, await readUnusableLinesRead(ask));

/** Whose the lines of a server are is not known: null for callers limited to accounts. */
function linesPerServer(ask: Ask, counts: ReadonlyMap<string, number>): MeasureRow[] {
  return perServerOr(
    ask,
    ({ server }) => (ask.scope.accounts === 'all' ? (counts.get(server) ?? 0) : null),
    (values) => (values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)),
  );
}

/** Counts of a source's lines are those of all its accounts, as is its own account: null for callers limited to some. */
export const sources: List = async (ask) => {
  const everything = ask.scope.accounts === 'all';
  const overdueBy = await readSilence(ask);
  const counts = new Map((await readSourceCounts(ask)).map((one) => [one.server, one]));
  const count = (value: number | undefined): number | null => (everything ? (value ?? 0) : null);
  return ask.sources.map((source): FieldValue[] => {
    const own = counts.get(source.server);
    return [
      source.server,
      own?.format ?? '',
      everything ? (own?.account ?? '') : '',
      source.firstLine,
      source.lastLine,
      ageOf(ask, source),
      overdueBy(source.server),
      count(own?.lines),
      count(own?.unreadable),
      count(own?.undated),
      count(own?.duplicates),
      source.tracksDenials ? 'yes' : 'no',
    ];
  });
};

/** One row a server, or all of them as one; none where there is no source. */
function perServerOr<Value extends number | null>(
  { question, sources }: Ask,
  figure: (source: Source) => Value,
  together: (figures: readonly Value[]) => Value,
): MeasureRow[] {
  if (sources.length === 0) return [];
  if (question.groupBy.length === 0) return [{ key: [], window: 0, values: [together(sources.map(figure))] }];
  return sources.map((source) => ({ key: [source.server], window: 0, values: [figure(source)] }));
}
