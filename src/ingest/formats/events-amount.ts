/** Amounts are stored as `Decimal(18, 6)`: 12 digits before the point, 6 after it. */
const decimals = 6;
const limit = 1e12;

export const expectedAmount = 'a number like 12 or 0.25';

export interface Amount {
  readonly value: number;
  /** It had more than 6 decimals and was rounded to the nearest; a tie goes to the even digit, so that sums do not drift. */
  readonly rounded: boolean;
}

/**
 * A decimal number with a point (`12`, `-0.25`, `2.5e-3`), rounded to 6 decimals on its digits, not on a binary fraction;
 * undefined when it is none or does not fit the store. A comma is refused: `1,000` is a thousand here and one there.
 */
export function readAmount(text: string): Amount | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const value = Number(text);
  if (!(Math.abs(value) < limit)) return undefined;
  const dropped = fraction.length - Number(exponent) - decimals;
  if (dropped <= 0) return { value: value === 0 ? 0 : value, rounded: false };
  const padded = digits.padStart(dropped + 1, '0');
  const kept = BigInt(padded.slice(0, -dropped));
  const rest = padded.slice(-dropped);
  if (/^0*$/.test(rest)) return { value: value === 0 ? 0 : value, rounded: false };
  const half = `5${'0'.repeat(dropped - 1)}`;
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const micro = Number(up ? kept + 1n : kept);
  return { value: micro === 0 ? 0 : ((sign === '-' ? -1 : 1) * micro) / 10 ** decimals, rounded: true };
}
