import * as common from '@grafana/grafana-foundation-sdk/common';
import * as table from '@grafana/grafana-foundation-sdk/table';
import type { Steps } from '../colors.ts';
import { unknownIsGrey } from '../colors.ts';
import type { Page } from '../page.ts';
import { about, type About } from './about.ts';

/** How columns look, by their titles. Frames bring the titles and units. */
interface Shown {
  /** Columns whose cells are coloured. */
  readonly colour?: Readonly<Record<string, Steps>>;
  /** Columns of long texts, wrapped. */
  readonly wide?: readonly string[];
  /** The columns that are shown, where it is not all of them. */
  readonly columns?: readonly string[];
  /** The columns that come first, the others behind them. */
  readonly first?: readonly string[];
  /** The column by which several questions are put beside each other: every one of them groups by it. */
  readonly joinBy?: string;
}

/** Columns whose contents are always about as long, in pixels. */
const widths: readonly (readonly [title: string, width: number])[] = [
  ['Time', 165],
  ['First line', 165],
  ['Last line', 165],
  ['First denial', 165],
  ['Code', 70],
  ['Count', 70],
  ['Denial Rate (%)', 90],
];

/** Times whose day is enough: entitlements are bought by the day. */
const days: readonly string[] = ['Start', 'End'];

/** Names that are read as a whole: the table scrolls sideways rather than cut them. In pixels. */
const longNames: readonly (readonly [title: string, width: number])[] = [
  ['Account', 140],
  ['Product', 125],
  ['Feature', 150],
];

/** Rows as they are answered. With few columns they share the width; with many, one scrolls sideways. */
export function rows(
  page: Page,
  given: About,
  { colour = {}, wide = [], columns, first, joinBy }: Shown = {},
): table.PanelBuilder {
  const listing = first !== undefined;
  const panel = about(new table.PanelBuilder(), page, given)
    .cellHeight(common.TableCellHeight.Sm)
    .filterable(listing)
    .minWidth(wide.length > 0 || listing ? 90 : 60)
    // What an empty table says must not stand in its empty cells.
    .overrideByRegexp('/.*/', [
      { id: 'noValue', value: ' ' },
      { id: 'custom.wrapHeaderText', value: true },
    ])
    .overrideByFieldType('string', [{ id: 'custom.minWidth', value: 95 }]);
  if (joinBy !== undefined)
    panel.withTransformation({ id: 'joinByField', options: { byField: joinBy, mode: 'outer' } });
  if (columns !== undefined)
    panel.withTransformation({ id: 'filterFieldsByName', options: { include: { names: [...columns] } } });
  if (first !== undefined)
    panel.withTransformation({
      id: 'organize',
      options: { indexByName: Object.fromEntries(first.map((title, i) => [title, i])) },
    });
  for (const [column, width] of widths)
    if (columns === undefined || columns.includes(column))
      panel.overrideByName(column, [{ id: 'custom.width', value: width }]);
  for (const column of days)
    if (columns?.includes(column) === true)
      panel.overrideByName(column, [
        { id: 'unit', value: 'time:YYYY-MM-DD' },
        { id: 'custom.width', value: 100 },
      ]);
  for (const [column, minWidth] of longNames)
    if (columns === undefined || columns.includes(column))
      panel.overrideByName(column, [{ id: 'custom.minWidth', value: minWidth }]);
  for (const [column, steps] of Object.entries(colour)) panel.overrideByName(column, coloured(steps));
  for (const column of wide)
    panel.overrideByName(column, [
      { id: 'custom.minWidth', value: 240 },
      { id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } },
    ]);
  return panel;
}

/** Hour of the day across, weekday down: when in the week something is high. Redder is higher, over the whole table. */
export const week = (page: Page, given: About, value: string): table.PanelBuilder =>
  about(new table.PanelBuilder(), page, given)
    .cellHeight(common.TableCellHeight.Sm)
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'Hour of the day', rowField: 'Weekday', valueField: value, emptyValue: 'null' },
    })
    .overrideByRegexp('/^\\d\\d$/', [
      { id: 'custom.width', value: 36 },
      { id: 'custom.align', value: 'center' },
      { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
      { id: 'color', value: { mode: 'continuous-GrYlRd' } },
      { id: 'decimals', value: 0 },
    ]);

const coloured = (steps: Steps) => [
  { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  { id: 'thresholds', value: steps.build() },
  { id: 'color', value: { mode: 'thresholds' } },
  { id: 'mappings', value: [unknownIsGrey] },
];
