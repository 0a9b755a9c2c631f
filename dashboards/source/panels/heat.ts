import * as common from '@grafana/grafana-foundation-sdk/common';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import type { Page } from '../page.ts';
import { about, type About } from './about.ts';

/**
 * Hour of the day across, weekday down: when in the week something is high. Of one colour: what is high is neither good nor bad. Columns of a table could not be narrow enough for 24 of them.
 */
export const week = (page: Page, given: About & { readonly unit: string }, value: string): heatmap.PanelBuilder =>
  about(new heatmap.PanelBuilder(), page, given)
    .unit(given.unit)
    // The axis is one of numbers: "08" would be none.
    .withTransformation({
      id: 'convertFieldType',
      options: { fields: {}, conversions: [{ targetField: 'Hour of the day', destinationType: 'number' }] },
    })
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'Weekday', rowField: 'Hour of the day', valueField: value, emptyValue: 'null' },
    })
    .calculate(false)
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme('Blues')
        .fill('dark-blue')
        .scale(heatmap.HeatmapColorScale.Linear)
        .exponent(1)
        .steps(64)
        .reverse(false),
    )
    .cellGap(1)
    .cellValues(new heatmap.CellValuesBuilder().unit(given.unit))
    .rowsFrame(new heatmap.RowsHeatmapOptionsBuilder().value(value).layout(common.HeatmapCellLayout.Unknown))
    .yAxis(new heatmap.YAxisConfigBuilder().reverse(true))
    .showLegend();
