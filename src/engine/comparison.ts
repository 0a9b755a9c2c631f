import { fixed } from './entitlement-book.ts';

/**
 * What is made of use (the peak, or the amount consumed), the quantity entitled (above 0) and the overdraft allowed beyond it
 * (Infinity: without limit); more use never gives less.
 */
export type Compare = (used: number, quantity: number, overdraft: number) => number;

/** Use held against the mapped entitlements, per base key and window. */
export interface Comparison {
  readonly key: readonly string[];
  readonly window: number;
  /** null: there is nothing to compare with (unmapped, uncounted), or no data. */
  readonly value: number | null;
  /** What the value comes from; where that is null, the use alone, or nothing. */
  readonly from?: Compared;
}

/** One use held against one quantity. */
export interface Compared {
  readonly used: number;
  /** null: nothing countable was in force. */
  readonly quantity: number | null;
  /** Metered: until when the amount was summed up, epoch milliseconds. Concurrent use: absent, see `time-at-limits.ts`. */
  readonly at?: number;
  /** Metered: when the period ends whose quantity it is, epoch milliseconds (exclusive). */
  readonly periodEnd?: number;
}

/** 100 is all that was bought. */
export const percentage: Compare = (used, quantity) => (100 * used) / quantity;

/** Licenses (or amount) beyond what was bought. */
export const excess: Compare = (used, quantity) => fixed(Math.max(0, used - quantity));

/** Licenses (or amount) beyond what was bought and the overdraft too. */
export const excessOfBoth: Compare = (used, quantity, overdraft) => fixed(Math.max(0, used - quantity - overdraft));
