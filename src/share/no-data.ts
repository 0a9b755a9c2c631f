import { noData } from '../query/page-notices.ts';
import type { SharedPanel } from './dashboard.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';

const told = (answers: readonly PanelAnswer[]): readonly string[] =>
  answers.flatMap((answer) =>
    'frames' in answer
      ? answer.frames.flatMap(({ schema }) =>
          (schema.meta.notices ?? []).map(({ text }) => text).filter((text) => text.startsWith(noData)),
        )
      : [],
  );

/** What most panels say of a range without data: then it is about all of it. Undefined: there are some. */
export function noDataOf({ answers }: Pick<Snapshot, 'answers'>): string | undefined {
  const texts = [...answers.values()].map((some) => told(some)[0]);
  const said = texts.filter((text) => text !== undefined);
  return said.length > texts.length / 2 ? said[0] : undefined;
}

/** Panels of a range without data say that: an empty list is neither "0" nor "Nobody was denied". */
export function withoutFalseZeros(snapshot: Snapshot): Snapshot {
  const panelOf = (panel: SharedPanel): SharedPanel => {
    if (told(snapshot.answers.get(panel.id) ?? []).length === 0) return panel;
    const { fieldConfig } = panel;
    const noValue = panel.type === 'stat' ? 'no data' : `${noData}.`;
    return { ...panel, fieldConfig: { ...fieldConfig, defaults: { ...fieldConfig.defaults, noValue } } };
  };
  const { dashboard } = snapshot;
  return { ...snapshot, dashboard: { ...dashboard, panels: dashboard.panels.map(panelOf) } };
}
