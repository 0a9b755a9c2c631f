import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Real logs lie beside the project; tests that need them are skipped, with a message, where they do not. */
export const realLogs = resolve('..', 'shared', 'data');
export const haveRealLogs = existsSync(join(realLogs, 'README.md'));
if (!haveRealLogs) console.warn(`Tests on real logs are skipped: ${realLogs} is not there.`);

/** Figures of one feature as an independent reference worked them out, read from the folder's own README. */
export interface ReferenceFigures {
  readonly feature: string;
  readonly checkouts: number;
  readonly checkins: number;
  readonly peak: number;
  readonly average: number;
  readonly licenseSeconds: number;
  readonly clients: number;
  readonly denials: number;
  readonly resolved: number;
  readonly unresolved: number;
  readonly unknown: number;
  readonly unsupported: number;
}

/** The table of one log in the README of the real logs. */
export function referenceFigures(log: string): ReferenceFigures[] {
  const section = readFileSync(join(realLogs, 'README.md'), 'utf8').split(`## ${log}`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| feature'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const [resolved = 0, unresolved = 0, unknown = 0] = (cells[9] ?? '').split('/').map(Number);
      return {
        feature: cells[1] ?? '',
        checkouts: Number(cells[2]),
        checkins: Number(cells[3]),
        peak: Number(cells[4]),
        average: Number(cells[5]),
        licenseSeconds: Number(cells[6]),
        clients: Number(cells[7]),
        denials: Number(cells[8]),
        resolved,
        unresolved,
        unknown,
        unsupported: Number(cells[10]),
      };
    });
}
