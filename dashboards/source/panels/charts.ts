import * as barChart from '@grafana/grafana-foundation-sdk/barchart';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as trend from '@grafana/grafana-foundation-sdk/trend';
import * as timeSeries from '@grafana/grafana-foundation-sdk/timeseries';
import { colorOfFamily, usageSteps } from '../colors.ts';
import { dataLink } from '../links.ts';
import type { Page } from '../page.ts';
import { about, type About } from './about.ts';

interface Chart extends About {
  /** Grafana unit id. */
  readonly unit: string;
}

/** Counts and amounts have one colour everywhere: green is what is fine, purple what is over what was bought. */
const neutral = (color = 'blue') =>
  new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Fixed).fixedColor(color);

/** A bar for each row, named by its first text. */
export const bars = (page: Page, { unit, ...given }: Chart): barChart.PanelBuilder =>
  about(new barChart.PanelBuilder(), page, given)
    .unit(unit)
    // Units of the frame go before those of the panel: hours would be shown as weeks.
    .overrideByFieldType('number', [{ id: 'unit', value: unit }])
    .orientation(common.VizOrientation.Horizontal)
    .colorScheme(neutral())
    .dataLinks(page.linked ? [dataLink(page, given.onward)] : [])
    .fillOpacity(75)
    .min(0)
    .legend(hidden())
    .showValue(common.VisibilityMode.Auto);

/** Points of a chart over time: the days of half a year can be told apart; with hours of a month, lines would become a bar code. */
const mostPoints = 200;

/** Figures over time, as steps: they hold for a whole bucket. */
export const lines = (page: Page, { unit, ...given }: Chart): timeSeries.PanelBuilder =>
  about(new timeSeries.PanelBuilder(), page, given)
    .unit(unit)
    .maxDataPoints(mostPoints)
    .lineInterpolation(common.LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(false)
    .min(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .calcs([])
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );

/** One figure over time. */
export const line = (page: Page, given: Chart): timeSeries.PanelBuilder =>
  lines(page, given).colorScheme(neutral()).fillOpacity(6);

/** Shares of what was bought over time, with the thresholds as lines. */
export const usageLines = (page: Page, given: Chart): timeSeries.PanelBuilder =>
  lines(page, given)
    .thresholds(usageSteps())
    .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed))
    .axisSoftMax(100);

/** A figure by another: `x` is the title of the column across. */
export const curve = (page: Page, { x, unit, ...given }: Chart & { x: string }): trend.PanelBuilder =>
  about(new trend.PanelBuilder(), page, given)
    .xField(x)
    .overrideByName(x, [
      { id: 'unit', value: 'none' },
      { id: 'decimals', value: 0 },
    ])
    .unit(unit)
    .lineInterpolation(common.LineInterpolation.StepBefore)
    .colorScheme(neutral())
    .lineWidth(2)
    .fillOpacity(20)
    .showPoints(common.VisibilityMode.Never)
    .min(0)
    .legend(hidden());

/** What is in use against what there is: the quantity bought is a line of its own, and what goes beyond it. */
export const capacity = (page: Page, given: Chart): timeSeries.PanelBuilder =>
  lines(page, given)
    .overrideByName('Peak concurrent licenses', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } }])
    .overrideByName('Average concurrent licenses', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'light-blue' } },
    ])
    .overrideByName('Entitled licenses', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
    ])
    .overrideByName('Overdraft', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'dark-purple' } },
      { id: 'custom.fillOpacity', value: 40 },
    ]);

/** Counts over time, on top of each other. */
export const stacked = (page: Page, given: Chart): timeSeries.PanelBuilder =>
  inFamilyColors(
    lines(page, given)
      .drawStyle(common.GraphDrawStyle.Bars)
      .lineWidth(0)
      .fillOpacity(80)
      .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal)),
  );

interface Coloured {
  overrideByName(name: string, properties: dashboard.DynamicConfigValue[]): this;
}
function inFamilyColors<Panel extends Coloured>(panel: Panel): Panel {
  for (const [title, fixedColor] of colorOfFamily)
    panel.overrideByName(title, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  return panel;
}

const hidden = () =>
  new common.VizLegendOptionsBuilder()
    .showLegend(false)
    .calcs([])
    .displayMode(common.LegendDisplayMode.Hidden)
    .placement(common.LegendPlacement.Bottom);
