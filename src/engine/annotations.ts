import type { Connection } from '../store/connection.ts';
import type { Source } from './ask.ts';
import type { Entitlement, EntitlementBook } from './entitlement-book.ts';
import { stretchesOf } from './entitlement-book.ts';
import { withNamed } from './own-account.ts';
import type { Scope } from './relations.ts';
import { Bindings } from './sql.ts';
import type { Range } from './windows.ts';

/** Something that explains a figure: a restart, a changed capacity, an entitlement's end. Epoch milliseconds. */
export interface Annotation {
  readonly time: number;
  /** Later than `time` where it is a stretch of time. */
  readonly timeEnd?: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

const most = 1000;

/** In time order, the first 1,000. Restarts of servers, and entitlements of accounts, that the scope may see. */
export async function annotationsIn(request: {
  readonly connection: Connection;
  readonly book: EntitlementBook;
  readonly sources: readonly Source[];
  readonly range: Range;
  readonly scope: Scope;
  readonly signal?: AbortSignal;
}): Promise<Annotation[]> {
  const { book, range, scope } = request;
  const visible = withNamed(
    book.own,
    book.rows.filter((row) => scope.accounts === 'all' || scope.accounts.includes(row.account)),
  );
  return [...(await restarts(request)), ...expiries(visible, range), ...capacityChanges(visible, range)]
    .sort((a, b) => a.time - b.time)
    .slice(0, most);
}

/** @param request the sources whose restarts are wanted, and the range */
export async function restarts(
  request: Pick<Parameters<typeof annotationsIn>[0], 'connection' | 'sources' | 'range' | 'signal'>,
): Promise<Annotation[]> {
  const bindings = new Bindings();
  const { rows } = await request.connection.query(
    `SELECT DISTINCT toUnixTimestamp64Milli(time) AS at, server, vendor FROM events
WHERE kind = 'start' AND time >= ${bindings.time(request.range.from)} AND time < ${bindings.time(request.range.to)}
  AND server IN ${bindings.strings(request.sources.map((source) => source.server))} ORDER BY at, server, vendor LIMIT ${most}`,
    bindings.params,
    request.signal === undefined ? {} : { signal: request.signal },
  );
  return rows.map((row) => ({
    time: Number(row[0]),
    title: 'Restart',
    text: `The vendor daemon ${String(row[2])} started on ${String(row[1])}: sessions open before it are closed.`,
    tags: ['restart', String(row[1])],
  }));
}

export function expiries(rows: readonly Entitlement[], range: Range): Annotation[] {
  return rows
    .filter((row) => row.to > range.from && row.to <= range.to)
    .map((row) => ({
      time: row.to,
      title: 'Entitlement expired',
      text: `${row.uncounted ? 'Uncounted' : row.quantity.toLocaleString('en')} of ${row.feature} for ${row.account === '' ? 'every account' : row.account}.`,
      tags: ['expiry', row.account, row.feature].filter((tag) => tag !== ''),
    }));
}

export function capacityChanges(rows: readonly Entitlement[], range: Range): Annotation[] {
  const pairs = new Map<string, Entitlement[]>();
  for (const row of rows.filter(({ model }) => model === 'concurrent')) {
    const key = `${row.account}\0${row.feature}`;
    pairs.set(key, [...(pairs.get(key) ?? []), row]);
  }
  return [...pairs.values()].flatMap((own) => {
    const [row] = own;
    // What may be used beyond the quantity is none of it.
    const quantities = own.map((one) => ({ ...one, overdraft: 0 }));
    const stretches = stretchesOf(quantities, range);
    return stretches.slice(1).flatMap((stretch, i): Annotation[] => {
      const before = stretches[i]?.quantity ?? 0;
      if (row === undefined || stretch.quantity === null) return [];
      return [
        {
          time: stretch.from,
          title: 'Entitled quantity changed',
          text: `${row.feature} for ${row.account === '' ? 'every account' : row.account}: ${before} → ${stretch.quantity}.`,
          tags: ['capacity', row.account, row.feature].filter((tag) => tag !== ''),
        },
      ];
    });
  });
}
