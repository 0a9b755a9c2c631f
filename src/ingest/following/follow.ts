import type { EventStore } from '../event-store.ts';
import { InputError } from '../input.ts';
import { conclude, inTimeOrder, type IngestOptions, type IngestProgress, type IngestSummary } from '../pipeline.ts';
import { EventStream } from '../pipeline/stream.ts';
import { defaultBlockRows } from '../pipeline/writer.ts';
import { readSlice, type FollowedFile } from './slice.ts';
import { checkpointOf, type FollowPoint } from './state.ts';

export interface FollowReport {
  readonly summary: IngestSummary;
  /** Where the files have been read to; those that failed stay where they were. */
  readonly points: readonly FollowPoint[];
  /** Whole lines that wait for what comes after them, by file. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly failures: readonly { readonly file: string; readonly error: InputError }[];
}

/**
 * Reads what files have gained into the store; when it resolves, that is stored, answers are up to date and so are the
 * checkpoints. Whatever is interrupted is read again from the checkpoints, and counts once.
 *
 * Reading a file in any number of slices gives what one reading of the whole file does.
 * @throws StoreError when the store fails; what was stored before stays
 */
export async function followFiles(
  store: EventStore,
  files: readonly FollowedFile[],
  options: IngestOptions,
  progress: (now: IngestProgress) => void = () => undefined,
): Promise<FollowReport> {
  return store.exclusive(async () => {
    const stream = new EventStream(store, { blockRows: defaultBlockRows, ...options });
    const points: FollowPoint[] = [];
    const waits = new Map<string, number>();
    const failures: { file: string; error: InputError }[] = [];
    const totalBytes = files.reduce((sum, { input, from }) => sum + Math.max(0, input.size - (from?.offset ?? 0)), 0);
    // What goes on comes before what is new: a new file is mostly the next one.
    const ordered = [...files.filter(({ from }) => from !== undefined), ...(await headsOf(files, options, failures))];
    await stream.sources.expect([
      ...new Set(ordered.flatMap(({ from }) => from?.state.part.sources ?? []).map(({ server }) => server)),
    ]);
    let before = 0;
    let number = 0;
    for (const file of ordered) {
      number++;
      const { input, from } = file;
      const tell = (bytes: number): void =>
        progress({
          file: input.name,
          number,
          files: files.length,
          bytes: before + Math.max(0, bytes - (from?.offset ?? 0)),
          totalBytes,
          lines: stream.counts.lines,
          phase: 'reading',
        });
      try {
        const { point, waiting } = await readSlice(stream, file, options, tell);
        if (point !== undefined && point !== from && file.isGone !== true) points.push(point);
        if (waiting > 0) waits.set(input.name, waiting);
      } catch (error) {
        // A file that cannot be read takes nothing away from the others, nor from what was read of it.
        if (!(error instanceof InputError)) throw error;
        failures.push({ file: input.name, error });
      }
      before += Math.max(0, input.size - (from?.offset ?? 0));
    }
    await stream.drain(true);
    const summary = await conclude(store, stream, files.length);
    if (points.length > 0) await store.saveCheckpoints(points.map(checkpointOf));
    return { summary, points, waiting: waits, failures };
  });
}

/** New files in the order of their first events. */
async function headsOf(
  files: readonly FollowedFile[],
  options: IngestOptions,
  failures: { file: string; error: InputError }[],
): Promise<readonly FollowedFile[]> {
  const readable: FollowedFile[] = [];
  for (const file of files) {
    if (file.from !== undefined) continue;
    try {
      await file.input.head(1);
      readable.push(file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push({ file: file.input.name, error });
    }
  }
  return (await inTimeOrder(readable, options)).map(({ file }) => file);
}
