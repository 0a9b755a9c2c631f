import { dashboardTitles } from '../../../dashboards/source/links.ts';
import { operatorDashboards } from '../../../dashboards/source/registry.ts';
import type { Field, FrameType } from '../../engine/frame.ts';
import { frameOf } from '../../engine/frame.ts';
import type { SharedDashboard } from '../dashboard.ts';
import { readDashboard } from '../dashboard.ts';
import type { PanelAnswer, Snapshot } from '../snapshot.ts';

/** Generated dashboards, as everything outside of Grafana reads them. */
export const dashboards: readonly SharedDashboard[] = (
  Object.keys(dashboardTitles) as (keyof typeof dashboardTitles)[]
).map((uid) => readDashboard(JSON.parse(JSON.stringify(operatorDashboards[uid]()))));

export const dashboardOf = (uid: string): SharedDashboard => {
  const found = dashboards.find((dashboard) => dashboard.uid === uid);
  if (found === undefined) throw new Error(`No dashboard ${uid}.`);
  return found;
};

export const answerOf = (type: FrameType, ...fields: readonly Field[]): PanelAnswer => ({
  frames: [frameOf(type, fields, [])],
});

export const day = 86_400_000;
const from = Date.UTC(2026, 2, 1);

/** A snapshot of one panel, by its dashboard and title. */
export function snapshotOf(uid: string, title: string, ...answers: readonly PanelAnswer[]): Snapshot {
  const dashboard = dashboardOf(uid);
  const panel = dashboard.panels.find((one) => one.title === title);
  if (panel === undefined) throw new Error(`No panel "${title}" on ${uid}.`);
  return {
    dashboard: { ...dashboard, panels: [panel] },
    answers: new Map([[panel.id, answers]]),
    marks: [],
    range: { from, to: from + 7 * day },
    timezone: 'Europe/Berlin',
    account: undefined,
    variables: {},
    rules: ['A rule.'],
    takenAt: from,
  };
}

/** The text of a page without its markup, and its rows of a table. */
export const plain = (html: string): string =>
  html
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
export const cellsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, content = '']) => plain(content).trim());
