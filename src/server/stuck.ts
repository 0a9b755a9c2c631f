import { readFileSync, readdirSync } from 'node:fs';

const segv = 1n << 10n;
const term = 1n << 14n;

/**
 * Whether a thread of that process has crashed and hangs: the engine's crash handler waits up to 300 s before the process
 * ends. While a thread is in the handler, the signals of crashes are blocked in it (bit 10: SIGSEGV) and SIGTERM (bit 14) is
 * not; helper threads block either both or neither. False where the kernel does not tell (macOS).
 */
export function hasCrashed(pid: number): boolean {
  const folder = `/proc/${pid}/task`;
  for (const thread of entries(folder)) {
    const mask = /^SigBlk:\s*([0-9a-f]+)/m.exec(text(`${folder}/${thread}/status`))?.[1];
    if (mask === undefined) continue;
    const blocked = BigInt(`0x${mask}`);
    if ((blocked & segv) !== 0n && (blocked & term) === 0n) return true;
  }
  return false;
}

// Threads and processes end while they are looked at: what is gone has not crashed.
function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
