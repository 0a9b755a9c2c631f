import { noData, onlyMetered } from '../query/page-notices.ts';
import type { SharedPanel } from './dashboard.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';

const noticesIn = (answers: readonly PanelAnswer[]): readonly string[] =>
  answers.flatMap((answer) =>
    'frames' in answer
      ? answer.frames.flatMap(({ schema }) => (schema.meta.notices ?? []).map(({ text }) => text))
      : [],
  );

/** What most panels say of a range without data: then it is about all of it. Undefined: there are some. */
export function noDataOf({ answers }: Pick<Snapshot, 'answers'>): string | undefined {
  const texts = [...answers.values()].map((some) => noticesIn(some).find((text) => text.startsWith(noData)));
  const said = texts.filter((text) => text !== undefined);
  return said.length > texts.length / 2 ? said[0] : undefined;
}

/** What an empty panel says in the place of its own words, by what its answers tell. */
const inPlace = [
  { words: noData, figure: 'no data', sentence: `${noData}.` },
  { words: onlyMetered, figure: 'metered', sentence: `${onlyMetered}: see "Metered use".` },
] as const;

/** An empty panel is neither "0" nor "Nobody was denied" where there are no data, nor "Nobody was served" where nothing is held. */
export function withoutFalseZeros(snapshot: Snapshot): Snapshot {
  const panelOf = (panel: SharedPanel): SharedPanel => {
    const texts = noticesIn(snapshot.answers.get(panel.id) ?? []);
    const why = inPlace.find(({ words }) => texts.some((text) => text.startsWith(words)));
    if (why === undefined) return panel;
    const { fieldConfig } = panel;
    const noValue = panel.type === 'stat' ? why.figure : why.sentence;
    return { ...panel, fieldConfig: { ...fieldConfig, defaults: { ...fieldConfig.defaults, noValue } } };
  };
  const { dashboard } = snapshot;
  return { ...snapshot, dashboard: { ...dashboard, panels: dashboard.panels.map(panelOf) } };
}
