import { DateTime } from 'luxon';
import { alwaysStart, permanentEnd } from './entitlement.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export const expectedDate = 'a date like 2026-12-31 or 31-dec-2026';
export const expectedEnd = `${expectedDate}, or "permanent"`;

/**
 * A day as ISO text (`YYYY-MM-DD`) from `2026-12-31`, `2026-12-31T…` or FlexNet's `31-dec-2026` (two-digit years as FlexNet
 * reads them: 70 to 99 are 19xx, else 20xx); undefined when it is none of these, or no day of the calendar.
 */
export function readDay(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const flexnet = /^(\d{1,2})-([a-z]{3})[a-z]*-(\d{2}|\d{4})$/i.exec(text);
  if (!flexnet) return undefined;
  const year = Number(flexnet[3]);
  const full = flexnet[3]?.length === 2 ? year + (year >= 70 ? 1900 : 2000) : year;
  return day(full, months.indexOf((flexnet[2] ?? '').toLowerCase()) + 1, Number(flexnet[1]));
}

/** First day in force: empty = since ever. */
export function readStart(text: string): string | undefined {
  if (text === '') return alwaysStart;
  const start = readDay(text);
  return start !== undefined && start < alwaysStart ? alwaysStart : start;
}

/**
 * Last day in force. Permanent: empty, `permanent`, `never`, `0`, and FlexNet's dates in the year 0 (`1-jan-0`,
 * `01-jan-00`, `01-jan-0000`).
 */
export function readEnd(text: string): string | undefined {
  if (/^(|permanent|never|unlimited|0|\d{1,2}-[a-z]{3}-0{1,4})$/i.test(text)) return permanentEnd;
  const end = readDay(text);
  return end !== undefined && end > permanentEnd ? permanentEnd : end;
}

function day(year: number, month: number, dayOfMonth: number): string | undefined {
  const date = DateTime.fromObject({ year, month, day: dayOfMonth }, { zone: 'utc' });
  return date.isValid ? date.toISODate() : undefined;
}
