/** Why an input cannot be read. `message` says what was expected and found; `advice` what to do. */
export class InputError extends Error {
  readonly code: InputErrorCode;
  readonly advice: string;

  constructor(code: InputErrorCode, message: string, advice: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'InputError';
    this.code = code;
    this.advice = advice;
  }
}

export type InputErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'damaged'
  | 'empty'
  | 'unknown-format'
  | 'unknown-timezone'
  | 'wrong-format'
  | 'not-supported';

/** What the operating system (or zlib) says, in our words. */
export function inputErrorOf(error: unknown, file: string): InputError {
  if (error instanceof InputError) return error;
  const code = systemCode(error);
  const text = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'ENOENT':
      return new InputError('not-found', `${file}: no such file or directory`, 'Check the path.', error);
    case 'EACCES':
    case 'EPERM':
      return new InputError(
        'not-readable',
        `${file}: no permission to read it`,
        'Run as a user who may read it.',
        error,
      );
    case 'Z_BUF_ERROR':
      return new InputError(
        'damaged',
        `${file}: the compressed file ends too early; the lines before that were read`,
        'Copy it again when its writer has finished: what was stored already is not counted twice.',
        error,
      );
    case 'Z_DATA_ERROR':
      return new InputError(
        'damaged',
        `${file}: the compressed data are damaged (${text}); the lines before that were read`,
        'Copy it again from its origin: what was stored already is not counted twice.',
        error,
      );
    default:
      return new InputError('not-readable', `${file}: cannot be read (${text})`, 'Check the file and its disk.', error);
  }
}

/** `ENOENT` and the like; '' when the error has no code. */
export function systemCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
