import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from './index.ts';
import type { Manifest, SimulateOptions } from './index.ts';

const directories: string[] = [];
/** A new directory, removed after all tests of the file. */
export function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'simulate-'));
  directories.push(made);
  return made;
}
afterAll(() => {
  for (const made of directories) rmSync(made, { recursive: true });
});

export const end = '2026-11-20T10:00:00Z';
export function run(options: Partial<SimulateOptions> & { out: string }): Promise<Manifest> {
  return simulate({ events: 4000, days: 365, end, seed: 11, ...options });
}

/** Every file's bytes, by name. */
export function contents(of: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(of)
      .sort()
      .map((name) => [name, readFileSync(join(of, name), 'utf8')]),
  );
}
