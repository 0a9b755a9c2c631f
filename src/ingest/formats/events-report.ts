import type { ReaderSink } from '../format.ts';
import { orderByTime } from './events-order.ts';
import type { RowResult } from './events-row.ts';

/** Where rows of a table report to: each of their lines is accounted for once, events in order of time. */
export interface RowReport {
  /** `lines`: on how many lines the row stands; the event or the fault counts as one of them, the rest as ignored. */
  row(line: number, lines: number, text: string, result: RowResult): void;
  unreadable(line: number, lines: number, text: string, reason: string): void;
  ignored(lines: number): void;
  /** Reports the rows that wait to be put in order, and says what was rounded since the last call. */
  end(): void;
}

/**
 * The file's source is named by its first row, and `server` (what the file is called) only where that has none: a file of three
 * instances is no fourth one. Rows wait to be put in order, so the first one's time is told at once.
 */
/** @param isNamed the source was named before, by an earlier reader of the same file */
export function reportRows(sink: ReaderSink, server: string, isNamed = false): RowReport {
  const order = orderByTime(sink);
  let named = isNamed;
  const name = (source: string, time?: number): void => {
    if (named) return;
    named = true;
    sink.sourceName(source);
    if (time !== undefined) sink.lastLine(time);
  };
  let rounded = 0;
  const ignored = (lines: number): void => {
    if (lines > 0) sink.ignored(lines);
  };
  return {
    row(line, lines, text, result) {
      ignored(lines - 1);
      if ('event' in result) {
        name(result.event.server, result.event.time);
        order.add(result.event, line);
        if (result.rounded) rounded++;
        return;
      }
      name(server);
      if (result.undated) sink.undated(line, text, result.problem);
      else sink.unreadable(line, text, result.problem);
    },
    unreadable(line, lines, text, reason) {
      name(server);
      ignored(lines - 1);
      sink.unreadable(line, text, reason);
    },
    ignored,
    end() {
      order.end();
      if (rounded > 0)
        sink.notice(`${rounded} amounts had more than 6 decimals; they were rounded to 6 (half to even)`);
      rounded = 0;
    },
  };
}
