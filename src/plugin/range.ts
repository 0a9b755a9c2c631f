import type { DateTime, TimeRange } from '@grafana/data';
import { dateTime } from '@grafana/data';
import { askedAt } from '../query/time.ts';

/**
 * The range as everybody asks for it who looks at the dashboard within the same minute, so that the server works it out once: ends that
 * count from now are those of the running minute's end. Panels draw the dashboard's own range.
 */
export const sharedRange = (range: TimeRange): TimeRange => ({
  ...range,
  from: shared(range.from, range.raw.from),
  to: shared(range.to, range.raw.to),
});

/** Ends that are rounded (`now/d`) are the same all day. */
const shared = (end: DateTime, asked: DateTime | string): DateTime =>
  typeof asked === 'string' && /^now[^/]*$/.test(asked) ? dateTime(askedAt(end.valueOf())) : end;
