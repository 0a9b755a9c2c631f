import type { Envelope } from './envelope.ts';

/**
 * Anchors: the lines that say which day it is (docs/definitions.md#anchors). `TIMESTAMP m/d/yyyy`, the start line
 * `… started on HOST (…) (m/d/yyyy)`, `System Date and Time: Wed Mar 30 2016 01:56:00 …`, and SLOG's `Time:` and
 * `Start-Date:`. Other dates in SLOG lines tell of the past and are no anchors.
 *
 * Returns the local day of the line (days since 1970-01-01), NaN when the line is no anchor.
 */
export function anchorDay(text: string, line: Envelope): number {
  if (line.day === line.day) return line.day;
  const from = line.from;
  switch (text.charCodeAt(from)) {
    case 84: // T
      return text.startsWith('TIMESTAMP ', from) ? slashedDay(text.slice(from + 10, line.to)) : NaN;
    case 70: // F: FlexNet, FLEXnet, FLEXlm
    case 76: // L: License server manager
      return startLineDay(text, line);
    case 83: // S
      if (!text.startsWith("Server's System Date", from) && !text.startsWith('System Date', from)) return NaN;
      return spelledDay(text, text.indexOf('Date and Time:', from) + 14, line);
    case 40: // (
      return slogDay(text, line);
    default:
      return NaN;
  }
}

/** Host named by a start line (`FlexNet Licensing (v…) started on HOST (os) (m/d/yyyy)`), or '' when it is none. */
export function startedOn(text: string, line: Envelope): string {
  const at = text.indexOf(' started on ', line.from);
  if (at < 0 || at >= line.to) return '';
  const rest = text.slice(at + 12, line.to);
  const end = rest.search(/ \(| for:/);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}

function startLineDay(text: string, line: Envelope): number {
  if (!text.includes(' started on ', line.from)) return NaN;
  const open = text.lastIndexOf('(', line.to);
  return open < line.from ? NaN : slashedDay(text.slice(open + 1, line.to));
}

function slogDay(text: string, line: Envelope): number {
  const marker = text.indexOf('-SLOG@) ', line.from);
  if (marker < 0 || marker > line.from + 80) return NaN;
  const at = marker + 8;
  if (text.startsWith('Time: ', at)) return spelledDay(text, at + 6, line);
  if (text.startsWith('Start-Date: ', at)) return spelledDay(text, at + 12, line);
  return NaN;
}

const slashed = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/;

function slashedDay(text: string): number {
  const match = slashed.exec(text);
  return match === null ? NaN : dayNumber(Number(match[3]), Number(match[1]), Number(match[2]));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `Wed Mar 30 2016 01:56:00 …` and C's `Wed Mar 30 01:56:00 2016`. */
const spelled =
  /^\s*(?:[A-Za-z]{3},?\s+)?([A-Za-z]{3})\s+(\d{1,2}),?\s+(?:(\d{4})\s+)?(\d{1,2}):(\d\d):(\d\d)(?:\s+(\d{4})(?!\d))?/;
/** A full date whose time of day is further than this from the line's own clock is not about now (seconds). */
const furthestFromClock = 3600;

function spelledDay(text: string, from: number, line: Envelope): number {
  const match = spelled.exec(text.slice(from, Math.min(line.to, from + 64)));
  if (match === null) return NaN;
  const day = dayNumber(
    Number(match[3] ?? match[7] ?? NaN),
    months.indexOf((match[1] ?? '').toLowerCase()) + 1,
    Number(match[2]),
  );
  const written = Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6]);
  // The date may have been taken just before midnight and the line written just after it, or the other way round.
  const shift = Math.round((written - line.clock) / 86_400);
  if (Math.abs(written - line.clock - shift * 86_400) > furthestFromClock) return NaN;
  return day + shift;
}

/** Days since 1970-01-01, NaN when there is no such date or it lies outside 1980 to 2199. */
function dayNumber(year: number, month: number, date: number): number {
  if (!(year >= 1980 && year <= 2199 && month >= 1 && month <= 12)) return NaN;
  const midnight = new Date(Date.UTC(year, month - 1, date));
  return midnight.getUTCMonth() === month - 1 ? midnight.getTime() / 86_400_000 : NaN;
}
