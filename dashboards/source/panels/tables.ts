import * as common from '@grafana/grafana-foundation-sdk/common';
import * as table from '@grafana/grafana-foundation-sdk/table';
import type { Steps } from '../colors.ts';
import { unknownIsGrey } from '../colors.ts';
import type { Page } from '../page.ts';
import { about, type About } from './about.ts';

/** Columns whose cells are coloured, by their titles. Frames bring titles and units of their columns. */
export type Colouring = Readonly<Record<string, Steps>>;

interface Shown {
  readonly colour?: Colouring;
  /** Columns of long texts, wrapped. */
  readonly wide?: readonly string[];
  /** Titles of the columns that are shown, where it is not all of them. */
  readonly columns?: readonly string[];
  /** Pixels that a column has at least: few columns share the width, many are scrolled through. */
  readonly narrowest?: number;
}

/** Rows as they are answered; several questions are put beside each other where their groupings agree. */
export function rows(
  page: Page,
  given: About,
  { colour = {}, wide = [], columns, narrowest = 60 }: Shown = {},
): table.PanelBuilder {
  const panel = about(new table.PanelBuilder(), page, given)
    .filterable(true)
    .minWidth(narrowest)
    .cellHeight(common.TableCellHeight.Sm);
  if (given.questions.length > 1) panel.withTransformation({ id: 'merge', options: {} });
  if (columns !== undefined)
    panel.withTransformation({ id: 'filterFieldsByName', options: { include: { names: [...columns] } } });
  // What an empty table says must not stand in its empty cells.
  panel.overrideByRegexp('/.*/', [{ id: 'noValue', value: ' ' }]);
  for (const [column, steps] of Object.entries(colour)) panel.overrideByName(column, coloured(steps));
  for (const column of wide)
    panel.overrideByName(column, [
      { id: 'custom.width', value: 420 },
      { id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } },
    ]);
  return panel;
}

/** Hour of the day across, weekday down: when in the week something is high. Darker is higher, over the whole table. */
export const week = (page: Page, given: About, value: string): table.PanelBuilder =>
  about(new table.PanelBuilder(), page, given)
    .cellHeight(common.TableCellHeight.Sm)
    .minWidth(28)
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'Hour of the day', rowField: 'Weekday', valueField: value, emptyValue: 'null' },
    })
    .overrideByRegexp('/^\\d\\d$/', [
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
