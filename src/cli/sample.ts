import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, createLiveWriter, manifestFile } from '../simulate/index.ts';

/** How often made-up servers write. */
const everySeconds = 60;

/** Whether a whole simulation is in the directory, one that a server can read. */
export const isWhole = (directory: string): boolean =>
  [manifestFile, configFile].every((name) => existsSync(join(directory, name)));

/**
 * The made-up servers go on writing until the returned function is called; what they missed since they last did comes first.
 * Where they cannot write, they stop and `onProblem` is told why: the next start goes on from what was saved.
 */
export function keepWriting(directory: string, onProblem: (problem: string) => void): () => void {
  const writer = createLiveWriter(directory);
  const write = (): void => {
    try {
      writer.advance(Date.now());
    } catch (error) {
      clearInterval(timer);
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const timer = setInterval(write, everySeconds * 1000);
  write();
  return () => {
    clearInterval(timer);
    writer.close();
  };
}
