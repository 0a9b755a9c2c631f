import { DateTime } from 'luxon';
import type { TimeRange } from '../../query/time.ts';
import { parseTimeRange } from '../../query/time.ts';
import type { ZonedSubscription } from './subscription.ts';

/** The time that a report is about, and the time before it that it is compared with. */
export interface Periods {
  readonly current: TimeRange;
  readonly before: TimeRange;
  /** For people, in the subscription's time zone: `16 Nov 2026 to 22 Nov 2026`. */
  readonly words: string;
}

const whole = { lastWeek: ['now-1w/w', 'now-1w/w'], lastMonth: ['now-1M/M', 'now-1M/M'] } as const;

/**
 * The periods of the report that is due at `due`: a report that is sent late is still the one that was due. The period before is the
 * week or month before, else one of the same length just before. Throws `QuestionError` for a range that cannot be read.
 */
export function periodsOf({ range, timezone }: Pick<ZonedSubscription, 'range' | 'timezone'>, due: number): Periods {
  const [from, to] = typeof range === 'string' ? whole[range] : [range.from, range.to];
  const current = parseTimeRange(from, to, due, timezone);
  const before =
    typeof range === 'string'
      ? parseTimeRange(from, to, current.from, timezone)
      : { from: current.from - (current.to - current.from), to: current.from };
  return { current, before, words: inWords(current, timezone) };
}

/** What stands behind a link so that it shows that time, also when it is opened later: absolute, and on the same clocks. */
export const addressOf = ({ from, to }: TimeRange, timezone: string): string =>
  // People read it: names of zones are letters, slashes, and the plus of Etc/GMT+5, which would become a space.
  `from=${isoOf(from)}&to=${isoOf(to)}&timezone=${timezone.replaceAll('+', '%2B')}`;

const isoOf = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/** Whole days are named by their dates, both inclusive; else the times are told too. */
function inWords({ from, to }: TimeRange, zone: string): string {
  const [start, end] = [DateTime.fromMillis(from, { zone }), DateTime.fromMillis(to, { zone })];
  const days = [start, end].every((time) => time.equals(time.startOf('day')));
  const form = days ? 'd LLL yyyy' : 'd LLL yyyy HH:mm';
  const last = days ? end.minus({ days: 1 }) : end;
  const words = [start, last].map((time) => time.setLocale('en-US').toFormat(form));
  return words[0] === words[1] ? (words[0] ?? '') : words.join(' to ');
}
