import type { Frame } from '../engine/frame.ts';
import type { PartAnswer, QueryAnswer } from './service.ts';

/** Values of one column that become text at once: large answers are never one string, and the event loop stays free. */
const slice = 10_000;

/** The JSON text of an answer, piece by piece. */
export function* answerText(answer: QueryAnswer): Generator<string> {
  yield '{"results":{';
  let separator = '';
  for (const [refId, part] of Object.entries(answer.results)) {
    yield `${separator}${JSON.stringify(refId)}:`;
    yield* partText(part, refId);
    separator = ',';
  }
  yield '}}';
}

function* partText(part: PartAnswer, refId: string): Generator<string> {
  if (!('frames' in part)) {
    yield JSON.stringify(part);
    return;
  }
  yield `{"status":${part.status},"frames":[`;
  let separator = '';
  for (const frame of part.frames) {
    yield separator;
    yield* frameText(frame, refId);
    separator = ',';
  }
  yield ']}';
}

function* frameText(frame: Frame, refId: string): Generator<string> {
  yield `{"schema":${JSON.stringify({ ...frame.schema, refId })},"data":{"values":[`;
  let separator = '';
  for (const column of frame.data.values) {
    yield `${separator}[`;
    for (let start = 0; start < column.length; start += slice) {
      const text = JSON.stringify(column.slice(start, start + slice)).slice(1, -1);
      yield start === 0 ? text : `,${text}`;
    }
    yield ']';
    separator = ',';
  }
  yield ']}}';
}
