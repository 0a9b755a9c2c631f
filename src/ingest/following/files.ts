import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { filesOf, InputError, inputErrorOf } from '../input.ts';
import { systemCode } from '../input/errors.ts';

/** What tells, without opening a file, that nothing was written to it. */
export interface Stamp {
  readonly inode: number;
  readonly size: number;
  /** Last written, milliseconds. */
  readonly written: number;
}

export type FoundFile = {
  readonly path: string;
  /** Which list of names covers it. */
  readonly source: number;
} & ({ readonly stamp: Stamp; readonly error?: undefined } | { readonly error: InputError });

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** For each list, names that stand for nothing now. */
  readonly problems: readonly (readonly { readonly name: string; readonly error: InputError }[])[];
}

/** The files that lists of names stand for now, each once: a file that several cover belongs to the first. */
export async function findFiles(lists: readonly (readonly string[])[]): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const seen = new Set<string>();
  const problems: { name: string; error: InputError }[][] = [];
  for (const [source, names] of lists.entries()) {
    const own: { name: string; error: InputError }[] = [];
    problems.push(own);
    for (const name of names) {
      let paths: readonly string[] = [];
      try {
        paths = await filesOf(name);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        own.push({ name, error });
      }
      for (const path of paths) {
        const found = await lookAt(path, source);
        if (found === undefined) continue;
        // A link beside its file is the same file.
        const key = found.error === undefined && found.inode !== '' ? found.inode : path;
        if (seen.has(key)) continue;
        seen.add(key);
        files.push(found.file);
      }
    }
  }
  return { files, problems };
}

type LookedAt =
  | { readonly file: FoundFile; readonly error?: undefined; readonly inode: string }
  | { readonly file: FoundFile; readonly error: true };

async function lookAt(path: string, source: number): Promise<LookedAt | undefined> {
  let found: Stats;
  try {
    found = await stat(path);
  } catch (error) {
    // Gone between the listing and the look.
    if (systemCode(error) === 'ENOENT') return undefined;
    return { file: { path, source, error: inputErrorOf(error, path) }, error: true };
  }
  const { dev, ino, size, mtimeMs } = found;
  return {
    file: { path, source, stamp: { inode: ino, size, written: mtimeMs } },
    // Some network file systems have no numbers of their own.
    inode: ino === 0 ? '' : `${dev}:${ino}`,
  };
}

export function isSameStamp(a: Stamp | undefined, b: Stamp): boolean {
  return a !== undefined && a.inode === b.inode && a.size === b.size && a.written === b.written;
}
