import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The process that has this store's directory open, if it is another one. The engine locks the file `status` and writes its
 * process number into it, but says "Failed to create connection" to whoever comes second.
 */
export function lockHolder(directory: string): number | undefined {
  const written = writtenHolder(directory);
  if (written === undefined || written === process.pid || !isAlive(written)) return undefined;
  // Where the kernel lists its locks, ask it: the process number may belong to somebody else by now.
  const locked = lockedInodes();
  return locked === undefined || locked.has(statSync(join(directory, 'status')).ino) ? written : undefined;
}

function writtenHolder(directory: string): number | undefined {
  const pid = /^PID: (\d+)/.exec(readIfThere(join(directory, 'status')) ?? '')?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Inodes with a lock of any kind on this machine; undefined where the kernel does not list them (macOS). */
function lockedInodes(): ReadonlySet<number> | undefined {
  const lines = readIfThere('/proc/locks');
  if (lines === undefined) return undefined;
  return new Set(Array.from(lines.matchAll(/[0-9a-f]+:[0-9a-f]+:(\d+) /g), ([, inode]) => Number(inode)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
