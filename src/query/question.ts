/** The question language, as the other parts import it. */
export { QuestionError } from './errors.ts';
export type { QuestionErrorCode } from './errors.ts';
export { answerColumns, canTally, namedPair, parseQuestion, usualOrder, whyImpossible } from './parse.ts';
export type { Order, OrderKey } from './order.ts';
export * from './schema.ts';
