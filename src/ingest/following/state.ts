import { z } from 'zod';
import type { Checkpoint } from '../event-store.ts';

const lineCount = z.tuple([z.int(), z.int(), z.int(), z.int()]);

/** What a checkpoint of a followed file holds beside its numbers: all it takes to go on without reading the file again. */
const followState = z.object({
  version: z.literal(1),
  format: z.string(),
  /** What the file was read with (time zone, names, options): with anything else it is read from the start. */
  context: z.string(),
  /** Of the last kilobyte before the offset. */
  tail: z.string(),
  /** Where the reader stands; absent: the file is read from its first line whenever it grows. */
  reader: z.record(z.string(), z.unknown()).optional(),
  /** Lines whose events are stored. */
  reportedTo: z.int(),
  /** What was counted of it, and the name and first bytes by which that is kept; absent in points of version 0.1.0. */
  reading: z
    .object({
      file: z.string(),
      head: z.string(),
      headBytes: z.int(),
      sources: z.array(
        z.object({ server: z.string(), lines: z.int(), events: z.int(), undated: z.int(), unreadable: z.int() }),
      ),
    })
    .optional(),
  part: z.object({
    server: z.string(),
    sources: z.array(
      z.object({
        server: z.string(),
        high: z.number().nullable(),
        lines: z.array(lineCount),
        from: z.number().nullable(),
      }),
    ),
  }),
});

export type FollowState = z.output<typeof followState>;

/** Where the reading of a followed file has got to. */
export interface FollowPoint extends Omit<Checkpoint, 'state'> {
  readonly state: FollowState;
}

/** A stored checkpoint; undefined when another version wrote it: the file is then read once more, and its lines known again. */
export function followPointOf({ state, ...checkpoint }: Checkpoint): FollowPoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(state);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = followState.safeParse(value);
  return parsed.success ? { ...checkpoint, state: parsed.data } : undefined;
}

export function checkpointOf({ state, ...point }: FollowPoint): Checkpoint {
  return { ...point, state: JSON.stringify(state) };
}
