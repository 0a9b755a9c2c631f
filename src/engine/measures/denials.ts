import { readLineSums } from '../activity.ts';
import type { Ask, Compute } from '../ask.ts';
import { keyText } from '../ask.ts';
import { noticeUntracked, readDenials, readShares } from '../denials.ts';
import { piecesOf } from '../windows.ts';
import { withZeros } from './clients.ts';

/** Denials, counted as the question says. */
export const denials: Compute = async (ask) => {
  const counts = await readDenials(ask, { keys: ask.question.groupBy });
  return nullWhereUntracked(
    ask,
    withZeros(
      ask,
      counts.map(({ key, window, count }) => ({ key, window, value: count })),
    ),
  );
};

/** Distinct clients among the denials that the counting rule selects. */
export const deniedClients: Compute = async (ask) => {
  const counts = await readDenials(ask, { keys: ask.question.groupBy, distinctClients: true });
  return nullWhereUntracked(
    ask,
    withZeros(
      ask,
      counts.map(({ key, window, count }) => ({ key, window, value: count })),
    ),
  );
};

/** Each group's share in all denials that filters and scope leave in the window, %. */
export const denialShare: Compute = async (ask) => {
  const { counts, totals } = await readShares(ask, { keys: ask.question.groupBy });
  const known = withZeros(
    ask,
    counts.map(({ key, window, count }) => ({ key, window, value: count })),
  );
  const shares = known.map(({ key, window, values: [count = null] }) => {
    const total = totals.get(window) ?? 0;
    // Where nothing was denied at all, there is nothing to share.
    return { key, window, values: [count === null || total === 0 ? null : (100 * count) / total] };
  });
  return nullWhereUntracked(ask, shares);
};

/** 100 × denials ÷ (denials + checkout lines). By reason or family the grants are all of them: none was granted for a reason. */
export const denialRate: Compute = async (ask) => {
  const { groupBy, filters } = ask.question;
  const ofDenials = (dimension: string): boolean => dimension === 'denialReason' || dimension === 'denialFamily';
  const keys = groupBy.filter((dimension) => !ofDenials(dimension));
  const pieces = piecesOf(ask.range, ask.windows);
  const [counts, grants] = await Promise.all([
    readDenials(ask, { keys: groupBy }),
    readLineSums(ask, {
      keys,
      pieces,
      sums: ['checkouts'],
      filters: filters.filter((filter) => !ofDenials(filter.dimension)),
    }),
  ]);
  const granted = new Map<string, number>();
  for (const { key, piece, values } of grants) {
    const window = pieces[piece]?.window ?? -1;
    const text = `${keyText(key)}\0${window}`;
    if (window >= 0) granted.set(text, (granted.get(text) ?? 0) + (values[0] ?? 0));
  }
  const known = withZeros(
    ask,
    counts.map(({ key, window, count }) => ({ key, window, value: count })),
  );
  const rates = known.map(({ key, window, values: [count = null] }) => {
    const grantKey = key.filter((_, i) => !ofDenials(groupBy[i] ?? ''));
    const asked = (count ?? 0) + (granted.get(`${keyText(grantKey)}\0${window}`) ?? 0);
    return { key, window, values: [count === null || asked === 0 ? null : (100 * count) / asked] };
  });
  if (keys.length < groupBy.length) return nullWhereUntracked(ask, rates);
  // Where something was granted and nothing denied, the rate is 0.
  const denied = new Set(rates.map(({ key, window }) => `${keyText(key)}\0${window}`));
  const zeros = [...granted]
    .filter(([text, count]) => count > 0 && !denied.has(text))
    .map(([text]) => {
      const parts = text.split('\0');
      return { key: keys.length === 0 ? [] : parts.slice(0, keys.length), window: Number(parts.at(-1)), values: [0] };
    });
  return nullWhereUntracked(ask, [...rates, ...zeros]);
};

function nullWhereUntracked(ask: Ask, rows: Awaited<ReturnType<Compute>>): Awaited<ReturnType<Compute>> {
  return noticeUntracked(ask) ? rows.map((row) => ({ ...row, values: [null] })) : rows;
}
