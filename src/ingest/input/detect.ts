import { isUtf8 } from 'node:buffer';
import type { Format, SourceContext } from '../format.ts';
import { InputError } from './errors.ts';
import { hasLoneReturns } from './lines.ts';
import { archiveOf, otherKind } from './other-kinds.ts';

export interface DetectedFormat {
  readonly format: Format;
  /** Why this one, in words for the user. */
  readonly reason: string;
}

/** Below this no format is sure enough. */
const surely = 0.2;

/**
 * The format of a file by its first bytes, or the one asked for by name.
 *
 * @param requested name of a format, or `auto`.
 * @param file for messages, and for the ending of files that nobody can read.
 * @param options the source's own, such as a mapping: its columns tell a table.
 * @throws InputError that says what was expected (all formats and what they look like) and what was found.
 */
export function detectFormat(
  head: Buffer,
  formats: readonly Format[],
  requested: string,
  file: string,
  options?: SourceContext['options'],
): DetectedFormat {
  const wanted = formats.find((format) => format.name === requested);
  if (wanted === undefined && requested !== 'auto') {
    throw new InputError(
      'unknown-format',
      `there is no format "${requested}": expected auto or one of ${formats.map((format) => format.name).join(', ')}`,
      'Name one of these with --format, or leave it out.',
    );
  }
  const archive = archiveOf(head);
  if (archive !== undefined)
    throw new InputError(archive.code, `${file}: this is ${archive.what}, which cannot be ingested`, archive.advice);
  const text = decodeHead(head);
  if (text.trim() === '') {
    if (wanted !== undefined) return { format: wanted, reason: 'asked for; the file is empty' };
    throw new InputError('empty', `${file}: the file is empty`, 'Nothing to do, unless it should not be.');
  }
  const candidates = (wanted === undefined ? formats : [wanted])
    .map((format) => ({ format, ...format.detect(text, options) }))
    .sort((a, b) => b.score - a.score);
  const best = candidates[0];
  if (best !== undefined && wanted !== undefined && best.score > 0) {
    return { format: best.format, reason: `asked for; ${best.reason}` };
  }
  const other = otherKind(head, text, file);
  if (best !== undefined && best.score >= surely && (other === undefined || best.score > 0.5)) {
    return { format: best.format, reason: best.reason };
  }
  const expected = (wanted === undefined ? formats : [wanted])
    .map((format) => `${format.title} (${format.name}), such as: ${format.looksLike}`)
    .join('\n  ');
  if (other !== undefined) {
    throw new InputError(
      other.code,
      `${file}: this is ${other.what}, which cannot be ingested; expected\n  ${expected}`,
      other.advice,
    );
  }
  throw new InputError(
    'wrong-format',
    `${file}: expected\n  ${expected}\nfound: ${firstLine(head, text)}${best !== undefined && best.score > 0 ? `; ${best.reason}` : ''}`,
    'Check that this is the right file; name its format with --format if it is.',
  );
}

/** The head as text: by its byte order mark, else UTF-8 where valid, else Latin-1. Lines end with a newline. */
export function decodeHead(head: Buffer): string {
  const text = decoded(head);
  return hasLoneReturns(head) ? text.replaceAll('\r', '\n') : text;
}

function decoded(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head);
  // The last character may be cut in two.
  const cut = head.subarray(0, Math.max(0, head.lastIndexOf(10) + 1));
  const valid = isUtf8(head) || (cut.length > 0 && isUtf8(cut));
  return new TextDecoder(valid ? 'utf-8' : 'latin1').decode(head);
}

function firstLine(head: Buffer, text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  if (/[^\P{Cc}\t\r]|\ufffd/u.test(line.slice(0, 200))) {
    return `binary data (${head
      .subarray(0, 16)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 ')} …)`;
  }
  const shown = line.trim();
  return shown.length > 120 ? `"${shown.slice(0, 120)}…"` : `"${shown}"`;
}
