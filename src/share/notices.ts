import { advice } from '../engine/advice.ts';
import type { Frame, Notice } from '../engine/frame.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';

/** Whom notices are for: who looks at a page with its form and links, or who was given a report and cannot ask further. */
export type Reader = 'page' | 'report';

const metered = 'See "Metered use" for consumed, bought and the rest.';

const words: Readonly<Record<Reader, Readonly<Record<keyof typeof advice, string>>>> = {
  page: {
    cut: 'The CSV holds all of them; or choose less above.',
    unmapped: 'The page "License servers" counts such use under "Data quality".',
    alsoUnmapped: ', and counted on the page "License servers" under "Data quality"',
    metered,
  },
  report: { cut: 'The whole list can be had as CSV.', unmapped: '', alsoUnmapped: '', metered },
};

/** The snapshot with notices that tell its reader what he or she can do, instead of what to ask the API for. */
export const forReader = (snapshot: Snapshot, reader: Reader): Snapshot =>
  mapFrames(snapshot, (frame) =>
    withNotices(frame, (notice) => ({ ...notice, text: readersWords(notice.text, reader) })),
  );

const readersWords = (text: string, reader: Reader): string =>
  (Object.keys(advice) as (keyof typeof advice)[])
    .reduce((sum, what) => sum.replace(advice[what], () => words[reader][what]), text)
    .trim();

/** Whether a notice of a page says that only the first rows are shown. */
export const isCut = (text: string): boolean => /\brows are shown\b/.test(text) && text.endsWith(words.page.cut);

/** Whether whoever answered left rows out. */
export const isCutShort = (frames: readonly Frame[]): boolean =>
  frames.some(({ schema }) => (schema.meta.notices ?? []).some(({ text }) => text.endsWith(advice.cut)));

/** The snapshot with every frame changed, those of its marks too. */
export function mapFrames(snapshot: Snapshot, change: (frame: Frame) => Frame): Snapshot {
  const changed = (answer: PanelAnswer): PanelAnswer =>
    'frames' in answer ? { frames: answer.frames.map(change) } : answer;
  const answers = [...snapshot.answers].map(([panel, list]) => [panel, list.map(changed)] as const);
  const marks = snapshot.marks.map((some) => ({ ...some, answer: changed(some.answer) }));
  return { ...snapshot, answers: new Map(answers), marks };
}

export function withNotices(frame: Frame, change: (notice: Notice) => Notice): Frame {
  const { meta } = frame.schema;
  if (meta.notices === undefined) return frame;
  return { ...frame, schema: { ...frame.schema, meta: { ...meta, notices: meta.notices.map(change) } } };
}
