import { parseUntil } from '../../query/time.ts';

/** How long a snapshot stays, whole seconds; `never` is 0. The same words as for links. Throws `QuestionError`. */
export function lifetime(text: string, now = Date.now()): number {
  return text === 'never' ? 0 : Math.ceil((parseUntil(text, now, 'UTC') - now) / 1000);
}
