import type { Format } from '../format.ts';
import { detectFormat, fileInput, InputError, inputErrorOf, type Input } from '../input.ts';
import type { IngestFile, IngestOptions } from '../pipeline.ts';
import { findFiles, isSameStamp, type FoundFile, type Stamp } from './files.ts';
import { isSameFile } from './fingerprint.ts';
import type { FollowReport } from './follow.ts';
import { goneInput } from './gone.ts';
import { readingContext, type FollowedFile } from './slice.ts';
import type { FollowPoint } from './state.ts';

/** Files that are followed together: one entry of `sources:`. */
export interface FollowedSource {
  /** Files, directories or globs. */
  readonly names: readonly string[];
  /** Name of a format, or `auto`. */
  readonly format: string;
  readonly source: NonNullable<IngestFile['source']>;
}

export interface FollowerParts {
  /** What there is to follow, asked at every look; later ones may be added at the end. */
  readonly sources: () => readonly FollowedSource[];
  readonly formats: readonly Format[];
  /** What holds where a source says nothing. */
  readonly options: IngestOptions;
  /** Where files have been read to; asked once. */
  readonly points: () => Promise<readonly FollowPoint[]>;
  /** Stores what files have gained. */
  readonly follow: (files: readonly FollowedFile[]) => Promise<FollowReport>;
}

/** What one look has found. */
export interface Look {
  /** Files that were read. */
  readonly files: number;
  readonly lines: number;
  /** What the user should know, each about a file. */
  readonly notices: readonly FollowNotice[];
}

export interface FollowNotice {
  readonly file: string;
  readonly text: string;
}

export interface FollowedProblem {
  readonly file: string;
  readonly message: string;
  readonly todo: string;
}

/** How the following of one source stands. */
export interface SourceFollowing {
  readonly names: readonly string[];
  readonly files: number;
  /** When a look last found new lines, milliseconds; undefined: not since the start. */
  readonly lastGrowth: number | undefined;
  /** Whole lines that wait for what comes after them (a date). */
  readonly waiting: number;
  readonly problems: readonly FollowedProblem[];
}

export interface Follower {
  /**
   * Looks once at all files, and stores what they have gained. Not to be called again before it has ended.
   * @param now milliseconds
   * @throws StoreError; the next look tries the same again
   */
  readonly look: (now: number) => Promise<Look>;
  readonly state: () => readonly SourceFollowing[];
}

/** One file as the looks have found it so far. */
interface Known {
  readonly source: number;
  point: FollowPoint | undefined;
  /** As it was when it was read; undefined: it has to be read (again). */
  stamp: Stamp | undefined;
  waiting: number;
  problem: FollowedProblem | undefined;
  /** It was found again under this name: its writer goes on elsewhere. */
  isMoved: boolean;
  /** A file beside it was told what its daemons did last. */
  hasHandedOver: boolean;
}

/** A file that has to be looked into. */
interface Task {
  readonly path: string;
  readonly known: Known;
  readonly stamp: Stamp;
  readonly input: Input;
}

/** Files that are kept in mind after they went, to be found again: a rotation or two of many servers. */
const mostLost = 500;

/**
 * Follows files as they grow, are rotated (renamed, with a new file in their place), truncated, come and go. A file is
 * recognised by its content, not by its name: a rotated one goes on under its new name where a source covers that.
 */
export function createFollower(parts: FollowerParts): Follower {
  const known = new Map<string, Known>();
  const lastGrowth = new Map<number, number>();
  /** Read before, but not any more where it was. */
  let lost: FollowPoint[] | undefined;
  let sources: readonly FollowedSource[] = [];
  let missing: readonly (readonly FollowedProblem[])[] = [];

  const formatOf = (point: FollowPoint): Format | undefined =>
    parts.formats.find(({ name }) => name === point.state.format);

  /** Whether a source would read the point's file as it was read. */
  const isOf = (point: FollowPoint, source: number): boolean => {
    const [given, format] = [sources[source], formatOf(point)];
    if (given === undefined || format === undefined) return false;
    if (given.format !== 'auto' && given.format !== format.name) return false;
    return readingContext({ format, source: given.source }, parts.options) === point.state.context;
  };

  /** Remembers why a file cannot be read; it is tried again at the next look. */
  const failed = (path: string, one: Known, error: unknown): void => {
    one.problem = problemOf(path, inputErrorOf(error, path));
    one.stamp = undefined;
  };

  /** Files that differ from what they were at the last look. */
  async function changed(files: readonly FoundFile[]): Promise<Task[]> {
    const tasks: Task[] = [];
    for (const file of files) {
      const { path } = file;
      const one = known.get(path) ?? newKnown(file.source);
      known.set(path, one);
      if (file.error !== undefined) {
        failed(path, one, file.error);
        continue;
      }
      const { stamp } = file;
      const isUnfinished = one.isMoved && one.point !== undefined && one.point.offset < stamp.size;
      if (isSameStamp(one.stamp, stamp) && !isUnfinished) continue;
      try {
        tasks.push({ path, known: one, stamp, input: await fileInput(path) });
      } catch (error) {
        failed(path, one, error);
      }
    }
    return tasks;
  }

  /** The points of files that are gone, or hold something else now; what cannot be read is taken out of `tasks`. */
  async function displaced(tasks: Task[], files: readonly FoundFile[]): Promise<FollowPoint[]> {
    const points: FollowPoint[] = [];
    const there = new Set(files.map(({ path }) => path));
    for (const [path, one] of known) {
      if (there.has(path)) continue;
      known.delete(path);
      if (one.point !== undefined) points.push(one.point);
    }
    for (const task of [...tasks]) {
      const { point } = task.known;
      await readable(tasks, task, async () => {
        if (point === undefined || (await isSameFile(task.input, point))) return;
        points.push(point);
        Object.assign(task.known, newKnown(task.known.source));
      });
    }
    return points;
  }

  /** Gives files that have no point one: of the file that they were, or of one that they are a copy of. */
  async function recognise(tasks: Task[], candidates: FollowPoint[]): Promise<void> {
    for (const task of [...tasks]) {
      const { path, known: one, input } = task;
      if (one.point !== undefined) continue;
      await readable(tasks, task, async () => {
        const copied = [...known.values()].flatMap(({ point }) => point ?? []);
        const inPlace = candidates.filter(({ file }) => file === path);
        for (const point of [...inPlace, ...candidates, ...copied]) {
          if (point.offset === 0 || !isOf(point, one.source) || !(await isSameFile(input, point))) continue;
          const at = candidates.indexOf(point);
          if (at >= 0) candidates.splice(at, 1);
          one.point = point;
          one.isMoved = point.file !== path;
          return;
        }
      });
    }
  }

  /** Runs what reads a file; when it cannot be read, that is its problem, and it is left out of this look. */
  async function readable(tasks: Task[], task: Task, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed(task.path, task.known, error);
      tasks.splice(tasks.indexOf(task), 1);
    }
  }

  /** Files beside a new one that have nothing new themselves: a start in the new one asks what their daemons did last. */
  async function quietBeside(isNew: ReadonlySet<number>, tasks: readonly Task[]): Promise<readonly Task[]> {
    const quiet: Task[] = [];
    for (const [path, one] of known) {
      if (!isNew.has(one.source) || one.hasHandedOver || tasks.some((task) => task.known === one)) continue;
      if (one.point === undefined || one.stamp === undefined) continue;
      quiet.push({ path, known: one, stamp: one.stamp, input: await fileInput(path) });
    }
    return quiet;
  }

  async function itemOf({ known: one, stamp, input }: Task, handsOver: boolean): Promise<FollowedFile | undefined> {
    const given = sources[one.source];
    if (given === undefined) return undefined;
    const format =
      (one.point && formatOf(one.point)) ??
      detectFormat(await input.head(), parts.formats, given.format, input.name, given.source.formatOptions).format;
    return {
      input,
      format,
      source: given.source,
      ...(one.point !== undefined && { from: one.point }),
      handsOver,
      // Nobody adds to a compressed file, nor to a rotated one that rests.
      isComplete: input.compressed || (one.isMoved && isSameStamp(one.stamp, stamp)),
    };
  }

  /** What a file that is gone hands over to the one that comes after it. */
  function lastOf(point: FollowPoint): FollowedFile | undefined {
    const given = sources.find((_, index) => isOf(point, index));
    const format = formatOf(point);
    if (given === undefined || format === undefined) return undefined;
    const input = goneInput(point.file);
    return { input, format, source: given.source, from: point, handsOver: true, isComplete: true, isGone: true };
  }

  function learn(items: ReadonlyMap<Task, FollowedFile>, report: FollowReport, now: number): void {
    const points = new Map(report.points.map((point) => [point.file, point]));
    const failures = new Map(report.failures.map(({ file, error }) => [file, error]));
    for (const [{ path, known: one, stamp }, item] of items) {
      const failure = failures.get(path);
      if (failure !== undefined) {
        failed(path, one, failure);
        continue;
      }
      one.problem = undefined;
      one.stamp = stamp;
      one.waiting = report.waiting.get(path) ?? 0;
      if (item.isComplete) one.isMoved = false;
      const point = points.get(path) ?? one.point;
      if (point !== undefined && point.lines > (one.point?.lines ?? 0)) lastGrowth.set(one.source, now);
      one.hasHandedOver = item.handsOver;
      one.point = point;
    }
  }

  return {
    async look(now) {
      lost ??= [...(await parts.points())];
      sources = parts.sources();
      const { files, problems } = await findFiles(sources.map(({ names }) => names));
      missing = problems.map((own) => own.map(({ name, error }) => problemOf(name, error)));
      const tasks = await changed(files);
      const before = await displaced(tasks, files);
      lost.push(...before);
      await recognise(tasks, lost);
      const gone = before.filter((point) => lost?.includes(point));
      lost.splice(0, lost.length - mostLost);
      const notices: FollowNotice[] = gone.map((point) => ({ file: point.file, text: goneText(point, files) }));

      const isNew = new Set(
        tasks
          .filter(({ known: { point }, input }) => point === undefined && input.size > 0)
          .map(({ known: one }) => one.source),
      );
      const items = new Map<Task, FollowedFile>();
      for (const task of [...tasks, ...(await quietBeside(isNew, tasks))]) {
        const { path, known: one, stamp, input } = task;
        try {
          const item = input.size === 0 ? undefined : await itemOf(task, isNew.has(one.source));
          if (item === undefined) one.stamp = stamp;
          else items.set(task, item);
        } catch (error) {
          failed(path, one, error);
          // A file of another kind is refused until something is written to it.
          if (error instanceof InputError && error.code !== 'not-readable') one.stamp = stamp;
        }
      }
      const last = gone.flatMap((point) => lastOf(point) ?? []);
      if (items.size + last.length === 0) return { files: 0, lines: 0, notices };
      const report = await parts.follow([...last, ...items.values()]);
      learn(items, report, now);
      return { files: items.size, lines: report.summary.lines, notices: [...notices, ...report.summary.notices] };
    },

    state: () =>
      sources.map(({ names }, index) => {
        const own = [...known.values()].filter(({ source }) => source === index);
        return {
          names,
          files: own.length,
          lastGrowth: lastGrowth.get(index),
          waiting: own.reduce((sum, { waiting }) => sum + waiting, 0),
          problems: [...(missing[index] ?? []), ...own.flatMap(({ problem }) => problem ?? [])],
        };
      }),
  };
}

function newKnown(source: number): Known {
  return {
    source,
    point: undefined,
    stamp: undefined,
    waiting: 0,
    problem: undefined,
    isMoved: false,
    hasHandedOver: false,
  };
}

function problemOf(file: string, { message, advice }: InputError): FollowedProblem {
  return { file, message, todo: advice };
}

function goneText({ file, offset }: FollowPoint, files: readonly FoundFile[]): string {
  const what = files.some(({ path }) => path === file)
    ? 'the file was truncated or another one took its place'
    : 'the file is gone';
  return `${what}; it was read up to byte ${offset}. What it held beyond that is lost, unless it is found again under a name that a source covers`;
}
