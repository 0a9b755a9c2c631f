import { QuestionError } from '../query/errors.ts';
import { UsageError } from './io.ts';

/**
 * Reads what options of the command line say: a time that cannot be read is a mistake of the option whose name it has. Throws
 * `UsageError` in place of `QuestionError`.
 */
export function asOption<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    // Its message begins with the name of the field, which is that of the option.
    if (error instanceof QuestionError && error.code === 'invalidTime') {
      const todo = /(?:[.!?]) [A-Z][^.]*\.$/.test(error.message) ? '' : ' Correct it.';
      throw new UsageError(`--${error.message}${todo}`);
    }
    throw error;
  }
}
