import type { SharedPanel } from '../../share/dashboard.ts';
import { limitOf } from '../../share/take.ts';

/** Rows of a table that is one of many on a page: more are a click away, and the CSV has all. */
const mostAtFirst = 200;

/** Rows that a browser still shows at once. */
const mostShown = 10_000;

/** Rows that a page asks for at first; undefined: as many as the dashboard says. Where answers are joined row by row, each of them has to be whole. */
export const firstRowsOf = ({ type, targets: [target, ...others] }: SharedPanel): number | undefined =>
  type === 'table' && target !== undefined && others.length === 0 ? Math.min(mostAtFirst, limitOf(target)) : undefined;

/** Ten times as many rows as the dashboard shows of a list. */
export const moreRowsOf = ({ targets }: SharedPanel): number =>
  Math.min(mostShown, 10 * Math.max(...targets.map(limitOf)));
