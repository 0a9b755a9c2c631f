import type { PanelAnswer, Snapshot } from '../snapshot.ts';

/**
 * What should be known beside figures: once at the end where several panels say it, else under its panel. What most panels say concerns
 * the page, and no panel refers to it: a sign that stands everywhere is read nowhere.
 */
export interface Notes {
  readonly shared: readonly string[];
  readonly ofPanel: (id: number) => { readonly own: readonly string[]; readonly shared: readonly number[] };
}

/** @param said what the page has told already */
export function notesOf({ answers }: Pick<Snapshot, 'answers'>, said: readonly string[] = []): Notes {
  const byPanel = new Map(
    [...answers].map(([id, some]) => [id, noticesIn(some).filter((text) => !said.includes(text))] as const),
  );
  const counts = new Map<string, number>();
  for (const text of [...byPanel.values()].flat()) counts.set(text, (counts.get(text) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  const ofPage = new Set(shared.filter((text) => (counts.get(text) ?? 0) > answers.size / 2));
  return {
    shared,
    ofPanel(id) {
      const texts = byPanel.get(id) ?? [];
      return {
        own: texts.filter((text) => !shared.includes(text)),
        shared: texts
          .filter((text) => shared.includes(text) && !ofPage.has(text))
          .map((text) => shared.indexOf(text) + 1),
      };
    },
  };
}

/** Without repetition. */
function noticesIn(answers: readonly PanelAnswer[]): readonly string[] {
  const frames = answers.flatMap((answer) => ('frames' in answer ? answer.frames : []));
  return [...new Set(frames.flatMap(({ schema }) => schema.meta.notices ?? []).map(({ text }) => text))];
}
