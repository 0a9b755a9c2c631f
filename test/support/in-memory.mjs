import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../scripts/is-running.mjs';

const memory = '/dev/shm';
const prefix = 'license-analytics-tests-';
const enough = 6e9;

/**
 * Folders of tests are in memory where the machine has enough of it (Linux): to make the small files of an insert costs four times the
 * insert itself on a disk. Whoever names a folder by TMPDIR gets that one.
 */
export default () => {
  if (process.env.TMPDIR !== undefined || !isRoomy()) return;
  for (const name of readdirSync(memory)) {
    // Of a run that was ended before it could tidy up.
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length))))
      rmSync(join(memory, name), { recursive: true, force: true });
  }
  const folder = join(memory, `${prefix}${process.pid}`);
  mkdirSync(folder);
  process.env.TMPDIR = folder;
};

function isRoomy() {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > enough && freemem() > enough;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
