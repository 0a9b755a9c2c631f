import type { Ask, Compute, MeasureRow } from '../ask.ts';
import { keyText, read, selectionOf } from '../ask.ts';
import { bucketsSql } from '../buckets-sql.ts';
import { readUniqueClients } from '../clients.ts';
import { endOfDataByKey } from '../end-of-data.ts';
import { planSpans } from '../levels.ts';
import { isMeteredOnly } from '../metered-only.ts';
import { conditionSql, groupingSql, knows } from '../relations.ts';
import { seatsOf } from '../seats.ts';
import { Bindings } from '../sql.ts';
import { readUsage, walk } from '../usage.ts';
import { piecesOf, windowsOf } from '../windows.ts';

/** One window of one group: the highest running sum, license-milliseconds, and the milliseconds that have data. */
interface WindowUse {
  peak: number;
  area: number;
  length: number;
}

const hourMs = 3_600_000;

/** The highest running sum in (time, file order), opening balance included. */
export const peakConcurrent: Compute = (ask) => concurrent(ask, (use) => use.peak);

/** Time-weighted, up to the latest last line of the group's sources. */
export const averageConcurrent: Compute = (ask) =>
  concurrent(ask, (use) => (use.length > 0 ? use.area / use.length : null));

export const licenseHours: Compute = (ask) => concurrent(ask, (use) => use.area / hourMs);

async function concurrent(ask: Ask, figure: (use: WindowUse) => number | null): Promise<readonly MeasureRow[]> {
  const keys = ask.question.groupBy;
  const pieces = piecesOf(ask.range, ask.windows);
  const [usages, endOf] = await Promise.all([
    readUsage(ask, { keys, pieces, want: ask.question.measure === 'peakConcurrent' ? 'peaks' : 'areas' }),
    endOfDataByKey(ask, keys, ask.question.measure === 'averageConcurrent' ? 'averages' : 'windows'),
    noticeSeveralFeatures(ask),
  ]);
  const nothing = usages.length === 0 && ask.sources.length > 0;
  const meteredOnly = nothing && (await isMeteredOnly(ask));
  const everything = nothing && keys.length === 0;
  return (everything ? [{ key: [], pieces: new Map() }] : usages).flatMap((usage) => {
    const end = endOf(usage.key);
    const uses = ask.windows.map((): WindowUse => ({ peak: 0, area: 0, length: 0 }));
    walk(usage, pieces, (piece, peak, area) => {
      const use = uses[piece.window];
      if (use === undefined) return;
      use.peak = Math.max(use.peak, peak);
      use.area += area;
      use.length += Math.max(0, Math.min(piece.to, end) - piece.from);
    });
    return uses.map((use, window) => ({
      key: usage.key,
      window,
      values: [(ask.windows[window]?.from ?? 0) > end || meteredOnly ? null : figure(use)],
    }));
  });
}

/**
 * Package checkouts log the package and its component in the same second: in a group of several features both count, unless seats do.
 * Said only where a group used several features in the range, as far as the filters go.
 */
export async function noticeSeveralFeatures(ask: Ask): Promise<void> {
  const { groupBy, filters } = ask.question;
  const oneFeature =
    groupBy.includes('feature') ||
    filters.some((filter) => filter.dimension === 'feature' && filter.operator === 'in' && filter.values.length === 1);
  if (oneFeature || !((await checkedOutSeveral(ask)) || (await servedSeveral(ask)))) return;
  ask.notices.push({
    severity: 'info',
    text:
      seatsOf(ask, groupBy) === undefined
        ? 'These figures add up several features: where a package and its component are checked out together, both count.'
        : 'These figures add up several features. Of a package and its components each client counts once.',
  });
}

/** Whether a group has checkouts of several features in the whole days of the range: quickly found, and then surely so. */
async function checkedOutSeveral(ask: Ask): Promise<boolean> {
  const { groupBy, filters } = ask.question;
  const dimensions = [...groupBy, ...filters.map((filter) => filter.dimension)];
  const days = planSpans([ask.range], ['month', 'day'], ask).filter(({ level }) => level !== 'raw');
  if (!knows('activity', dimensions) || days.length === 0 || ask.rawOnly) return false;
  const bindings = new Bindings();
  const { joins, expressions } = groupingSql('activity', groupBy, selectionOf(ask), bindings);
  const zone = bindings.bind(ask.siteTimezone, 'String');
  const { rows } = await read(
    ask,
    `SELECT max(features) FROM (
  SELECT uniqExact(t.feature) AS features
  FROM (SELECT * FROM activity WHERE (${bucketsSql(days, zone, bindings)}) AND model = 'concurrent' AND checkouts > 0
          AND ${conditionSql('activity', selectionOf(ask), bindings)}) AS t ${joins}
  ${expressions.length > 0 ? `GROUP BY ${expressions.join(', ')}` : ''}
)`,
    bindings,
  );
  return Number(rows[0]?.[0] ?? 0) > 1;
}

/** Whether a group has sessions of several features that overlap the range. */
async function servedSeveral(ask: Ask): Promise<boolean> {
  const { groupBy } = ask.question;
  const range = { ...ask, windows: windowsOf(ask.range, undefined, undefined) };
  // Facts know sets of an account's clients, not each of them: one is in the sets of several features where they have more than there are.
  const inSets = groupBy.includes('account') && groupBy.includes('client');
  const groups = inSets ? groupBy.filter((dimension) => dimension !== 'client') : groupBy;
  const [byFeature, together] = await Promise.all([
    readUniqueClients(range, [...groups, 'feature']),
    inSets ? readUniqueClients(range, groups) : [],
  ]);
  const most = new Map(together.map(({ key, clients }) => [keyText(key), clients]));
  const found = new Map<string, number>();
  return byFeature.some(({ key, clients }) => {
    const group = keyText(key.slice(0, groups.length));
    const sum = (found.get(group) ?? 0) + (inSets ? clients : 1);
    found.set(group, sum);
    return sum > (inSets ? (most.get(group) ?? 0) : 1);
  });
}
