import type { Input } from '../input.ts';
import { lineBlocks } from '../input/lines.ts';
import { deafSink, type FollowedReading, type Format, type ReaderSink, type SourceContext } from '../format.ts';
import { fileContext, sourceContext, type IngestFile, type IngestOptions } from '../pipeline.ts';
import { findFile } from '../pipeline/readings.ts';
import type { EventStream, GoingOn } from '../pipeline/stream.ts';
import { printsOf } from './fingerprint.ts';
import type { FollowPoint, FollowState } from './state.ts';

/** A file that is followed, and what is to be read of it now. */
export interface FollowedFile extends IngestFile {
  /** Where it was read to; absent: it is read from its first line. */
  readonly from?: FollowPoint;
  /** Another file takes its place: tells what the daemons did last, which a start in that other file asks for. */
  readonly handsOver: boolean;
  /** Nobody writes to it any more: a last line without its newline is one, too. */
  readonly isComplete: boolean;
  /** The file is not there any more: there is nothing to read but what it hands over, and no point to keep. */
  readonly isGone?: true;
}

/** What a file is read with; a change of it means another reading. */
export function readingContext(
  { format, source = {} }: Pick<IngestFile, 'format' | 'source'>,
  options: IngestOptions,
): string {
  const { timezone, server = '', account = '', formatOptions = {} } = { ...options, ...source };
  return JSON.stringify([format.name, timezone, server, account, formatOptions]);
}

/** The lines of one pass over a slice. */
interface Slice {
  readonly input: Input;
  readonly start: { readonly offset: number; readonly number: number };
  /** A last line without newline counts. */
  readonly isComplete: boolean;
}

/** Offset and number of the last line that a pass went over. */
interface End {
  readonly offset: number;
  readonly lines: number;
}

export interface ReadSlice {
  /** Where the file is read to now; absent while nothing of it could be read. */
  readonly point: FollowPoint | undefined;
  /** Whole lines that wait for what comes after them. */
  readonly waiting: number;
}

/**
 * Reads what a file has gained since the point it was read to; the lines are stored when the ingest of `stream` is concluded.
 * @throws InputError when the file cannot be read (to its end)
 */
export async function readSlice(
  stream: EventStream,
  file: FollowedFile,
  given: IngestOptions,
  tell: (bytes: number) => void,
): Promise<ReadSlice> {
  const options = { ...given, ...file.source };
  const { input, format, from } = file;
  const context = sourceContext(input.name, options);
  let begun = await begin(file, context, from?.state);
  if (begun.goingOn.part !== undefined && (await goesFurtherBack(begun))) {
    begun = await begin(file, context, from === undefined ? undefined : { ...from.state, reader: undefined });
  }
  const { slice, reading, last, end, goingOn } = begun;
  const newest = Math.min(last, end.lines);
  const waiting = end.lines - newest;
  if (newest <= (from?.lines ?? 0) && (from === undefined || !file.handsOver)) {
    const isMoved = from !== undefined && from.file !== input.name;
    return { point: isMoved ? { ...from, file: input.name } : from, waiting };
  }
  const former = from?.state.reading;
  const sink = stream.open(fileContext(input.name, format, options), former ?? (await findFile(input)), {
    ...goingOn,
    ...(former !== undefined && { counts: new Map(former.sources.map((counts) => [counts.server, counts])) }),
  });
  const reader = reading.open(sink);
  const reached = await pass(
    slice,
    { until: end.offset, last },
    {
      line: (text, number) => {
        reader.line(text, number);
      },
      cut: (number) => {
        if (number > (from?.lines ?? 0)) sink.notice(`line ${number} is longer than 1 MB and was cut`);
      },
      after: async (bytes) => {
        options.signal?.throwIfAborted();
        await stream.drain(false);
        tell(bytes);
      },
    },
  );
  const { state, reportedTo = reached.lines } = reader.pause();
  if (file.handsOver) reader.end();
  const { part, reading: counted } = await stream.endSlice();
  const { tail, fingerprint } = await printsOf(input, reached.offset);
  const isByteText = !(await isUtf16(input));
  const point: FollowPoint = {
    file: input.name,
    server: part.server,
    fingerprint,
    ...reached,
    state: {
      version: 1,
      format: format.name,
      context: readingContext(file, given),
      tail,
      // Lines of UTF-16 are told by the mark at the file's start.
      ...(state !== undefined && isByteText && { reader: state }),
      reportedTo,
      reading: counted.state(),
      part: {
        server: part.server,
        sources: part.sources.map((one) => ({ ...one, lines: one.lines.map((line) => [...line]) })),
      },
    },
  };
  return { point, waiting };
}

interface Begun {
  readonly slice: Slice;
  readonly reading: FollowedReading;
  /** The last line that can be read now. */
  readonly last: number;
  /** Where the look at the slice ended: what is appended meanwhile comes next time. */
  readonly end: End;
  readonly goingOn: Partial<GoingOn>;
}

/** The first pass: which lines there are, and what the format must see before it reads them. */
async function begin(
  { input, format, from, isComplete }: FollowedFile,
  context: SourceContext,
  state: FollowState | (Omit<FollowState, 'reader'> & { reader: undefined }) | undefined,
): Promise<Begun> {
  const reader = format.follow === undefined ? undefined : state?.reader;
  const goesOn = reader !== undefined && from !== undefined;
  const start = goesOn ? { offset: from.offset, number: from.lines + 1 } : { offset: 0, number: 1 };
  const reading = format.follow?.(context, reader) ?? wholeReading(format, context);
  const slice = { input, start, isComplete };
  const end = await pass(
    slice,
    { until: Infinity, last: Infinity },
    { line: (text, number) => reading.survey?.(text, number) },
  );
  return {
    slice,
    reading,
    last: isComplete ? Infinity : reading.settled(),
    end,
    goingOn: state === undefined ? {} : goesOn ? { part: state.part, lines: from.lines } : { lines: state.reportedTo },
  };
}

/**
 * Whether the slice has lines of seconds so far back that it is no longer known how often they stood in the file: then all of
 * it has to be read again to tell equal lines from copies.
 */
async function goesFurtherBack({ slice, reading, last, end, goingOn }: Begun): Promise<boolean> {
  const known = new Map(goingOn.part?.sources.map(({ server, from }) => [server, from ?? -Infinity]));
  let isFirstPart = true;
  let found = false;
  const sink: ReaderSink = {
    ...deafSink,
    event: ({ server, time, kind }) => {
      if (isFirstPart && kind !== 'seen' && Math.floor(time / 1000) < (known.get(server) ?? -Infinity)) found = true;
    },
    part: () => {
      isFirstPart = false;
    },
  };
  const reader = reading.open(sink);
  await pass(
    slice,
    { until: end.offset, last },
    {
      line: (text, number) => {
        if (!found) reader.line(text, number);
      },
    },
  );
  reader.pause();
  return found;
}

interface Visitor {
  readonly line: (text: string, number: number) => void;
  readonly cut?: (number: number) => void;
  readonly after?: (bytes: number) => Promise<void>;
}

/** Goes over the whole lines of a slice, up to a byte and to a line. */
async function pass(
  { input, start, isComplete }: Slice,
  { until, last }: { readonly until: number; readonly last: number },
  { line, cut, after }: Visitor,
): Promise<End> {
  let end: End = { offset: start.offset, lines: start.number - 1 };
  if (until <= start.offset) return end;
  for await (const { lines, firstNumber, ends, read, complete, cut: cutLines } of lineBlocks(input, { start, until })) {
    if (!complete && !isComplete) break;
    const count = Math.min(lines.length, last - firstNumber + 1);
    for (let i = 0; i < count; i++) line(lines[i] ?? '', firstNumber + i);
    for (const number of cutLines) cut?.(number);
    if (count > 0) end = { offset: ends[count - 1] ?? end.offset, lines: firstNumber + count - 1 };
    await after?.(read);
    if (count < lines.length) break;
  }
  return end;
}

/** A format that cannot go on: its file is read from the first line. */
function wholeReading(format: Format, context: SourceContext): FollowedReading {
  const survey = format.survey?.(context);
  return {
    ...(survey !== undefined && {
      survey: (text: string, number: number) => {
        survey.line(text, number);
      },
    }),
    settled: () => Infinity,
    open(sink) {
      const reader = survey?.open(sink) ?? format.open({ ...context, sink });
      let ended = false;
      const end = (): void => {
        if (!ended) reader.end();
        ended = true;
      };
      return {
        line: (text, number) => {
          reader.line(text, number);
        },
        end,
        pause() {
          end();
          return {};
        },
      };
    },
  };
}

async function isUtf16(input: Input): Promise<boolean> {
  const head = await input.head(2);
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}
