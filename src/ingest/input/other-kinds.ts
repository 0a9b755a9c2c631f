import type { InputErrorCode } from './errors.ts';

/** A kind of file that is known but is no stream of events we can read. */
export interface OtherKind {
  readonly code: InputErrorCode;
  /** With its article: "this is …". */
  readonly what: string;
  readonly advice: string;
}

interface KnownKind extends OtherKind {
  /** Refused whatever else its bytes look like: what is packed in it may be lines of a log, word for word. */
  readonly isArchive?: true;
  matches(head: Buffer, text: string, file: string): boolean;
}

const magic =
  (...bytes: readonly number[]) =>
  (head: Buffer): boolean =>
    bytes.every((byte, index) => head[index] === byte);

/** Whether the first line is a header with these columns, and none that says when something happened. */
function hasColumns(text: string, wanted: readonly string[]): boolean {
  const header = (/^\ufeff?\s*(.*)/.exec(text)?.[1] ?? '').toLowerCase();
  const columns = header.split(/[,;\t]/).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  return wanted.every((name) => columns.includes(name)) && !columns.some((name) => /time|date|kind/.test(name));
}

const unpack = 'Unpack it first, and name the files in it (gzip of one file is read as it is).';

/** The first block of a tar file, with or without the later `ustar` mark: bytes 148 to 155 hold the sum of all others. */
function isTar(head: Buffer): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const sum = parseInt(head.subarray(148, 156).toString('latin1').replaceAll('\0', ' ').trim(), 8);
  let found = 8 * 32;
  for (let i = 0; i < 512; i++) if (i < 148 || i > 155) found += head[i] ?? 0;
  return found === sum;
}

/** First match wins. Texts: docs/formats.md#files-that-are-known-and-not-read. */
const kinds: readonly KnownKind[] = [
  {
    code: 'not-supported',
    what: 'an lmstat output (a snapshot of one moment)',
    advice: 'lmstat outputs cannot be read yet. Ingest the debug log of the server instead (lmgrd -l FILE).',
    matches: (_head, text) =>
      /^(?:lmutil|lmstat) (?:- Copyright|v[\d.]+ build)/m.test(text) ||
      text.includes('Flexible License Manager status on ') ||
      /^NOTE: lmstat -i does not give/m.test(text),
  },
  {
    code: 'not-supported',
    what: 'an RLM report log',
    advice: 'RLM logs cannot be read yet. Export the events as CSV or NDJSON and ingest those.',
    matches: (_head, text) => /^RLM Report Log Format/m.test(text),
  },
  {
    code: 'not-supported',
    what: 'an RLM debug log',
    advice: 'RLM logs cannot be read yet. Export the events as CSV or NDJSON and ingest those.',
    matches: (_head, text) => /^\d\d\/\d\d \d\d:\d\d \([\w-]+\) /m.test(text),
  },
  {
    code: 'wrong-format',
    what: 'a FlexNet license file',
    advice: 'Load it as entitlements: license-analytics entitlements load FILE.',
    matches: (_head, text) =>
      /^[ \t]*(?:FEATURE|INCREMENT|PACKAGE|UPGRADE)[ \t]+\S+[ \t]+\S+/m.test(text) &&
      !/^ ?\d{1,2}:\d\d:\d\d \(/m.test(text),
  },
  {
    code: 'wrong-format',
    what: 'a list of entitlements (CSV)',
    advice: 'Load it as entitlements: license-analytics entitlements load FILE.',
    matches: (_head, text) => hasColumns(text, ['feature', 'quantity']),
  },
  {
    code: 'wrong-format',
    what: 'a mapping of accounts or products (CSV)',
    advice: 'Load it as a mapping: license-analytics accounts load FILE.',
    matches: (_head, text) => hasColumns(text, ['field', 'pattern']),
  },
  {
    code: 'not-supported',
    what: 'a FlexNet report log (.rl), which is encrypted',
    advice:
      'Only the vendor’s own tools can read report logs. Ingest the debug log instead (DEBUGLOG in the options file), or export the report as CSV.',
    matches: (head, text, file) => /\.rl(?:\.gz)?$/i.test(file) || (head[0] === 35 && /^#?\s*REPORTLOG/i.test(text)),
  },
  {
    code: 'wrong-format',
    isArchive: true,
    what: 'a ZIP archive',
    advice: unpack,
    matches: magic(0x50, 0x4b, 0x03, 0x04),
  },
  {
    code: 'wrong-format',
    isArchive: true,
    what: 'an xz archive',
    advice: unpack,
    matches: magic(0xfd, 0x37, 0x7a, 0x58, 0x5a),
  },
  { code: 'wrong-format', isArchive: true, what: 'a bzip2 archive', advice: unpack, matches: magic(0x42, 0x5a, 0x68) },
  {
    code: 'wrong-format',
    isArchive: true,
    what: 'a Zstandard archive',
    advice: unpack,
    matches: magic(0x28, 0xb5, 0x2f, 0xfd),
  },
  { code: 'wrong-format', isArchive: true, what: 'a tar archive', advice: unpack, matches: isTar },
];

/** What a file is, when it is something known that cannot be read as events. */
export function otherKind(head: Buffer, text: string, file: string): OtherKind | undefined {
  return kinds.find((kind) => kind.matches(head, text, file));
}

/** An archive that has to be unpacked first. */
export function archiveOf(head: Buffer): OtherKind | undefined {
  return kinds.find((kind) => kind.isArchive === true && kind.matches(head, '', ''));
}
