import { basename } from 'node:path';

/** The name of a source whose log does not name its host: the file's name without folder and endings. */
export function sourceNameOf(file: string): string {
  const name = basename(file).replace(/\.gz$/i, '');
  const short = name.replace(/(?<=.)\.[A-Za-z]{1,5}$/, '');
  return short === '' || short === '-' ? 'stdin' : short;
}
