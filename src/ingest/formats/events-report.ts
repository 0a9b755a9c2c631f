import type { ReaderSink } from '../format.ts';
import { orderByTime } from './events-order.ts';
import type { RowResult } from './events-row.ts';

/** Where rows of a table report to: each of their lines is accounted for once, events in order of time. */
export interface RowReport {
  /** `lines`: on how many lines the row stands; the event or the fault counts as one of them, the rest as ignored. */
  row(line: number, lines: number, text: string, result: RowResult): void;
  unreadable(line: number, lines: number, text: string, reason: string): void;
  ignored(lines: number): void;
  end(): void;
}

export function reportRows(sink: ReaderSink): RowReport {
  const order = orderByTime(sink);
  let rounded = 0;
  const ignored = (lines: number): void => {
    if (lines > 0) sink.ignored(lines);
  };
  return {
    row(line, lines, text, result) {
      ignored(lines - 1);
      if ('event' in result) {
        order.add(result.event, line);
        if (result.rounded) rounded++;
      } else if (result.undated) sink.undated(line, text, result.problem);
      else sink.unreadable(line, text, result.problem);
    },
    unreadable(line, lines, text, reason) {
      ignored(lines - 1);
      sink.unreadable(line, text, reason);
    },
    ignored,
    end() {
      order.end();
      if (rounded > 0)
        sink.notice(`${rounded} amounts had more than 6 decimals; they were rounded to 6 (half to even)`);
    },
  };
}
