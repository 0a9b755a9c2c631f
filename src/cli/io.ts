/** Where a command writes: standard output is for the answer only, everything else goes to standard error. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** A person watches standard error: progress bars may be drawn. */
  readonly interactive: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** All of standard input, as text. */
  readStdin(): Promise<string>;
}

/** The command was called in a way that makes no sense; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
