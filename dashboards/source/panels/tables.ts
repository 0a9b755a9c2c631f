import * as common from '@grafana/grafana-foundation-sdk/common';
import * as table from '@grafana/grafana-foundation-sdk/table';
import type { Steps } from '../colors.ts';
import { unknownIsGrey } from '../colors.ts';
import type { Page } from '../page.ts';
import { thresholds } from '../thresholds.ts';
import { about, type About } from './about.ts';

const { usage } = thresholds;

/** How columns look, by their titles. Frames bring the titles and units. */
export interface Shown {
  /**
   * The columns in their order: who, what, and the figure that the table exists for, which is to be seen on a phone too; then the
   * rest. Left out: all of them, as they are answered.
   */
  readonly columns?: readonly string[];
  /** Whether columns that are not named follow behind those that are. */
  readonly others?: boolean;
  /** Columns whose cells are coloured. */
  readonly colour?: Readonly<Record<string, Steps>>;
  /** Those of them whose null is not unknown: they do not apply to every row. */
  readonly partly?: readonly string[];
  /** Columns that take the room that is left, whatever width they have elsewhere. */
  readonly fluid?: readonly string[];
  /** Columns of whole sentences. */
  readonly sentences?: readonly string[];
  /** The column by which several questions are put beside each other: every one of them groups by it. */
  readonly joinBy?: string;
}

/**
 * Widths in pixels. Figures have the width of their heading's longest word; names share what is left, and are never narrower
 * than this. So a customer, a feature and a figure fit a phone: Grafana cuts figures on the left, where another figure is what
 * is left of them, and cuts names without a sign. Names and sentences therefore go on on the next line; those of features have
 * nothing to break at.
 */
const figureWidth = 88;
const nameWidth = 85;
const sentenceWidth = 160;
const timeWidth = 155;
const shareWidth = 210;
/** The icon in the heading of a column that can be filtered. */
const iconWidth = 20;
const widths: Readonly<Record<string, number>> = {
  'In use then': 65,
  'Bought then': 65,
  [`Hours at ${usage.critical} %`]: 75,
  [`Hours at ${usage.warning} %`]: 75,
  Outcome: 95,
  Event: 85,
  'License model': 95,
  'Usage percentage': 95,
  'Usage Percentage': 115,
  'Denial reason': 170,
  Code: 60,
  Count: 65,
  Quantity: 85,
  'Unreadable lines': 98,
  'Checkouts no entitlement covers': 100,
  Renewed: 80,
  Start: 100,
  End: 100,
  Owner: 105,
  Reason: 120,
  'Logs denials': 75,
  Format: 90,
  Tags: 90,
};

/** Names that have nothing to break at; where a table is about one customer, there is more room. */
const featureWidth = 130;
const loneFeatureWidth = 155;
const serverWidth = 170;
/** Times of which nobody needs the seconds. */
const toTheMinute = ['When', 'Last line', 'First line', 'First denial'];

/** Rows as they are answered. */
export function rows(
  page: Page,
  given: About,
  {
    columns = [],
    others = columns.length === 0,
    colour = {},
    partly = [],
    fluid = [],
    sentences = [],
    joinBy,
  }: Shown = {},
): table.PanelBuilder {
  const filterable = others && columns.length > 0;
  const panel = about(new table.PanelBuilder(), page, given)
    .cellHeight(common.TableCellHeight.Sm)
    .filterable(filterable)
    // What an empty table says must not stand in its empty cells.
    .overrideByRegexp('/.*/', [
      { id: 'noValue', value: ' ' },
      { id: 'custom.wrapHeaderText', value: true },
    ])
    .overrideByFieldType('string', [
      { id: 'custom.minWidth', value: nameWidth },
      { id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } },
    ])
    .overrideByFieldType('number', [{ id: 'custom.width', value: filterable ? figureWidth + iconWidth : figureWidth }])
    .overrideByFieldType('time', [{ id: 'custom.width', value: timeWidth }]);
  if (joinBy !== undefined)
    panel.withTransformation({ id: 'joinByField', options: { byField: joinBy, mode: 'outer' } });
  if (!others) panel.withTransformation({ id: 'filterFieldsByName', options: { include: { names: [...columns] } } });
  if (columns.length > 0)
    panel.withTransformation({
      id: 'organize',
      options: { indexByName: Object.fromEntries(columns.map((title, i) => [title, i])) },
    });
  const isShown = (title: string): boolean => others || columns.includes(title);
  const minimums = { Feature: columns.includes('Account') ? featureWidth : loneFeatureWidth, Server: serverWidth };
  for (const [column, value] of Object.entries(minimums))
    if (columns.slice(0, 2).includes(column)) panel.overrideByName(column, [{ id: 'custom.minWidth', value }]);
  for (const [column, width] of Object.entries(widths))
    if (isShown(column) && !fluid.includes(column))
      panel.overrideByName(column, [{ id: 'custom.width', value: width }]);
  // Grafana writes seconds as weeks; so they are days and a clock.
  for (const column of ['Data age', 'Overdue'].filter((one) => columns.includes(one)))
    panel.overrideByName(column, [
      { id: 'unit', value: 'dtdhms' },
      { id: 'custom.width', value: 120 },
    ]);
  for (const [column, steps] of Object.entries(colour))
    panel.overrideByName(column, coloured(steps, partly.includes(column)));
  for (const column of sentences) panel.overrideByName(column, [{ id: 'custom.minWidth', value: sentenceWidth }]);
  for (const column of toTheMinute.filter((title) => columns.includes(title)))
    panel.overrideByName(column, [
      { id: 'unit', value: 'time:YYYY-MM-DD HH:mm' },
      { id: 'custom.width', value: 130 },
    ]);
  return panel;
}

/** Rows with a share of a whole as a bar: names of any length are read whole, which neither rings nor bars of Grafana's have room for. */
export const shares = (page: Page, given: About, name: string, share: string): table.PanelBuilder =>
  rows(page, given, { columns: [name, share], fluid: [name] }).overrideByName(share, [
    { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
    { id: 'custom.width', value: shareWidth },
    { id: 'min', value: 0 },
    { id: 'max', value: 100 },
    { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
  ]);

const coloured = (steps: Steps, isPartial: boolean) => [
  { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
  { id: 'thresholds', value: steps.build() },
  { id: 'color', value: { mode: 'thresholds' } },
  ...(isPartial ? [] : [{ id: 'mappings', value: [unknownIsGrey] }]),
];
