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
    if (error instanceof QuestionError && error.code === 'invalidTime') {
      // Its message begins with the fields, which have the names of the options, and may end with what to do.
      const message = error.message.replace(/^from, to:/, 'from, --to:');
      throw new UsageError(`--${message}${/, found .*\. \S/.test(message) ? '' : ' Correct it.'}`);
    }
    throw error;
  }
}
