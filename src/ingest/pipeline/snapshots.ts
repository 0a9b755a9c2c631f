import type { Matcher } from '../../sessions/matcher.ts';
import type { Source } from './source.ts';
import type { Writer } from './writer.ts';

/** A snapshot of the matcher at least every so many events of a source: bounds what a crash makes us derive again. */
const eventsPerSnapshot = 1_000_000;

/**
 * A snapshot before the first event of each month, and after many events: late data and crashes are derived anew from one.
 * To be called before the event at `orderTime` is fed.
 */
export function snapshotIfDue(source: Source, matcher: Matcher, orderTime: number, writer: Writer): void {
  source.eventsSinceSnapshot++;
  if (orderTime < source.nextMonth && source.eventsSinceSnapshot < eventsPerSnapshot) return;
  if (source.month !== undefined) writer.snapshot(source, matcher.state());
  source.enterMonth(orderTime);
}
