import type { FieldValue } from '../../engine/frame.ts';
import type { Column, Look } from './columns.ts';
import { formatNumber } from '../units.ts';

/** Rows that are looked at: the others are of the same kind. */
const looked = 200;

/** Characters that a column of a table takes at least, since words, figures and dates are not broken; its heading included. */
export function wordWidth({ type, title, look, values }: Column): number {
  const heading = longestWord(look.displayName ?? title);
  // A date; its time stands below, where there is no room beside it.
  if (type === 'time') return Math.max(heading, 10);
  return Math.max(heading, ...values.slice(0, looked).map((value) => valueWidth(value, look)));
}

function valueWidth(value: FieldValue, { unit, decimals, mappings }: Look): number {
  const mapped = mappings.get(value === null ? null : String(value))?.text;
  if (typeof value === 'number' && mapped === undefined) return formatNumber(value, unit, decimals).length;
  return longestWord(mapped ?? (value === null ? '' : String(value)));
}

/** Dates are not broken, other words with hyphens are. */
const longestWord = (text: string): number =>
  Math.max(0, ...(text.match(/\d{4}-\d\d-\d\d|[^\s-]+/g) ?? []).map(({ length }) => length));

/** Whether a column of texts holds dates only, such as ends of entitlements. */
export const isDates = ({ type, values }: Column): boolean =>
  type === 'string' &&
  values.some((value) => value !== null) &&
  values.every((value) => value === null || value === '' || /^\d{4}-\d\d-\d\d$/.test(String(value)));
