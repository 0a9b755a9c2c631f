import type { Readable } from 'node:stream';
import type { Snapshot } from '../snapshot.ts';

/** A form in which a snapshot becomes a file. What draws it is loaded when it is opened: the command line names all forms at every start. */
export interface FileOutlet {
  readonly name: string;
  /** What it is, for help and mails. */
  readonly help: string;
  /** Without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** The file's bytes. Throws `ShareError`. */
  readonly open: (snapshot: Snapshot, options?: OutletOptions) => Promise<Readable>;
}

export interface OutletOptions {
  /** Title of the one panel that is written, where a file holds one. */
  readonly table?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
