import type { Frame } from '../../../engine/frame.ts';
import type { SharedPanel } from '../../dashboard.ts';
import type { PanelAnswer, Snapshot } from '../../snapshot.ts';

const grafanaItself = { type: 'grafana', uid: 'grafana' } as const;

/**
 * The dashboard with its figures in it, as Grafana's own sharing writes it: per panel one query `snapshot` to the data source
 * `grafana`, with the frames that are not transformed yet; fixed time, no variables, no links, no questions. Source: Grafana 12.3,
 * `public/app/features/dashboard-scene/serialization/transformSceneToSaveModel.ts`.
 */
export function snapshotDashboard(snapshot: Snapshot): SnapshotDashboard {
  const { dashboard, answers, range, timezone, rules, takenAt } = snapshot;
  const time = { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  return {
    ...dashboard,
    uid: '',
    description: [dashboard.description, ...rules].join(' '),
    time,
    timezone,
    refresh: '',
    editable: false,
    links: [],
    annotations: { list: [] },
    templating: { list: [] },
    panels: dashboard.panels.map((panel) => panelWith(panel, answers.get(panel.id) ?? [])),
    snapshot: { timestamp: new Date(takenAt).toISOString() },
  };
}

export interface SnapshotDashboard {
  readonly panels: readonly SnapshotPanel[];
  readonly [key: string]: unknown;
}

export interface SnapshotPanel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly SnapshotTarget[];
  readonly [key: string]: unknown;
}

interface SnapshotTarget {
  readonly refId: string;
  readonly datasource: typeof grafanaItself;
  readonly queryType: 'snapshot';
  readonly snapshot: readonly Frame[];
}

function panelWith(panel: SharedPanel, answers: readonly PanelAnswer[]): SnapshotPanel {
  const frames = answers.flatMap((answer, i) =>
    'frames' in answer ? answer.frames.map((frame) => withRefId(frame, panel.targets[i]?.refId ?? 'A')) : [],
  );
  const { defaults, overrides } = panel.fieldConfig;
  return {
    ...panel,
    datasource: grafanaItself,
    links: [],
    targets: [{ refId: 'A', datasource: grafanaItself, queryType: 'snapshot', snapshot: frames }],
    fieldConfig: {
      ...panel.fieldConfig,
      defaults: { ...defaults, links: [] },
      overrides: overrides.map((override) => ({
        ...override,
        properties: override.properties.filter(({ id }) => id !== 'links'),
      })),
    },
  };
}

const withRefId = (frame: Frame, refId: string): Frame => ({ ...frame, schema: { ...frame.schema, refId } });
