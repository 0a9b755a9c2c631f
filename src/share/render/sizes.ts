import type { SharedPanel } from '../dashboard.ts';
import type { Size } from './svg.ts';

/** Whole width of the page, and what a phone leaves for a chart, px. */
const page = 1240;
const phone = 340;

/**
 * Sizes to draw a chart in: where it stands in the grid, and for a phone. A drawing that is shrunk could not be read; so there are
 * two, and the page shows the one that fits.
 */
export function sizesOf({
  gridPos,
}: SharedPanel): readonly { readonly size: Size; readonly only: 'wide' | 'narrow' }[] {
  const width = Math.round((page * gridPos.w) / 24) - 34;
  const height = Math.max(150, gridPos.h * 30 - 70);
  return [
    { size: { width, height }, only: 'wide' },
    { size: { width: phone, height: 200 }, only: 'narrow' },
  ];
}
