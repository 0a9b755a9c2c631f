import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What one file holds, counted while it is written. */
export interface FileFigures {
  readonly file: string;
  lines: number;
  bytes: number;
  /** Lines by event kind; everything else a log says is `noise`. */
  readonly kinds: Record<string, number>;
  first: number;
  last: number;
}

/** One file being written, in blocks, so that memory does not grow with it. */
export interface Sink {
  readonly figures: FileFigures;
  readonly descriptor: number;
  pending: string;
}

const block = 1 << 18;

export function newFigures(file: string): FileFigures {
  return { file, lines: 0, bytes: 0, kinds: {}, first: 0, last: 0 };
}

/**
 * Opens `figures.file` in `directory` to go on after its first `figures.bytes` bytes. What lies behind them was written by a
 * run that was killed before it saved its state; it is written again, byte for byte.
 */
export function openSink(directory: string, figures: FileFigures): Sink {
  const descriptor = openSync(join(directory, figures.file), figures.bytes === 0 ? 'w' : 'r+');
  ftruncateSync(descriptor, figures.bytes);
  return { figures, descriptor, pending: '' };
}

/** One line, newline included, said at `t`; or `count` lines of one kind at once. */
export function writeLine(sink: Sink, kind: string, t: number, text: string, count = 1): void {
  const { figures } = sink;
  sink.pending += text;
  figures.lines += count;
  figures.kinds[kind] = (figures.kinds[kind] ?? 0) + count;
  if (figures.first === 0) figures.first = t;
  if (t > figures.last) figures.last = t;
  if (sink.pending.length > block) flushSink(sink);
}

/** A line that is no record (a CSV header). */
export function writeHeader(sink: Sink, text: string): void {
  sink.pending += text;
}

export function flushSink(sink: Sink): void {
  const bytes = Buffer.from(sink.pending, 'utf8');
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(sink.descriptor, bytes, done, bytes.length - done, sink.figures.bytes + done);
  }
  sink.figures.bytes += bytes.length;
  sink.pending = '';
}

export function closeSink(sink: Sink): void {
  flushSink(sink);
  closeSync(sink.descriptor);
}
