import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dimension } from '../../src/query/dimensions.ts';
import { dimensionTitles } from '../../src/query/dimensions.ts';
import { measureOf, type MeasureName } from '../../src/query/measures/registry.ts';
import { navigation } from './links.ts';
import type { Page } from './page.ts';
import { datasourceOf, datasourceType } from './page.ts';
import type { Panel } from './panels/about.ts';
import { ask } from './question.ts';

/** Grafana's grid is 24 columns wide. */
const gridWidth = 24;

/** Panels beside each other: how high they are, and how many columns each takes. */
export interface Band {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Panel])[];
}

export interface Plan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from?: string;
  /** The variable that is one value and never "All": the page is about it. */
  readonly single?: Dimension;
  /** Variables beyond the page's dimensions. */
  readonly others?: readonly Builder<dashboard.VariableModel>[];
  /** Measures of marks on the time axis that can be switched on. */
  readonly marks?: readonly MeasureName[];
  readonly bands: readonly Band[];
}

/** A dashboard: variables of the page, its panels on the grid from top to bottom, links to the others that keep all. */
export function dashboardOf(page: Page, plan: Plan): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(`License Analytics: ${plan.title}`)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['license-analytics'])
    .time({ from: plan.from ?? 'now-30d', to: 'now' })
    .timezone('browser')
    .refresh('5m')
    .readonly();
  if (page.linked) {
    builder
      .link(navigation())
      .withVariable(new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type(datasourceType));
    page.variables.forEach((dimension, i) =>
      builder.withVariable(variable(page, dimension, page.variables.slice(0, i), dimension !== plan.single)),
    );
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
    for (const [width, panel] of panels) {
      builder.withPanel(panel.id(id++).gridPos({ x, y, w: width, h: height }));
      x += width;
    }
    if (x > gridWidth) throw new Error(`${uid}: panels beside each other take ${x} columns; Grafana has ${gridWidth}.`);
    y += height;
  }
}

/** Values that occur in the range, as far as the variables before it leave them. */
function variable(page: Page, dimension: Dimension, before: readonly Dimension[], several: boolean) {
  // A page about one thing opens on the one that is closest to its limit.
  const order = several ? {} : { orderBy: 'usagePercentage desc, text' };
  const query = ask(
    { ...page, variables: before },
    { measure: 'dimensionValues', groupBy: [dimension], ...order },
    dimension,
  );
  const built = new dashboard.QueryVariableBuilder(dimension)
    .label(dimensionTitles[dimension])
    .datasource(datasourceOf(page))
    .query({ ...query.build() })
    .definition(`Values of ${dimensionTitles[dimension].toLowerCase()}`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
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
