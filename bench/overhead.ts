import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { percentile, repeated } from './measure.ts';
import { benchQuestions, choose, ranges } from './questions.ts';
import { storeOf, withStore } from './store.ts';

const repetitions = 20;

/** One question on its way to who asks, once its answer is kept: medians, ms. */
export interface Overhead {
  readonly name: string;
  readonly serverMs: number;
  /** Through the plugin's own process, as Grafana asks; null without Go. */
  readonly pluginMs: number | null;
}

interface Sent {
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly range: { readonly from: number; readonly to: number };
}

/** What HTTP server and plugin add: answers are kept, so whatever is measured is the way. Of what `npm run build` has built. */
export async function measureOverhead(size: number, work: string): Promise<readonly Overhead[]> {
  const data = storeOf(size, work);
  const chosen = await withStore(data, ({ engine }) => choose(engine));
  const questions = benchQuestions(chosen).map(({ name, json, days = 365 }): Sent => ({
    name,
    json,
    range: ranges['whole days'](days),
  }));
  const server = spawn(process.execPath, ['build/cli.js', 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LICENSE_ANALYTICS_TOKEN: '' },
  });
  try {
    const address = await addressOf(server.stdout, server.stderr);
    const overTheWire: number[] = [];
    for (const question of questions) {
      await post(address, question);
      const times = await repeated(() => post(address, question), { times: repetitions });
      overTheWire.push(percentile(times, 0.5));
    }
    const throughPlugin = askPlugin(address, work, questions);
    return questions.map(({ name }, i) => ({
      name,
      serverMs: overTheWire[i] ?? 0,
      pluginMs: throughPlugin?.[i] ?? null,
    }));
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

const bodyOf = ({ json, range }: Sent) => ({ queries: [{ refId: 'A', ...json, ...range }] });

async function post(address: string, question: Sent): Promise<void> {
  const answer = await fetch(`${address}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(question)),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${question.name}: ${text}`);
}

/** Drives the built plugin over gRPC with `test/plugin/overhead_test.go`, which writes a median for each question. */
function askPlugin(address: string, work: string, questions: readonly Sent[]): readonly number[] | undefined {
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
