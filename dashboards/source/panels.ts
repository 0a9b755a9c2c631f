import * as barChart from '@grafana/grafana-foundation-sdk/barchart';
import * as barGauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as pieChart from '@grafana/grafana-foundation-sdk/piechart';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeSeries from '@grafana/grafana-foundation-sdk/timeseries';
import { datasource } from './question.ts';

/** What every panel has, whatever it is drawn as. */
export interface About {
  readonly title: string;
  readonly description: string;
  /** Grafana unit id. Frames bring units of their own columns; this one is for panels that show one figure. */
  readonly unit: string;
  readonly targets: readonly Builder<Dataquery>[];
  /** Shown instead of an empty panel. */
  readonly empty: string;
  /** The dashboard that leads on from here. */
  readonly onward: { readonly uid: string; readonly title: string };
}

/** The methods that all of the SDK's panel builders share. */
interface AnyPanel {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  datasource(ref: common.DataSourceRef): this;
  targets(targets: Builder<Dataquery>[]): this;
  links(links: Builder<dashboard.DashboardLink>[]): this;
}

function about<Panel extends AnyPanel>(panel: Panel, { title, description, unit, targets, empty, onward }: About): Panel {
  const link = new dashboard.DashboardLinkBuilder(onward.title)
    .type(dashboard.DashboardLinkType.Link)
    .url(`/d/${onward.uid}?\${__url_time_range}&\${__all_variables}`);
  return panel
    .title(title)
    .description(description)
    .unit(unit)
    .noValue(empty)
    .datasource(datasource)
    .targets([...targets])
    .links([link]);
}

const steps = (...given: readonly (readonly [number | null, string])[]) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(given.map(([value, color]) => ({ value, color })));

/** The thresholds people use: green below 70, yellow from 80, red from 95, and what is over 100 apart. */
export const usageSteps = () =>
  steps([null, 'green'], [70, 'super-light-yellow'], [80, 'yellow'], [95, 'red'], [100.000001, 'dark-purple']);

/** Unknown is grey and says so, never green and never 0. */
const unknownIsGrey: dashboard.ValueMapping = {
  type: dashboard.MappingType.SpecialValue,
  options: { match: dashboard.SpecialValueMatch.Null, result: { text: 'unknown', color: '#808080', index: 0 } },
};

const coloured = (thresholds: Builder<dashboard.ThresholdsConfig>, mode: 'color-background' | 'color-text') => [
  { id: 'custom.cellOptions', value: { type: mode, mode: 'basic' } },
  { id: 'thresholds', value: thresholds.build() },
  { id: 'color', value: { mode: 'thresholds' } },
  { id: 'mappings', value: [unknownIsGrey] },
];

export interface Colouring {
  /** The column's title. */
  readonly column: string;
  readonly thresholds: Builder<dashboard.ThresholdsConfig>;
}

/** Rows; cells of one column may be coloured. */
export function rows(given: About, colouring: readonly Colouring[] = []): table.PanelBuilder {
  const panel = about(new table.PanelBuilder(), given).filterable(true).cellHeight(common.TableCellHeight.Sm);
  for (const { column, thresholds } of colouring)
    panel.overrideByName(column, coloured(thresholds, 'color-background'));
  return panel;
}

/** Hour of the day across, weekday down: when in the week something is high. */
export const week = (given: About, thresholds: Builder<dashboard.ThresholdsConfig>): table.PanelBuilder =>
  about(new table.PanelBuilder(), given)
    .cellHeight(common.TableCellHeight.Sm)
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'hour', rowField: 'weekday', valueField: 'value', emptyValue: 'null' },
    })
    .withOverride({
      matcher: { id: 'byRegexp', options: '/^\\d\\d$/' },
      properties: [...coloured(thresholds, 'color-background'), { id: 'custom.width', value: 46 }],
    });

/** One figure. */
export const figure = (given: About, thresholds = steps([null, 'text'])): stat.PanelBuilder =>
  about(new stat.PanelBuilder(), given)
    .thresholds(thresholds)
    .mappings([unknownIsGrey])
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .graphMode(common.BigValueGraphMode.None);

/** Bars beside each other, one a row of the table. */
export const bars = (given: About): barChart.PanelBuilder =>
  about(new barChart.PanelBuilder(), given)
    .orientation(common.VizOrientation.Horizontal)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false).calcs([]).displayMode(common.LegendDisplayMode.Hidden).placement(common.LegendPlacement.Bottom))
    .showValue(common.VisibilityMode.Auto);

/** A bar gauge for each row, coloured by the thresholds. */
export const gauges = (given: About): barGauge.PanelBuilder =>
  about(new barGauge.PanelBuilder(), given)
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .min(0)
    .thresholds(usageSteps())
    .mappings([unknownIsGrey])
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs([]).values(true).limit(25));

/** Shares of a whole. */
export const shares = (given: About): pieChart.PanelBuilder =>
  about(new pieChart.PanelBuilder(), given)
    .pieType(pieChart.PieChartType.Donut)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs([]).values(true).limit(25));

/** Figures over time. */
export const lines = (given: About): timeSeries.PanelBuilder =>
  about(new timeSeries.PanelBuilder(), given)
    .lineInterpolation(common.LineInterpolation.StepAfter)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(common.VisibilityMode.Never)
    .min(0);

/** Counts over time, on top of each other. */
export const stacked = (given: About): timeSeries.PanelBuilder =>
  lines(given)
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));

export { steps };
