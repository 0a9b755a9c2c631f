import type { LicenseEvent } from '../../sessions/event.ts';
import type { ReaderSink } from '../format.ts';

/** How many rows wait at once to be put in order: few as long as the file is sorted, more with each time that it is not. */
const smallestWindow = 2_048;
const largestWindow = 65_536;

/**
 * Exports are not always sorted by time, and sessions need order. Rows that stand less than half a window off their place are
 * put there; what comes later than that begins a new part, which the pipeline files as late data, and widens the window. A
 * file sorted by something else (by customer, or newest first) thus becomes one part per 32,768 rows, and memory does not grow
 * with the file. Rows of the same time stay in the order of the file, or in its reverse where the window runs from new to old.
 *
 * A limit: equal rows of one second count as copies of each other when they fall into different parts (line identity). Equal
 * rows stand together in any sensible export; an `id` column settles it.
 */
export interface EventOrder {
  add(event: LicenseEvent, line: number): void;
  end(): void;
}

export function orderByTime(sink: Pick<ReaderSink, 'event' | 'part'>): EventOrder {
  let size = smallestWindow;
  let waiting: { readonly event: LicenseEvent; readonly line: number }[] = [];
  let ascending = true;
  let stepsBack = 0;
  let stepsForth = 0;
  let sent = -Infinity;

  const send = (count: number): void => {
    if (!ascending) {
      const ties = stepsBack > stepsForth ? -1 : 1;
      waiting.sort((a, b) => a.event.time - b.event.time || ties * (a.line - b.line));
    }
    for (const { event, line } of waiting.slice(0, count)) {
      if (event.time < sent) {
        sink.part('rows go back in time: the file is not sorted by time', line);
        size = Math.min(size * 2, largestWindow);
      }
      sink.event(event, line);
      sent = event.time;
    }
    waiting = waiting.slice(count);
    ascending = true; // what is left is sorted
    stepsBack = 0;
    stepsForth = 0;
  };

  return {
    add(event, line) {
      const last = waiting.at(-1);
      if (last && event.time < last.event.time) {
        ascending = false;
        stepsBack++;
      } else if (last && event.time > last.event.time) stepsForth++;
      waiting.push({ event, line });
      if (waiting.length >= size) send(Math.floor(size / 2));
    },
    end() {
      send(waiting.length);
    },
  };
}
