import type { Dialect } from './questions.ts';

/** Something that a user could keep the same rows in instead. */
export interface Database {
  readonly name: string;
  /** Version, and what was set. */
  readonly about: string;
  /** Until the rows are in it, indexes included. */
  readonly loadSeconds: number;
  readonly bytes: number;
  readonly dialect: Dialect;
  /** Milliseconds of each time, and the rows as they came. Throws when it is not answered within two minutes. */
  ask(
    sql: string,
    times: number,
  ): Promise<{ readonly milliseconds: readonly number[]; readonly rows: readonly (readonly unknown[])[] }>;
  close(): Promise<void>;
}
