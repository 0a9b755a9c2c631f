import type { Field, Frame } from '../../../engine/frame.ts';
import { textField, timeField } from '../../../engine/frame.ts';
import { ownBranding } from '../../branding.ts';
import type { SharedPanel } from '../../dashboard.ts';
import { isOverTime } from '../../dashboard.ts';
import type { MarkLayer } from '../../marks.ts';
import { markLayers } from '../../marks.ts';
import type { PanelAnswer, Snapshot } from '../../snapshot.ts';

const grafanaItself = { type: 'grafana', uid: 'grafana' } as const;

/**
 * The dashboard with its figures in it, as Grafana's own sharing writes it: per panel one query `snapshot` to the data source
 * `grafana`, with the frames that are not transformed yet, marks among them; fixed time, no variables, no links, no tags, no questions. Source: Grafana 12.3,
 * `public/app/features/dashboard-scene/serialization/transformSceneToSaveModel.ts`.
 */
export function snapshotDashboard(snapshot: Snapshot): SnapshotDashboard {
  const { dashboard, answers, range, timezone, rules, takenAt, branding = ownBranding } = snapshot;
  const marks = markLayers(snapshot).map(markFrame);
  const time = { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  return {
    ...dashboard,
    uid: '',
    ...(branding !== ownBranding && { title: `${dashboard.title} · ${branding.name}` }),
    tags: [],
    description: [
      dashboard.description,
      ...rules,
      ...(branding.contact === undefined ? [] : [`Contact: ${branding.contact}`]),
    ].join(' '),
    time,
    timezone,
    refresh: '',
    editable: false,
    links: [],
    annotations: { list: [] },
    templating: { list: [] },
    panels: dashboard.panels.map((panel) =>
      panelWith(panel, answers.get(panel.id) ?? [], isOverTime(panel) ? marks : []),
    ),
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
  readonly snapshot: readonly (Frame | MarkFrame)[];
}

/** A frame of marks, as Grafana keeps those that it has drawn on a panel (`getPanelDataFrames`, topic `annotations`). */
interface MarkFrame {
  readonly schema: Omit<Frame['schema'], 'meta'> & { readonly meta: { readonly dataTopic: 'annotations' } };
  readonly data: Frame['data'];
}

/** Columns that Grafana's time series read of an annotation; its `tags` are lists, which frames of ours have not. */
function markFrame({ name, color, marks }: MarkLayer): MarkFrame {
  const fields = [
    timeField(
      'time',
      marks.map(({ time }) => time),
    ),
    timeField(
      'timeEnd',
      marks.map(({ time, timeEnd = time }) => timeEnd),
    ),
    booleanField(
      'isRegion',
      marks.map(({ timeEnd }) => timeEnd !== undefined),
    ),
    textField(
      'color',
      marks.map(() => color),
    ),
    textField(
      'title',
      marks.map(({ title }) => title),
    ),
    textField(
      'text',
      marks.map(({ text }) => text),
    ),
  ];
  return {
    schema: { name, meta: { dataTopic: 'annotations' }, fields: fields.map(({ schema }) => schema) },
    data: { values: fields.map(({ values }) => values) },
  };
}

const booleanField = (name: string, values: readonly boolean[]): Field => ({
  schema: { name, type: 'boolean', typeInfo: { frame: 'bool', nullable: false } },
  values,
});

function panelWith(panel: SharedPanel, answers: readonly PanelAnswer[], marks: readonly MarkFrame[]): SnapshotPanel {
  const frames = answers.flatMap((answer, i) =>
    'frames' in answer ? answer.frames.map((frame) => withRefId(frame, panel.targets[i]?.refId ?? 'A')) : [],
  );
  const { defaults, overrides } = panel.fieldConfig;
  return {
    ...panel,
    datasource: grafanaItself,
    links: [],
    targets: [{ refId: 'A', datasource: grafanaItself, queryType: 'snapshot', snapshot: [...frames, ...marks] }],
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
