import type { Frame } from '../engine/frame.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';

/** Marks of one kind on the time axis: a dashboard's annotation and what it was answered. */
export interface AnsweredMarks {
  /** What they are: "Capacity changes". */
  readonly name: string;
  /** Grafana's name of a colour. */
  readonly color: string;
  readonly answer: PanelAnswer;
}

/** Something that may explain a figure. Epoch milliseconds. */
export interface Mark {
  readonly time: number;
  /** Later than `time` where it is a stretch of time. */
  readonly timeEnd: number | undefined;
  readonly title: string;
  readonly text: string;
}

export interface MarkLayer {
  readonly name: string;
  readonly color: string;
  /** By time. */
  readonly marks: readonly Mark[];
}

/**
 * The marks of a snapshot that lie in its range, by kind; kinds without any are left out. What lasted (bursts of denials) comes first:
 * it must not drown among moments such as restarts.
 */
export const markLayers = ({ marks, range }: Pick<Snapshot, 'marks' | 'range'>): readonly MarkLayer[] =>
  marks
    .map(({ name, color, answer }) => ({
      name,
      color,
      marks: ('frames' in answer ? answer.frames : [])
        .flatMap(marksIn)
        .filter(({ time, timeEnd = time }) => timeEnd >= range.from && time <= range.to)
        .sort((a, b) => a.time - b.time),
    }))
    .filter((layer) => layer.marks.length > 0)
    .sort((a, b) => Number(lasts(b)) - Number(lasts(a)));

const lasts = ({ marks }: MarkLayer): boolean => marks.some(({ timeEnd }) => timeEnd !== undefined);

function marksIn({ schema, data }: Frame): readonly Mark[] {
  const column = (name: string) => data.values[schema.fields.findIndex((field) => field.name === name)] ?? [];
  const [times, ends, titles, texts] = ['time', 'timeEnd', 'title', 'text'].map(column);
  return (times ?? []).map((time, i) => ({
    time: Number(time),
    timeEnd: Number(ends?.[i] ?? 0) > Number(time) ? Number(ends?.[i]) : undefined,
    title: String(titles?.[i] ?? ''),
    text: String(texts?.[i] ?? ''),
  }));
}
