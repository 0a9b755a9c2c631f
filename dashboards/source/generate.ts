import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { operatorDashboards } from './registry.ts';

/** A file that is generated: its path from the top level of the project, and its text. */
export interface Generated {
  readonly path: string;
  readonly text: string;
}

/** `dashboards/NAME.json`, one for each uid `la-NAME`. */
export const generateDashboards = (): Generated[] =>
  Object.entries(operatorDashboards).map(([uid, build]) => ({
    path: `dashboards/${uid.slice('la-'.length)}.json`,
    text: dashboardText(build()),
  }));

/** The JSON that Grafana reads. */
export const dashboardText = (built: Dashboard): string => `${JSON.stringify(built, undefined, 2)}\n`;
