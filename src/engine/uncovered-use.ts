import type { Dimension } from '../query/dimensions.ts';
import { readLineSums } from './activity.ts';
import type { Ask } from './ask.ts';
import type { Entitlement } from './entitlement-book.ts';
import { isInForce } from './expiry.ts';
import type { Range } from './windows.ts';
import { cutPieces, piecesOf } from './windows.ts';

/** All that an entitlement can be limited by: in anything coarser, use that is covered would hide use that is not. */
const coverage = ['account', 'feature', 'server', 'vendor', 'version', 'model'] as const satisfies readonly Dimension[];

/** Checkout lines of a group that no entitlement covers; a group may come several times, in parts that add up. */
export interface UncoveredUse {
  readonly key: readonly string[];
  readonly checkouts: number;
}

/**
 * Checkout lines that no entitlement covers which was in force at their time; uncounted and shared ones cover, too.
 *
 * @param groupBy the grouping of the answer; what is covered is looked up by all that an entitlement can be limited by
 */
export async function readUncovered(ask: Ask, groupBy: readonly Dimension[]): Promise<readonly UncoveredUse[]> {
  const found: UncoveredUse[] = [];
  const add = (key: readonly string[], checkouts: number): void => {
    found.push({ key: key.slice(0, groupBy.length), checkouts });
  };
  const keys = [...groupBy, ...coverage.filter((dimension) => !groupBy.includes(dimension))];
  const [account, feature, server, vendor, version, model] = coverage.map((dimension) => keys.indexOf(dimension));
  const at = (key: readonly string[], place: number | undefined): string => key[place ?? -1] ?? '';
  const covering = (key: readonly string[]): readonly Entitlement[] =>
    ['', at(key, account)].flatMap((owner) =>
      ask.book.covering(
        {
          account: owner,
          feature: at(key, feature),
          server: at(key, server),
          vendor: at(key, vendor),
          version: at(key, version),
        },
        at(key, model) === 'metered' ? 'metered' : 'concurrent',
      ),
    );
  const inForce = (rows: readonly Entitlement[], moment: number): boolean => rows.some((row) => isInForce(row, moment));

  const pieces = piecesOf(ask.range, ask.windows);
  const changing = new Set<string>();
  const cuts = new Set<number>();
  for (const { key, piece, values } of await readLineSums(ask, { keys, pieces, sums: ['checkouts'] })) {
    if ((pieces[piece]?.window ?? -1) < 0) continue;
    const rows = covering(key);
    const changes = rows.flatMap((row) => [row.from, row.to]).filter((moment) => inside(ask.range, moment));
    if (changes.length === 0) {
      if (!inForce(rows, ask.range.from)) add(key, values[0] ?? 0);
    } else {
      changing.add(at(key, feature));
      for (const change of changes) cuts.add(change);
    }
  }
  if (changing.size === 0) return found;
  // Midnights of the site cut through days, and there may be many: one scan of the lines of these features.
  const cut = cutPieces(pieces, [...cuts]);
  const again = await readLineSums(
    { ...ask, rawOnly: true },
    {
      keys,
      pieces: cut,
      sums: ['checkouts'],
      filters: [...ask.question.filters, { dimension: 'feature', operator: 'in', values: [...changing] }],
    },
  );
  for (const { key, piece, values } of again) {
    const { from = 0, window = -1 } = cut[piece] ?? {};
    const rows = covering(key);
    const counted = !rows.some((row) => inside(ask.range, row.from) || inside(ask.range, row.to));
    if (window >= 0 && !counted && !inForce(rows, from)) add(key, values[0] ?? 0);
  }
  return found;
}

const inside = (range: Range, moment: number): boolean => moment > range.from && moment < range.to;
