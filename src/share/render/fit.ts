import { dimensions } from '../../query/dimensions.ts';
import type { SharedPanel } from '../dashboard.ts';
import type { Column } from './columns.ts';
import { display } from './display.ts';
import { nameOf } from './names.ts';
import { widthOf } from './sizes.ts';
import { wordWidth } from './words.ts';

/** Columns that tables are there for, by their titles: they are seen on every screen, whatever else has to wait. */
const deciding: readonly string[] = [
  'Event',
  'Usage percentage',
  'Usage Percentage',
  'Overdraft',
  'Beyond overdraft',
  'Denial reason',
  'Owner',
  'Advice',
  'Count',
  'Days to expiry',
  'Data age',
  'Checkouts',
];

/** Whom and what a row is about, by the names of fields. */
const about: readonly string[] = ['account', 'feature', 'client'];

/** What of the others comes first, by titles: who went without. */
const next: readonly string[] = ['Clients with unmet denials'];

/** Where a column of a table is seen; what waits is there as soon as all columns are asked for, and on paper. */
export type Seen = 'everywhere' | 'desk' | 'waits';

/** Px of a character, around a cell, the most that a name takes, and the least of columns of texts and of long texts (`style.ts`). */
const screens = {
  desk: { character: 7.3, around: 17, name: 176, text: 144, wide: 240 },
  slim: { character: 7.3, around: 17, name: 128, text: 128, wide: 200 },
  phone: { character: 7, around: 9, name: 108, text: 69, wide: 168 },
} as const;
type Screen = keyof typeof screens;
/** Panels that are narrower cut names earlier. */
const slimWidth = 460;
const phoneWidth = 330;
/** `2026-03-02 09:30:00`; its last part goes on below on a phone. */
const timeCharacters = { desk: 19, slim: 10, phone: 10 } as const;
/** Rows whose texts are measured: the others are of the same kind. */
const looked = 200;

/** Names of accounts, features, hosts …: never broken, and cut with "…" where they are long. */
export const isName = ({ name, type }: Column): boolean =>
  type === 'string' && name !== 'denialReason' && name !== 'denialFamily' && dimensions.some((one) => one === name);

/** Whether a panel is so narrow on a desk that names and times in its tables have less room. */
export const isSlim = (panel: Pick<SharedPanel, 'gridPos'>): boolean => widthOf(panel) < slimWidth;

/** Texts that are broken into lines, but not word by word. */
export const isText = (column: Column): boolean =>
  column.type === 'string' && !isName(column) && !isWide(column) && longest(column) > 20;

const longest = ({ values, look }: Column): number =>
  Math.max(
    0,
    ...values
      .slice(0, looked)
      .map((value) => (look.mappings.get(value === null ? null : String(value))?.text ?? String(value ?? '')).length),
  );

/** Sentences, by the room that panels give them. */
export const isWide = (column: Column): boolean =>
  !isName(column) && Number(column.look.custom['minWidth'] ?? 0) >= 160;

/** Which of a table's columns are seen without scrolling: those that decide, the first, and as many of the others as there is room for. */
export function seenColumns(panel: SharedPanel, columns: readonly Column[], timezone: string): readonly Seen[] {
  const desk = fitting(columns, isSlim(panel) ? 'slim' : 'desk', widthOf(panel) - 10, timezone);
  const phone = fitting(columns, 'phone', phoneWidth, timezone);
  return columns.map((column) => (phone.has(column) ? 'everywhere' : desk.has(column) ? 'desk' : 'waits'));
}

function fitting(columns: readonly Column[], screen: Screen, width: number, timezone: string): ReadonlySet<Column> {
  // Values that stand beside a column that decides only go with it.
  const isTitled = columns.some((column) => deciding.includes(nameOf(column)));
  const decides = (column: Column): boolean =>
    column === columns[0] || (isTitled ? deciding.includes(nameOf(column)) : column.name === 'value');
  const seen = new Set<Column>();
  let left = width;
  // Then who and what it is about.
  const rank = (column: Column): number =>
    decides(column) ? 0 : about.includes(column.name) ? 1 : next.includes(nameOf(column)) ? 2 : 3;
  for (const column of columns.toSorted((a, b) => rank(a) - rank(b))) {
    const needed = pixels(column, screen, timezone);
    if (needed > left && seen.size > 0) {
      // What decides comes before; of the others, the first that has no room ends the row, so that none is skipped.
      if (decides(column)) continue;
      break;
    }
    seen.add(column);
    left -= needed;
  }
  return seen;
}

function pixels(column: Column, screen: Screen, timezone: string): number {
  const { character, around, name, text, wide } = screens[screen];
  if (isWide(column)) return wide;
  // Headings are set in bold.
  const heading = wordWidth({ ...column, values: [] }) * character * 1.15;
  const texts = (): number =>
    Math.max(0, ...column.values.slice(0, looked).map((value) => display(column, value, timezone).text.length));
  if (isName(column)) return Math.max(heading + around, Math.min(name, texts() * character + around));
  if (isText(column)) return Math.max(text, heading + around);
  if (column.type === 'time' && column.look.unit === undefined)
    return Math.max(heading, timeCharacters[screen] * character) + around;
  return Math.max(heading, (column.type === 'string' ? wordWidth(column) : texts()) * character) + around;
}
