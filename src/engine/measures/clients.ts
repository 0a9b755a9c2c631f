import type { Dimension } from '../../query/dimensions.ts';
import type { Ask, Compute } from '../ask.ts';
import { keyText } from '../ask.ts';
import { readUniqueClients } from '../clients.ts';
import type { Entitlement } from '../entitlement-book.ts';
import { idleKeys } from '../entitled-rows.ts';
import { stretchesOf } from '../entitlement-book.ts';
import { isMeteredOnly, ofHeld } from '../metered-only.ts';
import { isOfSize } from '../covered.ts';
import { baseKeys } from '../percentage.ts';
import { tellingProducts } from '../products.ts';
import { noticeShared } from '../shared-rows.ts';
import type { PairFigure } from './highest-feature.ts';
import { highestPerGroup } from './highest-feature.ts';
import { ofSharedEntitlements } from './usage-percentage.ts';

/** Distinct clients with a session that overlaps the window. */
export const uniqueClients: Compute = async (ask) => {
  const counts = await readUniqueClients(ask, ask.question.groupBy);
  if (counts.length === 0 && (await isMeteredOnly(ask)) && ask.question.groupBy.length === 0)
    return ask.windows.map((_, window) => ({ key: [], window, values: [null] }));
  return withZeros(
    ask,
    counts.map(({ key, window, clients }) => ({ key, window, value: clients })),
  );
};

/** How many clients share one entitled license. */
export const clientsPerLicense: Compute = ofHeld(async (ask) => {
  const { groupBy } = ask.question;
  const keys = baseKeys(groupBy);
  const [own, shared] = await Promise.all([
    ratios(ask, keys),
    ofSharedEntitlements(ask, keys, (grouping) => ratios(ask, grouping)),
  ]);
  const unknown = own.filter(({ value }) => value === null).map(({ key }) => key);
  noticeShared(ask, keys, unknown, 'a figure');
  return highestPerGroup([...own, ...shared], keys, groupBy);
});

async function ratios(ask: Ask, keys: readonly Dimension[]): Promise<PairFigure[]> {
  const part = (key: readonly string[], dimension: Dimension): string | undefined => key[keys.indexOf(dimension)];
  const counts = await tellingProducts(ask, keys, (told) => readUniqueClients(ask, told));
  const known = withZeros(
    ask,
    counts.map(({ key, window, clients }) => ({ key, window, value: clients })),
    keys,
    // 0 clients share what was bought and is not used, and whoever has bought it wants to know.
    idleKeys(ask, keys, counts),
  );
  const entitlementsOf = new Map<string, readonly Entitlement[]>();
  return known.flatMap(({ key, window, values: [clients = null] }) => {
    const text = keyText(key);
    let rows = entitlementsOf.get(text);
    if (rows === undefined) {
      const [account, server, vendor, version] = (['account', 'server', 'vendor', 'version'] as const).map((one) =>
        part(key, one),
      );
      rows = ask.book.covering(
        {
          feature: part(key, 'feature') ?? '',
          ...(account !== undefined && { account }),
          ...(server !== undefined && { server }),
          ...(vendor !== undefined && { vendor }),
          ...(version !== undefined && { version }),
        },
        'concurrent',
      );
      entitlementsOf.set(text, rows);
    }
    const quantity = highestQuantity(rows, ask.windows[window] ?? ask.range);
    if (!isOfSize(ask, quantity)) return [];
    return { key, window, value: clients === null || quantity === null || quantity <= 0 ? null : clients / quantity };
  });
}

/** The highest quantity in force in a range; null when nothing countable is. */
export function highestQuantity(
  rows: readonly Entitlement[],
  range: { readonly from: number; readonly to: number },
): number | null {
  return stretchesOf(rows, range).reduce<number | null>(
    (highest, { quantity }) => (quantity !== null && (highest === null || quantity > highest) ? quantity : highest),
    null,
  );
}

/**
 * Counts of a group are 0 in windows with nothing, and null after the data end: those of its server where it has one, else
 * the latest of all sources.
 */
export function withZeros(
  ask: Ask,
  counts: readonly { readonly key: readonly string[]; readonly window: number; readonly value: number }[],
  keys: readonly Dimension[] = ask.question.groupBy,
  idle: readonly (readonly string[])[] = [],
): Awaited<ReturnType<Compute>> {
  const latest = Math.max(...ask.sources.map((source) => source.lastLine), -Infinity);
  const lastLines = new Map(ask.sources.map((source) => [source.server, source.lastLine]));
  const serverAt = keys.indexOf('server');
  const byKey = new Map<string, { key: readonly string[]; values: Map<number, number> }>();
  if (keys.length === 0 && ask.sources.length > 0) byKey.set('', { key: [], values: new Map() });
  for (const { key, window, value } of counts) {
    const text = keyText(key);
    let entry = byKey.get(text);
    if (entry === undefined) byKey.set(text, (entry = { key, values: new Map() }));
    entry.values.set(window, value);
  }
  for (const key of idle) if (!byKey.has(keyText(key))) byKey.set(keyText(key), { key, values: new Map() });
  return [...byKey.values()].flatMap(({ key, values }) => {
    const end = lastLines.get(key[serverAt] ?? '') ?? latest;
    return ask.windows.map(({ from }, window) => ({
      key,
      window,
      values: [values.get(window) ?? (from > end ? null : 0)],
    }));
  });
}
