import { IANAZone } from 'luxon';

export const expectedTime =
  'a time like 2026-03-27T06:55:03Z, 2026-03-27 06:55:03 (in the time zone of the source), or seconds or milliseconds since 1970';

const earliest = 0;
const latest = Date.UTC(2200, 0, 1);
const quarterHour = 900_000;

/** A text as milliseconds since 1970 UTC; undefined when it is no time, or one outside the years 1970 to 2199. */
export type TimeReader = (text: string) => number | undefined;

/**
 * Reads ISO 8601 (date alone, with `T` or a blank, with or without seconds, fraction and offset; ` UTC` too) and numbers since
 * 1970, whose size tells their unit (s, ms, µs, ns: up to 10¹¹, 10¹⁴, 10¹⁷). Times without offset are local in `zone`; one that the
 * clock shows twice in autumn is taken as the first of the two, one that it skips in spring as if it had not been put forward.
 */
export function timeReader(zone: string): TimeReader {
  const toUtc = localToUtc(zone);
  return (text) => {
    const time = readIso(text, toUtc) ?? readEpoch(text);
    return time !== undefined && time >= earliest && time < latest ? time : undefined;
  };
}

const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

function readIso(text: string, toUtc: (local: number) => number): number | undefined {
  const match = iso.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day > 28 && new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const offset = match[8];
  return offset === undefined ? toUtc(local) : local - offsetOf(offset);
}

/** `+01:00`, `-0830`, `+01`, `Z` in milliseconds. */
function offsetOf(text: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(text);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
}

function readEpoch(text: string): number | undefined {
  if (!/^\d{9,19}(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (value < 1e11) return Math.round(value * 1e3);
  if (value < 1e14) return Math.floor(value);
  return Math.floor(value < 1e17 ? value / 1e3 : value / 1e6);
}

/** Asks the time zone once per quarter of an hour that occurs: no zone changes its offset within one. */
function localToUtc(zoneName: string): (local: number) => number {
  const zone = IANAZone.create(zoneName);
  const offsets = new Map<number, number>();
  const offsetAt = (utc: number): number => zone.offset(utc) * 60_000;
  const find = (local: number): number => {
    const before = offsetAt(local - 86_400_000);
    const after = offsetAt(local + 86_400_000);
    return [before, after].find((offset) => offsetAt(local - offset) === offset) ?? before;
  };
  return (local) => {
    const quarter = Math.floor(local / quarterHour);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      offset = find(local);
      if (offsets.size > 100_000) offsets.clear();
      offsets.set(quarter, offset);
    }
    return local - offset;
  };
}
