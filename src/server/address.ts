import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Where the server that has a data directory open can be reached, and a token for whoever may read that directory: written
 * by the server into the directory, readable by its owner only, so that the command line can go through the server.
 */
const addressSchema = z.object({ pid: z.int(), url: z.url(), token: z.string() });
export type ServerAddress = z.output<typeof addressSchema>;

const fileIn = (directory: string): string => join(directory, 'server.json');

export function writeAddress(directory: string, address: ServerAddress): void {
  rmSync(fileIn(directory), { force: true });
  writeFileSync(fileIn(directory), `${JSON.stringify(address)}\n`, { mode: 0o600 });
}

export function removeAddress(directory: string): void {
  rmSync(fileIn(directory), { force: true });
}

/** The address of the running server of that directory; undefined when none runs or it cannot be read. */
export function readAddress(directory: string): ServerAddress | undefined {
  let text: string;
  try {
    text = readFileSync(fileIn(directory), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
  const result = addressSchema.safeParse(JSON.parse(text));
  return result.success && isRunning(result.data.pid) ? result.data : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
