import { bucketStarts } from '../../src/query/buckets.ts';
import type { Question } from '../../src/query/question.ts';
import type { Change } from '../../src/sessions/change.ts';
import { episodes } from '../../src/sessions/episodes.ts';
import type { Filled } from './fill.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * What the oracle knows of products: all features in `packaged` are one package, sold to every account, whose own feature is the first; they
 * and `beside` make the product "Suite", anything else is unmapped.
 */
export const suite = { packaged: ['cad', 'sim'], beside: ['render'] } as const;

/** What a question must answer by docs/definitions.md#use and #denials, worked out event by event, without SQL or rollups. */
export function expected(question: Question, range: Range, filled: Filled): Map<string, (number | null)[]> {
  const starts =
    question.shape === 'timeSeries' && question.bucket !== 'auto'
      ? bucketStarts(range, question.bucket, question.timezone)
      : [range.from];
  const windows = starts
    .map((start, i) => ({ from: Math.max(start, range.from), to: Math.min(starts[i + 1] ?? range.to, range.to) }))
    .filter(({ from, to }) => to > from);
  const people = new Map(filled.events.map((event) => [`${event.account} ${event.clientNumber}`, event]));
  type Subject = {
    readonly account: string;
    readonly feature: string;
    readonly server: string;
    readonly vendor: string;
    readonly version: string;
    readonly client: number;
    readonly reason?: string;
  };
  const valueOf = (one: Subject, dimension: string): string => {
    const person = people.get(`${one.account} ${one.client}`);
    switch (dimension) {
      case 'user':
        return one.client === 0 ? '' : (person?.user ?? '');
      case 'client':
        return one.client === 0 ? '' : (person?.client ?? '');
      case 'denialReason':
        return one.reason ?? '';
      case 'product':
        return [...suite.packaged, ...suite.beside].some((feature) => feature === one.feature) ? 'Suite' : 'unmapped';
      case 'model':
        return 'concurrent';
      case 'account':
      case 'feature':
      case 'server':
      case 'vendor':
      case 'version':
        return one[dimension];
      default:
        throw new Error(`The oracle does not know ${dimension}.`);
    }
  };
  const passes = (one: Subject, filters = question.filters): boolean =>
    filters.every(({ dimension, operator, values }) => {
      const value = valueOf(one, dimension);
      const found = operator.endsWith('~')
        ? values.some((pattern) => new RegExp(pattern).test(value))
        : values.includes(value);
      return operator === 'in' || operator === '=~' ? found : !found;
    });
  const keyOf = (one: Subject): string => question.groupBy.map((dimension) => valueOf(one, dimension)).join(' | ');
  const groups = <T extends Subject>(all: readonly T[]): Map<string, T[]> => {
    const map = new Map<string, T[]>();
    for (const one of all.filter((each) => passes(each))) map.set(keyOf(one), [...(map.get(keyOf(one)) ?? []), one]);
    return map;
  };
  const figures = <T extends Subject>(all: readonly T[], figure: (own: readonly T[], window: Range) => number | null) =>
    new Map([...groups(all)].map(([key, own]) => [key, windows.map((window) => figure(own, window))]));

  const changes = [...filled.changes]
    .filter((change) => change.delta !== 0)
    .sort((a, b) => a.time - b.time || a.lag - b.lag || a.ordinal - b.ordinal || b.delta - a.delta);
  const endOf = (own: readonly Subject[]): number =>
    Math.max(...own.map((one) => filled.lastLines.get(one.server) ?? 0));

  const asksProducts = [...question.groupBy, ...question.filters.map(({ dimension }) => dimension)].includes('product');
  const counted = (own: readonly Change[]): readonly Change[] =>
    asksProducts && !question.groupBy.includes('feature') && question.packages !== 'each' ? seats(own) : own;

  switch (question.measure) {
    case 'peakConcurrent':
      return figures(changes, (all, { from, to }) => {
        const own = counted(all);
        let balance = sum(own.filter(({ time }) => time < from).map(({ delta }) => delta));
        let peak = balance;
        for (const { delta } of own.filter(({ time }) => time >= from && time < to)) {
          balance += delta;
          peak = Math.max(peak, balance);
        }
        return from > endOf(own) ? null : peak;
      });
    case 'averageConcurrent':
    case 'licenseHours':
      return figures(changes, (all, { from, to }) => {
        const own = counted(all);
        const area = sum(
          own.filter(({ time }) => time < to).map(({ delta, time }) => delta * (to - Math.max(time, from))),
        );
        const length = Math.max(0, Math.min(to, endOf(own)) - from);
        if (from > endOf(own)) return null;
        return question.measure === 'licenseHours' ? area / 3_600_000 : length > 0 ? area / length : null;
      });
    case 'uniqueClients':
      return figures(
        filled.changes.filter(({ ending }) => !['', 'orphan', 'excess'].includes(ending)),
        (own, { from, to }) =>
          new Set(
            own
              .filter(({ time: end, held }) => {
                const start = end - held;
                return start < to && (held === 0 ? start >= from : end > from);
              })
              .map(({ account, client }) => `${account} ${client}`),
          ).size,
      );
    case 'checkouts':
      return figures(
        filled.events
          .filter(({ kind }) => kind === 'checkout')
          .map((event) => ({ ...event, client: event.clientNumber })),
        (own, { from, to }) => own.filter(({ time }) => time >= from && time < to).length,
      );
    case 'denials': {
      const { count, unsupported, gapSeconds, resolvedWithinSeconds, across = 'servers' } = question.denials;
      const lines = filled.events.filter(({ kind }) => kind === 'denial' || (unsupported && kind === 'unsupported'));
      if (count === 'lines' || count === 'clients')
        return figures(
          lines.map((event) => ({ ...event, client: event.clientNumber })),
          (own, { from, to }) => {
            const inside = own.filter(({ time }) => time >= from && time < to);
            return count === 'lines'
              ? inside.length
              : new Set(inside.map(({ account, client }) => `${account} ${client}`)).size;
          },
        );
      const subjects = filled.events
        .map((event) => ({ ...event, client: event.clientNumber === 0 ? '' : String(event.clientNumber) }))
        .sort((a, b) => a.time - b.time || (a.server < b.server ? -1 : a.server > b.server ? 1 : a.seq - b.seq));
      const found = episodes(
        subjects.filter(({ kind }) => kind === 'denial' || kind === 'unsupported'),
        subjects.filter(({ kind }) => kind === 'checkout'),
        (server) => filled.lastLines.get(server) ?? 0,
        { gapSeconds, resolvedWithinSeconds, across },
      );
      return figures(
        found
          .filter(
            (episode) =>
              (episode.kind === 'denial' || unsupported) && (count === 'episodes' || episode.outcome === count),
          )
          .map((episode) => ({
            ...episode,
            version: '',
            reason: `reason${episode.code}`,
            client: Number(episode.client),
          })),
        (own, { from, to }) => own.filter(({ first }) => first >= from && first < to).length,
      );
    }
    default:
      throw new Error(`The oracle does not know ${question.measure}.`);
  }
}

/** docs/definitions.md#package: each change of what somebody has open of the package as a change of seats. */
function seats(changes: readonly Change[]): readonly Change[] {
  const packaged: readonly string[] = suite.packaged;
  const open = new Map<string, number>();
  return changes.map((change) => {
    if (!packaged.includes(change.feature)) return change;
    const { account, server, vendor, client, feature } = change;
    const of = (name: string): string => JSON.stringify([account, server, vendor, client, name]);
    const held = (): number => Math.max(...packaged.map((name) => open.get(of(name)) ?? 0));
    const before = held();
    open.set(of(feature), (open.get(of(feature)) ?? 0) + change.delta);
    return { ...change, delta: held() - before };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
