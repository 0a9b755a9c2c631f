/**
 * From what the user named to a format's reader: expand names to inputs, recognise the format, feed it the lines.
 */
import { IANAZone } from 'luxon';
import type { Format, FormatSurvey, ReaderSink, SourceContext } from './format.ts';
import { InputError, inputErrorOf } from './input/errors.ts';
import { lineBlocks } from './input/lines.ts';
import type { Input } from './input/source.ts';

export { decodeHead, detectFormat, type DetectedFormat } from './input/detect.ts';
export { InputError, inputErrorOf, type InputErrorCode } from './input/errors.ts';
export { expandInputs, filesOf } from './input/expand.ts';
export { lineBlocks, longestLine, type LineBlock, type LineOptions } from './input/lines.ts';
export { fileInput, headBytes, standardInput, type Input } from './input/source.ts';

/** How far the reading of one input has got. */
export interface ReadPosition {
  /** `survey` is the first of two passes: lines are looked at, nothing is reported yet. */
  readonly pass: 'survey' | 'read';
  /** Whole lines read in this pass. */
  readonly lines: number;
  /** Offset (decompressed bytes) after the last of them. */
  readonly offset: number;
  /** Bytes of the disk read in this pass, of `input.size`. */
  readonly bytes: number;
  /** Whether the last line ended with a newline. */
  readonly complete: boolean;
}

/** Called after each block of lines (some thousands); reading goes on when it resolves, so storing can keep pace. */
export type AfterBlock = (position: ReadPosition) => Promise<void> | void;

/**
 * Reads one input with a format: survey first where the format has one, then the reader, up to the byte that the survey
 * saw. The end of the file is reported to the reader, too. An error while reading leaves what was reported valid.
 *
 * @throws InputError when the input cannot be read (to its end).
 */
export async function readInput(
  input: Input,
  format: Format,
  context: SourceContext,
  sink: ReaderSink,
  afterBlock: AfterBlock,
): Promise<ReadPosition> {
  requireTimezone(context.timezone);
  const survey = format.survey?.(context);
  let until = Infinity;
  let damage: InputError | undefined;
  if (survey !== undefined) {
    try {
      until = (await feed(input, survey, 'survey', Infinity, afterBlock)).offset;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // A file that is damaged somewhere still has all its lines before that; the second pass stops at the same place.
      damage = error;
    }
  }
  const reader = survey === undefined ? format.open({ ...context, sink }) : survey.open(sink);
  const onCut = (number: number): void => sink.notice(`line ${number} is longer than 1 MB and was cut`);
  let position: ReadPosition | undefined;
  try {
    position = await feed(input, reader, 'read', until, afterBlock, onCut);
  } catch (error) {
    // Not what the sink or the store threw: after that nothing more must be reported.
    if (!(error instanceof InputError)) throw error;
    damage = error;
  }
  reader.end();
  if (damage !== undefined || position === undefined) throw inputErrorOf(damage, input.name);
  return position;
}

/** @throws InputError when there is no time zone of that name */
export function requireTimezone(name: string): void {
  if (IANAZone.isValidZone(name)) return;
  throw new InputError(
    'unknown-timezone',
    `there is no time zone "${name}": expected an IANA name such as Europe/Madrid or UTC`,
    'Give the time zone of the license server with --timezone.',
  );
}

async function feed(
  input: Input,
  to: Pick<FormatSurvey, 'line'>,
  pass: ReadPosition['pass'],
  until: number,
  afterBlock: AfterBlock,
  onCut?: (line: number) => void,
): Promise<ReadPosition> {
  let position: ReadPosition = { pass, lines: 0, offset: 0, bytes: 0, complete: true };
  for await (const block of lineBlocks(input, { until })) {
    const { lines, firstNumber } = block;
    for (let i = 0; i < lines.length; i++) to.line(lines[i] ?? '', firstNumber + i);
    for (const number of block.cut) onCut?.(number);
    position = {
      pass,
      lines: firstNumber + lines.length - 1,
      offset: block.ends[lines.length - 1] ?? position.offset,
      bytes: block.read,
      complete: block.complete,
    };
    await afterBlock(position);
  }
  return position;
}
