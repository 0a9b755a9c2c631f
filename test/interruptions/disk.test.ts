import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entry } from '../support/built.ts';
import { byOne, differences, figuresOf } from './figures.ts';
import { run } from './processes.ts';
import { makeMaterial } from './scenarios.ts';

/** A file system of the test's own, in a mount namespace of its own, where the machine allows that (Linux). */
const mayMount = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;
const range = { from: '2026-05-01T00:00:00Z', to: '2026-07-15T00:00:00Z' };

const folder = mkdtempSync(join(tmpdir(), 'license-analytics-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the same command on a disk that is full, then large enough, then read-only, then not; $1: kilobytes at first. Where a deletion
 * meets the full disk, the engine waits for room without a word, however long: then somebody ends the process.
 */
const script = `
set -u
mount -t tmpfs -o size=$1k none "$2"
shift
disk=$1; kept=$2; shift 2
timeout -s KILL 45 "$@" --data "$disk/store" >"$kept/full" 2>&1; echo $? >>"$kept/codes"
timeout -s KILL 45 "$@" --data "$disk/store" >"$kept/still-full" 2>&1; echo $? >>"$kept/codes"
mount -o remount,size=1g "$disk"
"$@" --data "$disk/store" >"$kept/room" 2>&1; echo $? >>"$kept/codes"
mount -o remount,ro "$disk"
"$@" --data "$disk/store" >"$kept/read-only" 2>&1; echo $? >>"$kept/codes"
mount -o remount,rw "$disk"
"$@" --data "$disk/store" >"$kept/again" 2>&1; echo $? >>"$kept/codes"
cp -a "$disk/store" "$kept/store"
cat "$kept/codes" "$kept/full" "$kept/read-only"
`;

(mayMount ? it : it.skip)(
  'a disk that is full, or read-only, is said so; what was stored is there, once, when it no longer is',
  async () => {
    const { logs } = await makeMaterial(folder, 7);
    const whole = join(folder, 'whole');
    await run(['ingest', ...logs, '--data', whole]);
    const expected = await figuresOf(whole, range, byOne(0));
    const outcomes: number[] = [];
    // Side by side, since most of it is to wait until somebody ends what waits for room.
    const disks = await Promise.all(
      [2500, 3100].map(async (kilobytes) => {
        const [disk, kept] = [join(folder, `disk-${kilobytes}`), join(folder, `kept-${kilobytes}`)];
        for (const one of [disk, kept]) mkdirSync(one);
        const command = [process.execPath, entry, 'ingest', ...logs];
        const given = ['-Urm', 'sh', '-c', script, 'sh', String(kilobytes), disk, kept, ...command];
        const { stdout } = await promisify(execFile)('unshare', given, { encoding: 'utf8' });
        return { kept, stdout };
      }),
    );
    for (const { kept, stdout } of disks) {
      const [full, stillFull, room, readOnly, again] = stdout.split('\n').slice(0, 5).map(Number);
      expect([room, readOnly, again]).toEqual([0, 1, 0]);
      expect(stdout).toContain('Check that it is a directory that may be written to');
      if (full === 1) expect(stdout).toContain('Free some space on the disk that holds the store, then try again.');
      outcomes.push(full ?? -1, stillFull ?? -1);
      expect(differences(expected, await figuresOf(join(kept, 'store'), range, byOne(0)))).toEqual([]);
    }
    // The disks were in fact too small.
    expect(outcomes).toContain(1);
  },
  // A minute and a half of it is to wait.
  600_000,
);
