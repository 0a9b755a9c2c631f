import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { inputErrorOf } from './errors.ts';

/** One thing to read: a file, or standard input. It can be opened again and again, since some formats read it twice. */
export interface Input {
  /** As the user named it; `-` is standard input. */
  readonly name: string;
  /** Bytes on the disk (compressed, where it is), for progress. */
  readonly size: number;
  readonly compressed: boolean;
  /**
   * The bytes, decompressed, from `start` (decompressed bytes). `read()` tells how many bytes of the disk were read.
   * @param until the caller wants no bytes from here on; there may be some
   */
  open(start?: number, until?: number): OpenInput;
  /** The first bytes, decompressed, zeros at the start left out (`lineBlocks`): what a format is recognised by. */
  head(bytes?: number): Promise<Buffer>;
  /** Removes what was put aside for it. */
  close(): Promise<void>;
}

export interface OpenInput {
  readonly stream: Readable;
  /** Bytes of the disk read so far. */
  read(): number;
}

export const headBytes = 65_536;
const chunkBytes = 262_144;

/** A file, plain or gzip (told by its first bytes, not by its name). */
export async function fileInput(path: string, name: string = path): Promise<Input> {
  try {
    const { size } = await stat(path);
    const compressed = await isGzip(path);
    return {
      name,
      size,
      compressed,
      open: (start, until) => openFile(path, compressed, start ?? 0, until),
      head: (bytes) => readHead(openFile(path, compressed, 0).stream, bytes ?? headBytes, name),
      close: () => Promise.resolve(),
    };
  } catch (error) {
    throw inputErrorOf(error, name);
  }
}

/** Standard input, put aside in a temporary file first: it may have to be read twice, and memory must not grow with it. */
export async function standardInput(stdin: Readable, name = '-'): Promise<Input> {
  const folder = await mkdtemp(join(tmpdir(), 'license-analytics-stdin-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'stdin');
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }));
    return { ...(await fileInput(path, name)), close: remove };
  } catch (error) {
    await remove();
    throw inputErrorOf(error, 'standard input');
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function openFile(path: string, compressed: boolean, start: number, until?: number): OpenInput {
  if (!compressed) {
    const end = until === undefined ? {} : { end: Math.max(start, until - 1) };
    const stream = createReadStream(path, { start, ...end, highWaterMark: chunkBytes });
    return { stream, read: () => start + stream.bytesRead };
  }
  const raw = createReadStream(path, { highWaterMark: chunkBytes });
  const unpacked = createGunzip({ chunkSize: chunkBytes });
  raw.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => raw.destroy());
  raw.pipe(unpacked);
  const stream = start === 0 ? unpacked : unpacked.pipe(skip(start));
  if (stream !== unpacked) {
    unpacked.on('error', (error) => stream.destroy(error));
    stream.on('close', () => unpacked.destroy());
  }
  return { stream, read: () => raw.bytesRead };
}

function skip(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const dropped = Math.min(left, chunk.length);
      left -= dropped;
      done(null, chunk.subarray(dropped));
    },
  });
}

async function readHead(stream: Readable, bytes: number, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const found = length === 0 ? withoutZeros(chunk) : chunk;
      chunks.push(found);
      length += found.length;
      if (length >= bytes) break;
    }
  } catch (error) {
    // A compressed file that is cut short still has a head.
    if (length === 0) throw inputErrorOf(error, name);
  }
  return Buffer.concat(chunks).subarray(0, bytes);
}

/** What follows the zeros that these bytes begin with. */
export function withoutZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(first < 0 ? bytes.length : first);
}
