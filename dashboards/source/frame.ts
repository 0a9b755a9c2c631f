import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { dimensionTitles } from '../../src/query/dimensions.ts';
import type { Narrowing } from './question.ts';
import { ask, datasource } from './question.ts';

/** Grafana's grid is 24 columns wide. */
const gridWidth = 24;

interface Placed extends Builder<dashboard.Panel> {
  gridPos(position: dashboard.GridPos): this;
}

/** Panels beside each other: how high they are, and how many columns each takes. */
export interface Band {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Placed])[];
}

export interface Plan {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from?: string;
  /** Which of the variables are offered; a panel takes those that its measure knows. */
  readonly variables: readonly Narrowing[];
  readonly bands: readonly Band[];
}

/** A dashboard for operators: data source and filters as variables, links to the others that keep both. */
export function dashboardOf({ uid, title, description, from = 'now-30d', variables, bands }: Plan): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(`License Analytics: ${title}`)
    .uid(uid)
    .description(description)
    .tags(['license-analytics'])
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh('5m')
    .readonly()
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type(datasource.type),
    )
    .link(
      new dashboard.DashboardLinkBuilder('License Analytics')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['license-analytics'])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    );
  variables.forEach((dimension, i) => builder.withVariable(variable(dimension, variables.slice(0, i))));
  let y = 0;
  for (const { height, panels } of bands) {
    let x = 0;
    for (const [width, panel] of panels) {
      builder.withPanel(panel.gridPos({ x, y, w: width, h: height }));
      x += width;
    }
    if (x > gridWidth) throw new Error(`${uid}: a band of panels takes ${x} columns; Grafana has ${gridWidth}.`);
    y += height;
  }
  return builder.build();
}

/** Values that occur in the range, as far as the variables before it leave them. */
function variable(dimension: Narrowing, before: readonly Narrowing[]): Builder<dashboard.VariableModel> {
  const { ...query } = ask({ measure: 'dimensionValues', groupBy: [dimension] }, before, dimension).build();
  return new dashboard.QueryVariableBuilder(dimension)
    .label(dimensionTitles[dimension])
    .datasource(datasource)
    .query({ ...query })
    .definition(`Values of ${dimensionTitles[dimension]}`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .current({ text: 'All', value: ['$__all'] });
}
