import type { SharedPanel } from '../../dashboard.ts';
import type { DrawPanel } from '../drawing.ts';
import { barChart } from './bar-chart.ts';
import { heatMap } from './heat-map.ts';
import { stat } from './stat.ts';
import { table } from './table.ts';
import { timeSeries } from './time-series.ts';
import { trend } from './trend.ts';

/** How each panel type is drawn outside of Grafana. A new one: its file here and one line. */
export const drawPanel: Readonly<Record<SharedPanel['type'], DrawPanel>> = {
  barchart: barChart,
  heatmap: heatMap,
  stat,
  table,
  timeseries: timeSeries,
  trend,
};
