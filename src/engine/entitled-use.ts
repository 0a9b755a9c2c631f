import type { Dimension } from '../query/dimensions.ts';
import { entitledGroupings, limits } from '../store/rollups/entitled-use.ts';
import type { Ask } from './ask.ts';
import { read, selectionOf } from './ask.ts';
import type { BoundedPlan, Part, PieceSpan } from './levels.ts';
import { boundEdges, planSpans } from './levels.ts';
import { conditionSql } from './relations.ts';
import { Bindings } from './sql.ts';
import { stretchesSql } from './stretches-sql.ts';
import type { Piece } from './windows.ts';

/** What of a range the store keeps beside what was bought, and what is left of it: parts of days at its edges. */
export interface EntitledPlan {
  readonly grouping: string;
  /** By window. */
  readonly spans: readonly PieceSpan[];
  readonly edges: readonly Piece[];
  /** Where the days around edges say which groups they matter to. */
  readonly bounded: BoundedPlan | undefined;
}

/** Use of a group against one quantity, in all whole days of a window in which that was in force. */
export interface EntitledUse {
  readonly key: readonly string[];
  readonly window: number;
  /** Whether it is of a day that the window is only a part of: what lies in the window is no more than that. */
  readonly isAround: boolean;
  /** null: nothing countable was in force. */
  readonly quantity: number | null;
  /** Infinity: without limit. */
  readonly overdraft: number;
  readonly used: number;
  /** When that was first reached, epoch milliseconds. */
  readonly usedAt: number;
  /** Milliseconds and days at or over each of the limits; empty where they were not asked for. */
  readonly lengths: readonly number[];
  readonly days: readonly number[];
}

/** undefined: the groups, or the filters, are such that nothing is kept of them; or no whole day is asked for. */
export function planEntitledUse(ask: Ask, keys: readonly Dimension[]): EntitledPlan | undefined {
  const { filters, workingHours } = ask.question;
  if (ask.rawOnly || !ask.hasEntitledUse || workingHours !== undefined) return undefined;
  const wanted = keys.filter((key) => key !== 'model');
  const grouping = entitledGroupings.find(
    (one) =>
      one.keys.length === wanted.length && wanted.every((key) => (one.keys as readonly Dimension[]).includes(key)),
  );
  if (grouping === undefined) return undefined;
  const has: readonly Dimension[] = grouping.keys;
  const knows = (dimension: Dimension): boolean =>
    has.includes(dimension) || (dimension === 'product' && has.includes('account') && has.includes('feature'));
  if (!filters.every(({ dimension }) => knows(dimension))) return undefined;
  if (ask.scope.accounts !== 'all' && !has.includes('account')) return undefined;
  const plan = planSpans(ask.windows, ['month', 'day'], ask);
  const spans = plan.filter(({ level }) => level !== 'raw');
  if (spans.length === 0) return undefined;
  return {
    grouping: grouping.name,
    spans,
    edges: plan
      .filter(({ level }) => level === 'raw')
      .map(({ from, to, piece }): Piece => ({ from, to, window: piece })),
    bounded: boundEdges(plan, 'day', ask.calendar),
  };
}

/**
 * The highest use, and when it was first reached, as one number to be the highest of: a time in milliseconds takes 43 bits until the
 * year 2248. (`argMin` of a pair takes three times as long.)
 */
const highestFirst = {
  used: `toFloat64(intDiv(max(toInt128(toInt64(used * 1000000)) * 8796093022208 - toUnixTimestamp64Milli(usedAt)) AS reached + 8796093022207, 8796093022208) AS micros) / 1e6`,
  usedAt: 'toFloat64(micros * 8796093022208 - reached)',
};

/** Reads the whole days of a plan, and those around its edges: a row per group, window and quantity that was in force. */
export async function readEntitledUse(
  ask: Ask,
  keys: readonly Dimension[],
  { grouping, spans, bounded }: EntitledPlan,
  wantsLengths: boolean,
): Promise<EntitledUse[]> {
  const parts: readonly Part[] = bounded?.parts ?? ask.windows.map(({ from }, piece) => ({ from, piece }));
  const bindings = new Bindings();
  const condition = conditionSql('usage_changes', selectionOf(ask), bindings);
  const columns = keys.map((key) => (key === 'model' ? `'concurrent'` : key));
  const figures = wantsLengths ? ['over', 'days'].flatMap((name) => limits.map((limit) => `${name}${limit}`)) : [];
  const { rows } = await read(
    ask,
    `SELECT ${[...columns, `roundDown(toInt64(toUnixTimestamp(bucket)) * 1000, ${bindings.milliseconds(parts.map(({ from }) => from))}) AS part`].join(', ')},
  toFloat64(bought), toFloat64(overdraft), ${highestFirst.used}, ${highestFirst.usedAt}${figures.map((figure) => `, toFloat64(sum(${figure}))`).join('')}
FROM entitled_use FINAL WHERE grouping = '${grouping}' AND (${stretchesSql(bounded?.spans ?? spans, bindings)}) AND used != 0 AND ${condition}
GROUP BY ${[...keys.filter((key) => key !== 'model'), 'part', 'bought', 'overdraft'].join(', ')}`,
    bindings,
  );
  const partAt = new Map(parts.map((part) => [part.from, part]));
  const width = keys.length;
  return rows.map((row) => {
    const { piece = 0, edge } = partAt.get(Number(row[width])) ?? {};
    const [bought, overdraft] = [Number(row[width + 1]), Number(row[width + 2])];
    const figuresOf = wantsLengths ? (row.slice(width + 5) as readonly number[]) : none;
    return {
      key: row.slice(0, width) as readonly string[],
      window: piece,
      isAround: edge !== undefined,
      quantity: bought < 0 ? null : bought,
      overdraft: overdraft < 0 ? Infinity : overdraft,
      used: Number(row[width + 3]),
      usedAt: Number(row[width + 4]),
      lengths: wantsLengths ? figuresOf.slice(0, limits.length) : none,
      days: wantsLengths ? figuresOf.slice(limits.length) : none,
    };
  });
}

const none: readonly number[] = [];
