import type { Question } from '../query/question.ts';
import type { FieldValue } from './frame.ts';

/** Whether a row's value passes the question's threshold; what is unknown passes none. */
export function passes(question: Question, value: FieldValue | undefined): boolean {
  const { having } = question;
  if (having === undefined) return true;
  if (typeof value !== 'number' || (having.below !== undefined && value >= having.below)) return false;
  switch (having.operator) {
    case '>=':
      return value >= having.value;
    case '>':
      return value > having.value;
    case '<=':
      return value <= having.value;
    case '<':
      return value < having.value;
    case '=':
      return value === having.value;
    case '!=':
      return value !== having.value;
  }
}
