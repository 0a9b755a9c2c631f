import { ownCopy } from './strings.ts';

/**
 * The envelope of a FlexNet Publisher debug log line: `h:mm:ss (daemon) message`, or with lmgrd's `-datestamp` option
 * `yyyy-mm-ddThh:mm:ss+hh:mm (daemon) message` (docs.revenera.com/fnp, "Debug Log Messages").
 *
 * One object is filled again and again: lines come by the million.
 */
export interface Envelope {
  /** Seconds since local midnight, as written. */
  clock: number;
  /** As written, `_n` included. The same string object for the same name. */
  daemon: string;
  /** The message is `text.slice(from, to)`; trailing white space is left out. */
  from: number;
  to: number;
  /** Dated lines only: the local day as written, in days since 1970-01-01; else NaN. */
  day: number;
  /** Dated lines with an offset only: milliseconds UTC; else NaN. */
  instant: number;
  /** Why the line has no envelope, when it has none. */
  problem: string;
  /** Names of daemons seen so far. */
  readonly daemons: Map<string, string>;
}

export function newEnvelope(): Envelope {
  return { clock: 0, daemon: '', from: 0, to: 0, instant: NaN, day: NaN, problem: '', daemons: new Map() };
}

const longestDaemonName = 64;
/** A server runs a handful; thousands of names are no FlexNet log, and would fill the memory. */
export const mostDaemons = 1000;
const notThisFormat = 'no FlexNet debug log line: expected "h:mm:ss (daemon) message"';

/** Fills `out` from a line; false (and `out.problem`) when the line has no envelope. */
export function readEnvelope(text: string, out: Envelope): boolean {
  let i = 0;
  const length = text.length;
  let c = text.charCodeAt(0);
  while (c === 32 || c === 0xfeff) c = text.charCodeAt(++i);
  const hourTens = c - 48;
  if (!(hourTens >= 0 && hourTens <= 9)) return refuse(out, notThisFormat);
  c = text.charCodeAt(++i);
  let hour = hourTens;
  if (c !== 58) {
    if (!(c >= 48 && c <= 57)) return refuse(out, notThisFormat);
    hour = hourTens * 10 + c - 48;
    c = text.charCodeAt(++i);
    if (c !== 58) return c >= 48 && c <= 57 ? readDatedEnvelope(text, i - 2, out) : refuse(out, notThisFormat);
  }
  // `i` stands on the colon after the hour: `:mm:ss (`
  const minuteTens = text.charCodeAt(i + 1) - 48;
  const minuteOnes = text.charCodeAt(i + 2) - 48;
  const secondTens = text.charCodeAt(i + 4) - 48;
  const secondOnes = text.charCodeAt(i + 5) - 48;
  if (!(digit(minuteTens) && digit(minuteOnes) && digit(secondTens) && digit(secondOnes)))
    return refuse(out, notThisFormat);
  if (text.charCodeAt(i + 3) !== 58 || text.charCodeAt(i + 6) !== 32) return refuse(out, notThisFormat);
  // 60 is written in a leap second.
  if (hour > 23 || minuteTens > 5 || secondTens > 6) return refuse(out, 'not a time of day (0:00:00 to 23:59:59)');
  out.clock = hour * 3600 + (minuteTens * 10 + minuteOnes) * 60 + Math.min(59, secondTens * 10 + secondOnes);
  out.day = NaN;
  out.instant = NaN;
  return readDaemon(text, i + 7, length, out);
}

function digit(value: number): boolean {
  return value >= 0 && value <= 9;
}

function readDaemon(text: string, start: number, length: number, out: Envelope): boolean {
  let i = start;
  while (text.charCodeAt(i) === 32) i++;
  if (text.charCodeAt(i) !== 40) return refuse(out, notThisFormat);
  i++;
  const last = out.daemon;
  let close = i + last.length;
  if (last === '' || text.charCodeAt(close) !== 41 || !text.startsWith(last, i)) {
    close = text.indexOf(')', i);
    if (close <= i || close - i > longestDaemonName) return refuse(out, notThisFormat);
    const name = text.slice(i, close);
    let known = out.daemons.get(name);
    if (known === undefined) {
      // Control characters and spaces: not a daemon, but garbage or prose that happens to have a bracket there.
      if (!/^[^\s"(@\p{Cc}\ufffd]+$/u.test(name)) return refuse(out, notThisFormat);
      if (out.daemons.size >= mostDaemons) return refuse(out, `more than ${mostDaemons} different daemons in one file`);
      known = ownCopy(name);
      out.daemons.set(known, known);
    }
    out.daemon = known;
  }
  i = close + 1;
  if (text.charCodeAt(i) === 32) i++;
  let end = length;
  while (end > i && text.charCodeAt(end - 1) <= 32) end--;
  out.from = Math.min(i, end);
  out.to = end;
  return true;
}

const dated = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?(?:\d\d)?)? /;

function readDatedEnvelope(text: string, start: number, out: Envelope): boolean {
  const match = dated.exec(text.slice(start, start + 48));
  if (match === null) return refuse(out, notThisFormat);
  const [whole, year, month, date, hour, minute, second, fraction, zone] = match;
  const clock = Number(hour) * 3600 + Number(minute) * 60 + Math.min(59, Number(second));
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(date));
  const real = new Date(midnight);
  if (clock >= 86_400 || Number(minute) > 59 || real.getUTCMonth() + 1 !== Number(month))
    return refuse(out, 'not a date and time of day');
  out.clock = clock;
  out.day = midnight / 86_400_000;
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  out.instant = zone === undefined ? NaN : midnight + clock * 1000 + milliseconds - offsetMinutes(zone) * 60_000;
  return readDaemon(text, start + whole.length, text.length, out);
}

function offsetMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || '0');
  return zone.startsWith('-') ? -minutes : minutes;
}

function refuse(out: Envelope, problem: string): false {
  out.problem = problem;
  return false;
}
