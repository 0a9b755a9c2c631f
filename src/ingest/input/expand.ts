import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { InputError, inputErrorOf, systemCode } from './errors.ts';
import { fileInput, standardInput, type Input } from './source.ts';

/**
 * What the user named, as inputs: files, glob patterns, directories (all files in them, but hidden ones), `-` for standard
 * input. Each file once, in the order of the arguments; those of a pattern or directory by name, numbers by value
 * (`log.2` before `log.10`).
 *
 * @throws InputError when an argument names nothing.
 */
export async function expandInputs(names: readonly string[], stdin: Readable): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  const seen = new Set<string>();
  try {
    for (const name of names) {
      if (name === '-') {
        if (!seen.has(name)) inputs.push(await standardInput(stdin));
        seen.add(name);
        continue;
      }
      for (const path of await filesOf(name)) {
        const real = await realpath(path);
        if (seen.has(real)) continue;
        seen.add(real);
        inputs.push(await fileInput(path));
      }
    }
  } catch (error) {
    for (const input of inputs) await input.close();
    throw inputErrorOf(error, names.join(', '));
  }
  return inputs;
}

/**
 * The paths that a name stands for, in order; the files are not opened.
 * @throws InputError when it names nothing
 */
export async function filesOf(name: string): Promise<readonly string[]> {
  const found = await kindOf(name);
  // A file whose name has a bracket or star in it is that file.
  if (found === 'file') return [name];
  if (found === 'directory') {
    const paths = await glob('**', { cwd: name, onlyFiles: true });
    if (paths.length === 0) {
      throw new InputError(
        'not-found',
        `${name}: no files in this directory`,
        'Name the directory that holds the logs.',
      );
    }
    return inOrder(paths).map((path) => join(name, path));
  }
  if (!isDynamicPattern(name)) {
    throw new InputError('not-found', `${name}: no such file or directory`, 'Check the path.');
  }
  const paths = await glob(name, { onlyFiles: true, absolute: isAbsolute(name), expandDirectories: false });
  if (paths.length === 0) {
    throw new InputError(
      'not-found',
      `${name}: no file matches this pattern`,
      'Check the pattern; quote it for the shell.',
    );
  }
  return inOrder(paths);
}

async function kindOf(path: string): Promise<'file' | 'directory' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return 'nothing';
    throw inputErrorOf(error, path);
  }
}

function inOrder(paths: readonly string[]): readonly string[] {
  return [...paths].sort(new Intl.Collator('en', { numeric: true }).compare);
}
