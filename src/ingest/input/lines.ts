import { isAscii, isUtf8 } from 'node:buffer';
import { inputErrorOf } from './errors.ts';
import { headBytes, withoutZeros, type Input } from './source.ts';

/** Some lines of an input, whole, in order. */
export interface LineBlock {
  /** Without newline and carriage return. */
  readonly lines: readonly string[];
  /** 1-based number of `lines[0]`. */
  readonly firstNumber: number;
  /** `ends[i]`: byte offset (decompressed) right after the newline of `lines[i]`: where to go on after it. */
  readonly ends: readonly number[];
  /** Bytes of the disk read so far, for progress. */
  readonly read: number;
  /** False when the last line has no newline: the file ends there, or is being written. */
  readonly complete: boolean;
  /** Numbers of lines that were longer than `longestLine` and were cut to it. */
  readonly cut: readonly number[];
}

export interface LineOptions {
  /** Byte offset (decompressed) of a line's start to begin at, and the number of that line. */
  readonly start?: { readonly offset: number; readonly number: number };
  /** Stop before this byte offset (decompressed): what has been appended since is left for later. */
  readonly until?: number;
}

/** Longer lines are cut, so that a file without newlines does not fill the memory (bytes). */
export const longestLine = 1_048_576;

/**
 * The lines of an input, block by block. UTF-8; a line that is not valid UTF-8 is read as Latin-1; UTF-16 with a byte order
 * mark is read as such. A byte order mark is dropped, and zeros at the start; a last line without newline counts. Lines may end
 * with carriage returns alone.
 *
 * @throws InputError when reading fails (blocks given before stay valid).
 */
export async function* lineBlocks(input: Input, options: LineOptions = {}): AsyncGenerator<LineBlock> {
  const until = options.until ?? Infinity;
  let offset = options.start?.offset ?? 0; // of the first byte of `rest`
  let number = options.start?.number ?? 1;
  let rest: Buffer[] = [];
  let restLength = 0;
  let nulls = 0; // bytes at the start of the file that are zero
  let dropped = 0; // bytes of an over-long line that are not in `rest`
  let utf16: 'utf-16le' | 'utf-16be' | undefined;
  let loneReturns: boolean | undefined;
  const opened = input.open(offset);

  function block(data: Buffer, complete: boolean): LineBlock {
    const lines: string[] = [];
    const ends: number[] = [];
    const cut = dropped > 0 ? [number] : [];
    const bytes = data.length + dropped;
    if (utf16 !== undefined) splitUtf16(data, utf16, offset, lines, ends);
    else if (isAscii(data)) splitText(data.toString('latin1'), offset + dropped, lines, ends);
    else splitBytes(data, offset + dropped, lines, ends);
    const made = { lines, firstNumber: number, ends, read: opened.read(), complete, cut };
    offset += bytes;
    number += lines.length;
    dropped = 0;
    return made;
  }

  /** `rest` and the whole lines of `data`, whose first one ends the line begun in `rest`: cut when over-long. */
  function joined(data: Buffer, last: number): Buffer {
    const first = utf16 === undefined ? data.indexOf(10) : 0;
    const kept = Math.min(first, Math.max(0, longestLine - restLength));
    dropped += first - kept;
    return Buffer.concat([...rest, data.subarray(0, kept), data.subarray(first, last + 1)]);
  }

  try {
    for await (const chunk of opened.stream as AsyncIterable<Buffer>) {
      let data = chunk;
      const room = until - offset - restLength - dropped;
      if (data.length > room) data = data.subarray(0, room);
      if (offset === nulls && restLength === 0 && dropped === 0) {
        // A log that was emptied while its server had it open begins with a hole of zeros, up to where it went on.
        const written = withoutZeros(data);
        nulls += data.length - written.length;
        offset = nulls;
        data = written;
        if (data.length === 0) continue;
        utf16 = utf16Of(data);
        const mark = utf16 !== undefined ? 2 : data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? 3 : 0;
        data = data.subarray(mark);
        offset += mark;
      }
      // As the head tells: a slice of a file may be too short to.
      loneReturns ??=
        utf16 === undefined &&
        data.includes(13) &&
        !data.subarray(0, headBytes).includes(10) &&
        hasLoneReturns(await input.head());
      if (loneReturns) data = withNewlines(data);
      const last = utf16 === undefined ? data.lastIndexOf(10) : lastNewline16(data, utf16, restLength);
      if (last >= 0) {
        yield block(restLength === 0 ? data.subarray(0, last + 1) : joined(data, last), true);
        rest = [];
        restLength = 0;
        data = data.subarray(last + 1);
      }
      if (data.length > 0) {
        const kept = data.subarray(0, Math.max(0, longestLine - restLength));
        dropped += data.length - kept.length;
        if (kept.length > 0) rest.push(kept);
        restLength += kept.length;
      }
      if (offset + restLength + dropped >= until) break;
    }
  } catch (error) {
    throw inputErrorOf(error, input.name);
  } finally {
    opened.stream.destroy();
  }
  if (restLength > 0) yield block(Buffer.concat(rest), false);
}

/** Whether lines end with a carriage return alone, as on an old Macintosh. The last one may be half of an end of line. */
export function hasLoneReturns(bytes: Buffer): boolean {
  const first = bytes.indexOf(13);
  return first >= 0 && first < bytes.length - 1 && !bytes.includes(10);
}

function withNewlines(bytes: Buffer): Buffer {
  const made = Buffer.from(bytes);
  for (let at = made.indexOf(13); at >= 0; at = made.indexOf(13, at + 1)) made[at] = 10;
  return made;
}

/** Lines of a text; `ends` are right where each character is one byte. */
function splitText(text: string, offset: number, lines: string[], ends: number[]): void {
  let from = 0;
  const length = text.length;
  while (from < length) {
    let to = text.indexOf('\n', from);
    if (to < 0) to = length;
    const end = to > from && text.charCodeAt(to - 1) === 13 ? to - 1 : to;
    lines.push(text.slice(from, end));
    from = Math.min(to + 1, length);
    ends.push(offset + from);
  }
}

function splitBytes(data: Buffer, offset: number, lines: string[], ends: number[]): void {
  if (isUtf8(data)) splitUtf8(data, offset, lines, ends);
  else splitMixed(data, offset, lines, ends);
}

/** Decoded in one go: a call per line costs more than the reading of its line. */
function splitUtf8(data: Buffer, offset: number, lines: string[], ends: number[]): void {
  splitText(data.toString('utf8'), offset, lines, []);
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) ends.push(offset + at + 1);
  if (ends.length < lines.length) ends.push(offset + data.length);
}

function splitMixed(data: Buffer, offset: number, lines: string[], ends: number[]): void {
  let from = 0;
  while (from < data.length) {
    let to = data.indexOf(10, from);
    if (to < 0) to = data.length;
    const end = to > from && data[to - 1] === 13 ? to - 1 : to;
    const line = data.subarray(from, end);
    lines.push(line.toString(isUtf8(line) ? 'utf8' : 'latin1'));
    from = Math.min(to + 1, data.length);
    ends.push(offset + from);
  }
}

function utf16Of(data: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (data[0] === 0xff && data[1] === 0xfe) return 'utf-16le';
  return data[0] === 0xfe && data[1] === 0xff ? 'utf-16be' : undefined;
}

/** Index of the last byte of the last newline, −1 when there is none; `before` bytes of the line came earlier. */
function lastNewline16(data: Buffer, encoding: 'utf-16le' | 'utf-16be', before: number): number {
  const high = encoding === 'utf-16le' ? 1 : 0;
  for (let i = data.length - 1 - ((data.length + before) % 2); i >= 1; i -= 2) {
    if (data[i - 1 + high] === 0 && data[i - high] === 10) return i;
  }
  return -1;
}

function splitUtf16(
  data: Buffer,
  encoding: 'utf-16le' | 'utf-16be',
  offset: number,
  lines: string[],
  ends: number[],
): void {
  const text = new TextDecoder(encoding).decode(data);
  let from = 0;
  while (from < text.length) {
    const at = text.indexOf('\n', from);
    const to = at < 0 ? text.length : at;
    lines.push(text.slice(from, to).replace(/\r$/, ''));
    from = to + 1;
    ends.push(Math.min(offset + from * 2, offset + data.length));
  }
}
