import type { SharedPanel } from '../dashboard.ts';
import type { Column, Rows } from './columns.ts';
import { lengthOf, shownColumns } from './columns.ts';
import { isWide } from './fit.ts';
import { wordWidth } from './words.ts';

/** A panel and its figures, as they are drawn. */
export interface FilledPanel {
  readonly panel: SharedPanel;
  readonly frames: readonly Rows[];
}

/** How a panel stands on A4. */
export interface Placed extends FilledPanel {
  /** Of 24 columns. */
  readonly span: number;
  /** A table that may go on on the next page; all others stay whole. */
  readonly long: boolean;
  /** So many columns that its page lies across. */
  readonly across: boolean;
  /** More columns than fit in the common print: small print. */
  readonly fine: boolean;
  /** More than fits even so: words are broken. */
  readonly tight: boolean;
}

/**
 * Characters that stand beside each other in a table on upright A4 and there in small print, on A4 across and there in small print. What
 * fits upright stays there: a page that lies across leaves the rest of the page before it blank.
 */
const capacity = { upright: 117, uprightSmall: 156, across: 172, small: 230 };
/** A table of no more rows and characters than that needs only a part of the page. */
const small = { rows: 15, width: 60 };
/** Rows of a table that stay together: more would leave too much of a page blank before them. */
const wholeRows = 6;
const grid = 24;

/**
 * Places the panels of one band on A4, which is half as wide as the screen that their widths were meant for: single figures stay
 * beside each other, long tables take the whole width, all others share a row, charts half of it at least.
 */
export function onPaper(band: readonly FilledPanel[]): readonly Placed[] {
  const figures = band.filter(({ panel }) => panel.type === 'stat');
  const others = band.filter((filled) => filled.panel.type !== 'stat' && !isLargeTable(filled));
  const left = grid - figures.reduce((sum, { panel }) => sum + panel.gridPos.w, 0);
  return band.map((filled) => {
    const { panel } = filled;
    const large = isLargeTable(filled);
    const place = others.indexOf(filled);
    const span = large ? grid : place < 0 ? panel.gridPos.w : shareOf(place, others, left > 0 ? left : grid);
    const width = widthIn(filled);
    const across = large && width > capacity.uprightSmall;
    return {
      ...filled,
      span,
      long: panel.type !== 'timeseries' && panel.type !== 'trend' && rowsIn(filled) > wholeRows,
      across,
      fine: large && width > (across ? capacity.across : capacity.upright),
      tight: width > (across ? capacity.small : large ? capacity.uprightSmall : (capacity.upright * span) / grid),
    };
  });
}

/** Of a row, what the panel gets that is the n-th of those that share it. Charts of a third could not be read. */
function shareOf(place: number, others: readonly FilledPanel[], row: number): number {
  const { length } = others;
  const charts = others.some(({ panel }) => panel.type === 'timeseries' || panel.type === 'trend');
  if (length <= 2 || !charts) return Math.floor(row / length);
  // Two in a row; the last one of an odd number has a row of its own.
  return length % 2 === 1 && place === length - 1 ? row : Math.floor(row / 2);
}

const rowsIn = ({ frames }: FilledPanel): number => frames.reduce((sum, rows) => sum + lengthOf(rows), 0);

const isLargeTable = (filled: FilledPanel): boolean =>
  filled.panel.type === 'heatmap' ||
  (filled.panel.type === 'table' &&
    (rowsIn(filled) > small.rows || widthIn(filled) > small.width || holdsSentences(filled)));

/** Sentences in a part of the page would make the panel as high as a page. */
const holdsSentences = ({ frames }: FilledPanel): boolean =>
  frames.some((rows) => rows.columns.some((column) => column.type === 'string' && isWide(column)));

/** Characters that a row takes at least: of each column its longest word, and what stands around it. */
const widthIn = ({ frames }: FilledPanel): number =>
  Math.max(0, ...frames.map((rows) => shownColumns(rows).reduce((sum, column) => sum + widthOf(column) + 2, 0)));

/** On paper a date and its time stay together. */
const widthOf = (column: Column): number => Math.max(column.type === 'time' ? 19 : 0, wordWidth(column));
