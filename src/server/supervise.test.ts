import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, Supervised } from './supervise.ts';
import { supervise } from './supervise.ts';

const folder = mkdtempSync(join(tmpdir(), 'la-supervise-'));
const entry = join(folder, 'server.cjs');
let running: Supervised | undefined;
afterEach(async () => {
  running?.stop();
  await running?.ended;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A server process of a few lines, the pauses after its crashes, and what it said. */
function run(program: string): {
  readonly pauses: number[];
  readonly output: string[];
  readonly next: () => Promise<Report>;
} {
  writeFileSync(entry, `process.on('disconnect', () => process.exit(0)); ${program}`);
  const pauses: number[] = [];
  const output: string[] = [];
  const said: Report[] = [];
  let heard: (() => void) | undefined;
  running = supervise({
    entry,
    settings: () => ({}),
    silence: 1_500,
    onOutput: (text) => output.push(text),
    onReport: (report) => {
      said.push(report);
      heard?.();
    },
    pause: (crashes) => {
      pauses.push(crashes);
      return 10;
    },
  });
  const next = async (): Promise<Report> => {
    while (said.length === 0) await new Promise<void>((resolve) => (heard = resolve));
    const [first] = said.splice(0, 1);
    if (first === undefined) throw new Error('Nothing was said.');
    return first;
  };
  return { pauses, output, next };
}

const listening = `process.send({ kind: 'listening', url: JSON.stringify(order.lastCrash ?? {}), token: '' })`;

it('starts the server again after a crash, with growing pauses, and tells it why the last one ended', async () => {
  const { next, pauses } = run(`process.on('message', (order) => {
    ${listening};
    if ((order.lastCrash?.restarts ?? 0) < 2) { console.error('engine: memory is corrupt'); process.abort(); }
  });`);
  await next();
  await next();
  const third = await next();
  if (third.kind !== 'listening') throw new Error(third.kind);
  expect(JSON.parse(third.url)).toMatchObject({
    restarts: 2,
    reason: expect.stringMatching(/ended by SIGABRT.*engine: memory is corrupt/) as string,
  });
  expect(pauses).toEqual([1, 2]);
});

it('ends a server that hangs, and starts it again', async () => {
  const { next } = run(`process.on('message', (order) => {
    ${listening};
    if (order.lastCrash === undefined) setTimeout(() => { for (;;); }, 10);
    else setInterval(() => process.send({ kind: 'alive' }), 200);
  });`);
  await next();
  const second = await next();
  if (second.kind !== 'listening') throw new Error(second.kind);
  expect(JSON.parse(second.url)).toMatchObject({
    reason: expect.stringMatching(/no sign of life for \d+ s/) as string,
  });
});

it('does not start again what refuses to run, and ends with 1', async () => {
  const { next, pauses } = run(`process.on('message', () => {
    process.send({ kind: 'refused', sentence: 'Port 1 is in use.' }, () => process.exit(1));
  });`);
  expect(await next()).toEqual({ kind: 'refused', sentence: 'Port 1 is in use.' });
  expect(await running?.ended).toBe(1);
  expect(pauses).toEqual([]);
});

it('ends with 0 when it is stopped, after the server has shut down by itself', async () => {
  const { next, output } = run(`process.on('message', (order) => { ${listening}; });
    process.on('SIGTERM', () => { console.error('closed the store'); process.exit(0); });`);
  await next();
  running?.stop();
  expect(await running?.ended).toBe(0);
  expect(output.join('')).toContain('closed the store');
});
