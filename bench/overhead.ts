import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Manifest } from '../src/simulate/index.ts';
import type { SizeResult } from './measure.ts';
import { type BenchQuestion, benchQuestions, percentile, repetitions } from './questions.ts';
import { end } from './simulated.ts';

/** One question on its way: medians of the whole answer at each station, ms. */
export interface Overhead {
  readonly name: string;
  /** Time in which the store was at work, asked in process. */
  readonly storeMs: number;
  readonly engineMs: number;
  readonly serverMs: number;
  /** Through the plugin's own process, as Grafana asks; undefined without Go. */
  readonly pluginMs: number | undefined;
}

/** What HTTP server and plugin add to the bare statements, on the store that `measureSize` has left. */
export async function measureOverhead(measured: SizeResult, work: string, size: number): Promise<Overhead[]> {
  const manifest = JSON.parse(readFileSync(join(work, `logs-${size}`, 'manifest.json'), 'utf8')) as Manifest;
  const questions = benchQuestions(manifest, end).filter(({ name }) => /^[1-4] /.test(name));
  const server = spawn(
    process.execPath,
    ['build/cli.js', 'serve', '--data', join(work, `store-${size}`), '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LICENSE_ANALYTICS_TOKEN: '' },
    },
  );
  try {
    const address = await addressOf(server.stdout, server.stderr);
    const overTheWire: number[] = [];
    for (const question of questions) overTheWire.push(await timed(() => post(address, question)));
    const throughPlugin = askPlugin(address, work, questions);
    return questions.flatMap(({ name }, i) => {
      const timing = measured.questions.find((one) => one.name === name);
      if (timing === undefined) return [];
      const { storeMs, p50Ms } = timing;
      return [{ name, storeMs, engineMs: p50Ms, serverMs: overTheWire[i] ?? 0, pluginMs: throughPlugin?.[i] }];
    });
  } finally {
    const gone = once(server, 'exit');
    server.kill('SIGINT');
    await gone;
  }
}

async function addressOf(...outputs: readonly NodeJS.ReadableStream[]): Promise<string> {
  const found = await Promise.race(
    outputs.map(async (output) => {
      for await (const line of createInterface({ input: output })) {
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (address !== undefined) return address;
      }
      throw new Error('The server ended without saying where it listens.');
    }),
  );
  // What it goes on to say is read by nobody, and must not fill the pipe.
  for (const output of outputs) output.resume();
  for (;;) {
    const health = await fetch(`${found}/api/v1/health`);
    await health.arrayBuffer();
    if (health.ok) return found;
    await new Promise((resume) => setTimeout(resume, 200));
  }
}

const bodyOf = ({ json, range }: BenchQuestion) => ({ queries: [{ refId: 'A', ...json, ...range }] });

async function post(address: string, question: BenchQuestion): Promise<void> {
  const answer = await fetch(`${address}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(question)),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${question.name}: ${text}`);
}

async function timed(ask: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= repetitions; i++) {
    const start = performance.now();
    await ask();
    if (i > 0) times.push(performance.now() - start);
  }
  return percentile(times, 0.5);
}

/** Drives the built plugin over gRPC with `test/plugin/overhead_test.go`, which writes a median for each question. */
function askPlugin(address: string, work: string, questions: readonly BenchQuestion[]): readonly number[] | undefined {
  const input = resolve(work, 'overhead-questions.json');
  const output = resolve(work, 'overhead-plugin.json');
  writeFileSync(input, JSON.stringify({ address, repetitions, questions }));
  const { error, status, stderr, stdout } = spawnSync(
    'go',
    ['test', '-count=1', '-run', 'TestOverhead', './test/plugin/...'],
    { encoding: 'utf8', env: { ...process.env, OVERHEAD_QUESTIONS: input, OVERHEAD_MEDIANS: output } },
  );
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`The plugin could not be asked (npm run build first): ${stdout}${stderr}`);
  return JSON.parse(readFileSync(output, 'utf8')) as number[];
}
