import type { SharedPanel } from '../dashboard.ts';
import type { Size } from './svg.ts';

/** Whole width of the page on a desk, what a phone leaves for a chart, and the width of A4 within its margins; px. */
const page = 1240;
const phone = 340;
const paper = 703;
/** Padding and border of a panel, px. */
const around = 28;

/** What a panel has for its figures on a desk, px. */
export const widthOf = ({ gridPos }: Pick<SharedPanel, 'gridPos'>): number => Math.round((page * gridPos.w) / 24) - 34;

export interface Drawn {
  readonly size: Size;
  /** Part of ids. */
  readonly name: 'wide' | 'narrow' | 'paper';
  /** Classes: on which of desk, phone and paper it is shown (`style.ts`). */
  readonly only: string;
}

/**
 * Sizes to draw a chart in: where it stands in the grid, for a phone, and on paper, where it takes so many of 24 columns. A drawing
 * that is shrunk could not be read; so there are several, and the page shows the one that fits. Half of A4 is as wide as a phone.
 */
export function sizesOf({ gridPos }: SharedPanel, paperSpan: number): readonly Drawn[] {
  const width = widthOf({ gridPos });
  const height = Math.max(140, gridPos.h * 24 - 40);
  const onPaper = Math.round((paper * paperSpan) / 24) - around;
  const shared = Math.abs(onPaper - phone) < 40;
  return [
    { size: { width, height }, name: 'wide', only: 'wide' },
    { size: { width: phone, height: 180 }, name: 'narrow', only: shared ? 'narrow paper' : 'narrow' },
    ...(shared ? [] : [{ size: { width: onPaper, height: 220 }, name: 'paper', only: 'paper' } as const]),
  ];
}
