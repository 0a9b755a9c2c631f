import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';

/** A PDF as its reader, and whoever looks into the file, gets it. */
export interface ReadPdf {
  /** Title, creator, dates and whatever else it says about itself. */
  readonly info: Readonly<Record<string, unknown>>;
  /** XMP, as XML. */
  readonly metadata: string | null;
  readonly pages: readonly ReadPdfPage[];
  readonly scripts: unknown;
  readonly openAction: unknown;
  readonly attachments: unknown;
  readonly outline: unknown;
}

export interface ReadPdfPage {
  readonly text: string;
  /** Width and height, points (1/72 inch). */
  readonly size: readonly [number, number];
  /** How high above the lower edge each text stands, points. */
  readonly lines: readonly number[];
  readonly annotations: readonly {
    readonly subtype: string;
    readonly url?: string;
    readonly unsafeUrl?: string;
  }[];
  readonly scripts: unknown;
  /** What those who hear the page are told of its pictures. */
  readonly alternatives: readonly string[];
}

/** Reads a PDF with Mozilla's pdf.js. Throws for what is none. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const reader = spawn(process.execPath, [resolve('test/support/read-pdf.mjs')]);
  reader.stdin.end(bytes);
  const ended = new Promise<number | null>((done) => reader.on('close', done));
  const [out, err, code] = await Promise.all([text(reader.stdout), text(reader.stderr), ended]);
  if (code !== 0) throw new Error(`The PDF cannot be read: ${err}`);
  return JSON.parse(out) as ReadPdf;
}

/** Every byte of a PDF as one text, with its compressed streams unpacked. */
export function unpackedPdf(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes).toString('latin1');
  const streams = [...raw.matchAll(/\/FlateDecode[^]*?stream\r?\n([^]*?)\r?\nendstream/g)];
  return [raw, ...streams.map(([, packed = '']) => inflateSync(Buffer.from(packed, 'latin1')).toString('latin1'))].join(
    '\n',
  );
}
