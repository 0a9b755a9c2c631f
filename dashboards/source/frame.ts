import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dimension } from '../../src/query/dimensions.ts';
import { dimensionTitles } from '../../src/query/dimensions.ts';
import { measureOf, type MeasureName } from '../../src/query/measures/registry.ts';
import type { Landing } from './links.ts';
import { landings, navigation } from './links.ts';
import type { Page } from './page.ts';
import { datasourceOf, datasourceType } from './page.ts';
import type { Panel } from './panels/about.ts';
import { ask } from './question.ts';

/** Grafana's grid is 24 columns wide. */
const gridWidth = 24;

/** Panels beside each other: how high they are, how many columns each takes, and what it is for figures that open it. */
export interface Band {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Panel, landing?: Landing])[];
}

export interface Plan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from?: string;
  /** The variable that is one value and never "All": the page is about it. */
  readonly single?: Dimension;
  /** Variables that wait in the menu of the dashboard's controls: at most five stand above the figures. */
  readonly folded?: readonly Dimension[];
  /** Variables beyond the page's dimensions. */
  readonly others?: readonly Builder<dashboard.VariableModel>[];
  /** Measures of marks on the time axis that can be switched on. */
  readonly marks?: readonly MeasureName[];
  readonly bands: readonly Band[];
}

/** A dashboard: variables of the page, its panels on the grid from top to bottom, links to the others that keep all. */
export function dashboardOf(page: Page, plan: Plan): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['license-analytics'])
    .time({ from: plan.from ?? 'now-30d/d', to: 'now' })
    .timepicker(new dashboard.TimePickerBuilder().quickRanges(quickRanges))
    // The user's, the organisation's or the server's: days that are the site's are read as they are kept.
    .timezone('')
    .refresh('5m')
    .readonly();
  if (page.linked) {
    builder
      .link(navigation())
      .withVariable(
        new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type(datasourceType).hide(inMenu),
      );
    for (const dimension of page.variables) builder.withVariable(variable(page, plan, dimension));
    for (const other of plan.others ?? []) builder.withVariable(other);
  }
  for (const measure of plan.marks ?? []) builder.annotation(mark(page, measure));
  place(plan, builder);
  return builder.build();
}

function place({ uid, bands }: Plan, builder: dashboard.DashboardBuilder): void {
  let y = 0;
  let id = 1;
  for (const { height, panels } of bands) {
    let x = 0;
    for (const [width, panel, landing] of panels) {
      const own = landing === undefined ? id++ : landings[landing].id;
      builder.withPanel(panel.id(own).gridPos({ x, y, w: width, h: height }));
      x += width;
    }
    if (x > gridWidth) throw new Error(`${uid}: panels beside each other take ${x} columns; Grafana has ${gridWidth}.`);
    y += height;
  }
}

/**
 * What can be chosen at once beside Grafana's calendar; data may be older than the 30 days that are shown at first. Days are whole: half a
 * day at the left end of a chart looks like a fall, and takes longer to work out.
 */
const quickRanges = (
  [
    ['Last 24 hours', 'now-24h'],
    ['Last 7 days', 'now-7d/d'],
    ['Last 30 days', 'now-30d/d'],
    ['Last 90 days', 'now-90d/d'],
    ['Last 6 months', 'now-6M/d'],
    ['Last year', 'now-1y/d'],
    ['Last 2 years', 'now-2y/d'],
    ['All data (10 years)', 'now-10y/d'],
  ] as const
).map(([display, from]) => new dashboard.TimeOptionBuilder().display(display).from(from).to('now'));

const inMenu = dashboard.VariableHide.InControlsMenu;

/** Which variables narrow the choices of another. The rest do not wait for each other. */
const narrowedBy = (dimension: Dimension): readonly Dimension[] =>
  dimension === 'account' ? [] : dimension === 'feature' ? ['account', 'product'] : ['account'];

/** Values that occur in the range, as far as those of account and product leave them. */
function variable(page: Page, { single, folded = [] }: Plan, dimension: Dimension) {
  const several = dimension !== single;
  const narrowing = page.variables.filter((one) => narrowedBy(dimension).includes(one));
  // A page about one thing opens on the one that is closest to its limit.
  const order = several ? {} : { orderBy: 'usagePercentage desc, text' };
  const query = ask(
    { ...page, variables: narrowing },
    { measure: 'dimensionValues', groupBy: [dimension], ...order },
    dimension,
  );
  const built = new dashboard.QueryVariableBuilder(dimension)
    .label(dimensionTitles[dimension])
    .datasource(datasourceOf(page))
    .query({ ...query.build() })
    .definition(`Values of ${dimensionTitles[dimension].toLowerCase()}`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .description('At most 1,000 values are listed; any other can be typed.')
    .allowCustomValue(true)
    .hide(folded.includes(dimension) ? inMenu : dashboard.VariableHide.DontHide)
    .multi(several)
    .includeAll(several);
  return several ? built.current({ text: 'All', value: ['$__all'] }) : built;
}

const mark = (page: Page, measure: MeasureName): Builder<dashboard.AnnotationQuery> =>
  new dashboard.AnnotationQueryBuilder()
    .name(measureOf(measure).title)
    .datasource(datasourceOf(page))
    .enable(false)
    .iconColor('orange')
    .target(ask(page, { measure }, 'Anno'));
