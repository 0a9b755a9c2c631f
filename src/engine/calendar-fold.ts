import { DateTime } from 'luxon';
import { bucketStarts } from '../query/buckets.ts';
import type { CalendarDimension } from '../query/dimensions.ts';
import { isCalendar, weekdayNames } from '../query/dimensions.ts';
import { QuestionError } from '../query/errors.ts';
import type { Measure } from '../query/measures/measure.ts';
import type { Question } from '../query/question.ts';
import type { MeasureRow } from './ask.ts';
import { keyText } from './ask.ts';
import { highestPerGroup } from './measures/highest-feature.ts';
import type { Range, Window } from './windows.ts';
import { windowsOf } from './windows.ts';

/** A year and a bit: beyond, the hours of all groups are more than a table needs. */
const mostDays = 400;
const dayMs = 86_400_000;

/** The hours of a range, which a table by weekday or hour of the day is made of. Throws `QuestionError` beyond 400 days. */
export function hoursOf(question: Question, range: Range): Window[] {
  const days = (range.to - range.from) / dayMs;
  if (days > mostDays) {
    throw new QuestionError(
      'tooManyPoints',
      `groupBy: expected at most ${mostDays} days to group by ${question.groupBy.filter(isCalendar).join(' and ')}, ` +
        `found ${Math.ceil(days).toLocaleString('en')}. Ask for a shorter range.`,
      'groupBy',
    );
  }
  return windowsOf(range, bucketStarts(range, '1h', question.timezone), question.workingHours);
}

/**
 * Puts the figures of hours together by weekday and hour of the day, on the clocks of the question's time zone: the highest
 * (with its feature), the sum, or the mean over the time they stand for. Hours without a figure are left out, and hours
 * outside working hours are none; a group without any figure is null.
 *
 * @param rows figures of the windows, keyed by the grouping without weekday and hour
 * @param end the last moment of data: a mean counts an hour up to there
 * @returns rows of one window, keyed by the whole grouping in the order asked for
 */
export function foldHours(
  question: Question,
  how: NonNullable<Measure['overHours']>,
  {
    rows,
    windows,
    end,
  }: { readonly rows: readonly MeasureRow[]; readonly windows: readonly Window[]; readonly end: number },
): MeasureRow[] {
  const cells = windows.map((window) => cellOf(window.time, question.timezone));
  const figures = rows.flatMap(({ key, window, values: [value = null], feature = '' }) => {
    const [cell, hour] = [cells[window], windows[window]];
    if (cell === undefined || hour === undefined || hour.pieces.length === 0) return [];
    let at = 0;
    const own = question.groupBy.map((grouping) => (isCalendar(grouping) ? cell[grouping] : (key[at++] ?? '')));
    return [{ key: [...own, feature], window: 0, value, weight: how === 'sum' ? 1 : lengthUntil(hour, end) }];
  });
  if (how === 'highest') return highestPerGroup(figures, [...question.groupBy, 'feature'], question.groupBy);
  const groups = new Map<string, { key: string[]; sum: number | null; weight: number }>();
  for (const { key, value, weight } of figures) {
    const group = key.slice(0, -1);
    const known = groups.get(keyText(group)) ?? { key: group, sum: null, weight: 0 };
    groups.set(
      keyText(group),
      value === null ? known : { key: group, sum: (known.sum ?? 0) + value * weight, weight: known.weight + weight },
    );
  }
  return [...groups.values()].map(({ key, sum, weight }) => ({
    key,
    window: 0,
    values: [sum === null || weight === 0 ? null : how === 'mean' ? sum / weight : sum],
  }));
}

/** Weekday and hour of the day that an hour starts in. */
function cellOf(ms: number, timezone: string): Readonly<Record<CalendarDimension, string>> {
  const start = DateTime.fromMillis(ms, { zone: timezone });
  return { weekday: weekdayNames[start.weekday - 1] ?? '', hour: start.toFormat('HH') };
}

/** Milliseconds of the window that count, up to a moment. */
const lengthUntil = (window: Window, end: number): number =>
  window.pieces.reduce((sum, piece) => sum + Math.max(0, Math.min(piece.to, end) - piece.from), 0);
