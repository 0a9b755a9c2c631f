import { offsetAt, startOfDay } from './clock.ts';
import { workMoment } from './draft.ts';
import type { Draft } from './draft.ts';
import { between } from './random.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What happens to every FlexNet server: starts, stamps, rereads, a shutdown, a crash, a clock that steps back, summer time. */
export function addServerLife(draft: Draft, options: { crashes: boolean; busy: boolean }): void {
  const { script, start, end, clock, random } = draft;
  script.push({ at: start, kind: 'begin' });
  for (let daemon = 0; daemon <= (options.busy ? 2 : 0); daemon++) {
    script.push({ at: start + 6 * hour + daemon * 15 * minute, kind: 'timestamp', x: daemon });
  }
  const midnight = startOfDay(start + offsetAt(clock, start)) + 2 * day;
  script.push({ at: midnight - offsetAt(clock, midnight), kind: 'reread', x: between(random, 20, 40) });
  const first = draft.pools.findIndex((pool) => pool.weight > 0);
  if (options.crashes) {
    const shutdown = workMoment(draft, 0.25, 18);
    script.push({ at: shutdown - 10 * minute, kind: 'fill', pool: first, quantity: 2, x: 3 * 3600 });
    script.push({ at: shutdown, kind: 'shutdown', x: between(random, 90, 150) });
    const crash = workMoment(draft, 0.45, 14);
    script.push({ at: crash - 5 * minute, kind: 'fill', pool: first, quantity: 2, x: 3 * 3600 });
    script.push({ at: crash, kind: 'crash', x: between(random, 60, 100) });
  }
  const back = workMoment(draft, 0.6, 15);
  draft.backSteps.push(back);
  script.push({ at: back - 10_000, kind: 'fill', pool: first, quantity: 4, x: 1800 });
  for (const change of clock.changes) {
    if (change.after >= change.before || change.at < start + hour) continue;
    // The clock reads this hour twice. Lines on both sides of the step show it; a session goes across it.
    script.push({ at: change.at - 40_000, kind: 'request', pool: first, client: 1, x: 90 });
    script.push({ at: change.at - 20 * minute, kind: 'request', pool: first, client: 0, x: 600 });
    script.push({ at: change.at + 50_000, kind: 'request', pool: first, client: 2, x: 240 });
    script.push({ at: change.at + 25 * minute, kind: 'request', pool: first, client: 0, x: 900 });
  }
  if (draft.rotated) script.push({ at: start, kind: 'orphan', pool: first, client: 0, quantity: 1 });
  if (end - start < 3 * day) throw new RangeError('simulate: a range shorter than 3 days cannot hold every case');
}

/** A short storm of refusals for each reason in `causes` (indices), spread over the range. */
export function addDenialTour(draft: Draft, causes: readonly number[]): void {
  const served = draft.pools.findIndex((pool) => pool.weight > 0);
  const foreign = draft.pools.findIndex((pool) => pool.foreign);
  causes.forEach((cause, i) => {
    const at = workMoment(draft, 0.08 + (0.84 * i) / causes.length, 11) + i * minute;
    draft.script.push({ at, kind: 'storm', pool: served, client: i, x: cause, y: 2 });
  });
  if (draft.kind === 'flexnet') {
    draft.script.push({ at: workMoment(draft, 0.35, 12), kind: 'storm', pool: foreign, client: 1, x: -1, y: 3 });
  }
}
