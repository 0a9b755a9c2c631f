import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { uniform, type Random } from '../../src/simulate/random.ts';
import { openStore } from '../../src/store/open.ts';
import { run, Server, signal, start, until } from './processes.ts';

/** Simulated license servers: FlexNet logs (one of them rotated) and CSV files of servers in the cloud. */
export interface Material {
  readonly folder: string;
  /** FlexNet logs; events as CSV. */
  readonly logs: readonly string[];
  readonly entitlements: string;
  /** Rules that give every user's use to some account. */
  readonly accounts: string;
}

export async function makeMaterial(folder: string, seed: number): Promise<Material> {
  const simulated = join(folder, 'simulated');
  const days = ['--days', '40', '--end', '2026-06-30T12:00:00Z'];
  await run(['simulate', '--events', '6000', ...days, '--seed', String(seed), '--out', simulated]);
  const accounts = join(folder, 'accounts.csv');
  const rules = 'abcdefghijklmnopqrstuvwxyz'.split('').map((letter, i) => `account,user,${letter}*,Account ${i % 5}\n`);
  writeFileSync(accounts, `target,field,pattern,value\n${rules.join('')}`);
  const logs = readdirSync(simulated).filter((name) => name.endsWith('.log'));
  return {
    folder: simulated,
    logs: logs.map((name) => join(simulated, name)),
    entitlements: join(simulated, 'entitlements.csv'),
    accounts,
  };
}

/** One way to use the product that can be interrupted. */
export interface Scenario {
  readonly name: string;
  /** What it begins with, and what it does when nobody disturbs it. @returns milliseconds that the latter took */
  readonly undisturbed: (directory: string) => Promise<number>;
  /** The same, interrupted so often, and in the end done once more. @returns what was done to it, in words */
  readonly disturbed: (directory: string, trial: Trial) => Promise<string[]>;
}

export interface Trial {
  readonly random: Random;
  readonly interruptions: number;
  /** How long it takes undisturbed, milliseconds. */
  readonly duration: number;
}

const ends = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
const pick = <T>(random: Random, from: readonly T[]): T => {
  const one = from[Math.floor(uniform(random) * from.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

/** Commands of the command line, one after the other, each of which is ended at some moment and given again. */
function commands(
  name: string,
  prepare: (directory: string) => Promise<void>,
  given: readonly (readonly string[])[],
): Scenario {
  const inStore = (directory: string): string[][] => given.map((args) => [...args, '--data', directory]);
  return {
    name,
    async undisturbed(directory) {
      await prepare(directory);
      let duration = 0;
      for (const args of inStore(directory)) duration += await run(args);
      return duration;
    },
    async disturbed(directory, { random, interruptions, duration }) {
      await prepare(directory);
      const done: string[] = [];
      for (let i = 0; i < interruptions; i++) {
        const share = 0.15 + 0.9 * uniform(random);
        const how = pick(random, [...ends, 'SIGSTOP' as const]);
        done.push(`${how} at ${Math.round(100 * share)} %`);
        let left = share * duration;
        for (const args of inStore(directory)) {
          const { process: child, ended } = start(args);
          const began = Date.now();
          const inTime = await Promise.race([ended.then(() => true), pause(Math.max(0, left)).then(() => false)]);
          left -= Date.now() - began;
          if (!inTime) {
            signal([child.pid], how);
            if (how === 'SIGSTOP') {
              await pause(500 * uniform(random));
              signal([child.pid], 'SIGCONT');
            }
          }
          const { code } = await ended;
          if (!inTime && how !== 'SIGSTOP') break;
          if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
        }
      }
      for (const args of inStore(directory)) await run(args);
      return done;
    },
  };
}

/** Which processes of a server are ended. */
const victims = ['server', 'supervisor', 'both'] as const;

/** Ends the server's processes in some way. @returns which and how */
async function strike(server: Server, random: Random): Promise<string> {
  const { parent, children } = server.pids();
  const victim = pick(random, victims);
  // Ctrl-C is the supervisor's to answer: the server alone does nothing.
  const how = pick(random, [...(victim === 'server' ? (['SIGTERM', 'SIGKILL'] as const) : ends), 'SIGSTOP' as const]);
  const pids = victim === 'server' ? children : victim === 'supervisor' ? [parent] : [parent, ...children];
  if (how === 'SIGSTOP') {
    signal(pids, how);
    await pause(1500 * uniform(random));
    signal(pids, 'SIGCONT');
  } else server.end(pids, how);
  return `${how} of ${victim}`;
}

/** Files are sent to a server; client, server, its supervisor, or both of them are ended. */
function throughServer({ logs }: Material): Scenario {
  const files = logs.slice(0, 6);
  return {
    name: 'ingest of several files through a server',
    async undisturbed(directory) {
      const server = new Server(['--data', directory]);
      const url = await server.ready();
      const duration = await run(['ingest', ...files, '--api', url]);
      await server.stop();
      return duration;
    },
    async disturbed(directory, { random, interruptions, duration }) {
      const server = new Server(['--data', directory]);
      const done: string[] = [];
      for (let i = 0; i < interruptions; i++) {
        const url = await server.ready();
        const client = start(['ingest', ...files, '--api', url]);
        const share = 0.1 + 0.9 * uniform(random);
        await Promise.race([client.ended, pause(share * duration)]);
        const what = uniform(random) < 0.25 ? pick(random, ends) : undefined;
        if (what !== undefined) signal([client.process.pid], what);
        const struck = what === undefined ? await strike(server, random) : `${what} of the client`;
        done.push(`${struck} at ${Math.round(100 * share)} %`);
        await client.ended;
      }
      await runThrough(server, ['ingest', ...files]);
      await server.stop();
      return done;
    },
  };
}

/** A server that was struck may answer once more before it is replaced: who is refused then calls again, as a user does. */
async function runThrough(server: Server, args: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    const url = await server.ready();
    try {
      await run([...args, '--api', url]);
      return;
    } catch (error) {
      if (tries === 5 || !String(error).includes('ECONNREFUSED')) throw error;
    }
  }
}

/** Files grow and are rotated while a server follows them, and its processes are ended. */
function following({ logs }: Material): Scenario {
  const followed = logs.slice(2, 5);
  const write = (directory: string): string => {
    mkdirSync(join(directory, '..', 'logs'), { recursive: true });
    const config = join(directory, '..', 'license-analytics.yaml');
    // By name, since rotated files go on as the same source.
    const sources = followed.map((_, i) => `  - { files: "logs/${i}.log*", server: server-${i}, account: acme }\n`);
    writeFileSync(config, `data: ${directory}\nsources:\n${sources.join('')}following: { everySeconds: 1 }\n`);
    return config;
  };
  const caughtUp = async (url: string): Promise<void> => {
    const looks = async (): Promise<number> => {
      const status = (await (await fetch(`${url}/api/v1/status`)).json()) as { following: { looks: number } };
      return status.following.looks;
    };
    const before = await looks();
    await until('the server has looked twice', async () => (await looks()) >= before + 2);
  };
  return {
    name: 'following growing files with rotations',
    async undisturbed(directory) {
      const config = write(directory);
      const began = Date.now();
      const server = new Server(['--config', config]);
      for (const [i, log] of followed.entries()) cpSync(log, join(directory, '..', 'logs', `${i}.log`));
      await caughtUp(await server.ready());
      await server.stop();
      return Date.now() - began;
    },
    async disturbed(directory, { random, interruptions }) {
      const server = new Server(['--config', write(directory)]);
      const done: string[] = [];
      const texts = followed.map((log) => readFileSync(log));
      const written = texts.map(() => 0);
      const begun = texts.map(() => 0);
      const steps = 4 * interruptions;
      await server.ready();
      for (let step = 1; step <= steps; step++) {
        for (const [i, text] of texts.entries()) {
          const file = join(directory, '..', 'logs', `${i}.log`);
          const from = written[i] ?? 0;
          const to =
            step === steps
              ? text.length
              : Math.min(text.length, from + Math.floor((2 * uniform(random) * text.length) / steps));
          appendFileSync(file, text.subarray(from, to));
          written[i] = to;
          // Rotated in the middle of a line too; the daemon goes on in a new file, at a line's start.
          if (uniform(random) < 0.2 && to < text.length && to - (begun[i] ?? 0) > 4096 && text[to - 1] === 10) {
            renameSync(file, `${file}.${step}`);
            begun[i] = to;
          }
        }
        await pause(300 + 900 * uniform(random));
        if (step % 4 === 0) {
          done.push(`${await strike(server, random)} after step ${step}`);
          await pause(200 * uniform(random));
          await server.ready();
        }
      }
      await caughtUp(await server.ready());
      await server.stop();
      return done;
    },
  };
}

/** A store as a version before the newest schema left it. */
async function olderSchema(directory: string): Promise<void> {
  const connection = await openStore({ directory });
  await connection.command('DROP TABLE readings');
  await connection.command('DROP VIEW source_lines');
  await connection.command('DELETE FROM migrations WHERE number > 2');
  await connection.close();
}

/** Two processes want one store; one is ended. The other one is refused or waits, but stores nothing twice. */
function twoAtOnce({ logs }: Material): Scenario {
  const [first, second] = [logs.slice(0, 4), logs.slice(3, 7)];
  return {
    name: 'two processes on one store',
    async undisturbed(directory) {
      return (
        (await run(['ingest', ...first, '--data', directory])) + (await run(['ingest', ...second, '--data', directory]))
      );
    },
    async disturbed(directory, { random, interruptions, duration }) {
      const done: string[] = [];
      for (let i = 0; i < interruptions; i++) {
        const both = [first, second].map((files) => start(['ingest', ...files, '--data', directory]));
        const share = uniform(random);
        await pause(share * duration);
        const [how, victim] = [pick(random, ends), pick(random, [0, 1])];
        signal([both[victim]?.process.pid], how);
        done.push(`${how} of process ${victim + 1} at ${Math.round(100 * share)} %`);
        await Promise.all(both.map(({ ended }) => ended));
      }
      for (const files of [first, second]) await run(['ingest', ...files, '--data', directory]);
      return done;
    },
  };
}

export function scenarios(material: Material): readonly Scenario[] {
  const { logs, entitlements, accounts } = material;
  const [one = ''] = logs;
  const nothing = (): Promise<void> => Promise.resolve();
  const some = logs.slice(0, 5);
  const ingested = async (directory: string): Promise<void> => {
    await run(['ingest', ...some, '--data', directory]);
  };
  return [
    commands('ingest of many files', nothing, [['ingest', ...logs]]),
    commands('ingest of one file', nothing, [['ingest', one, '--account', 'acme']]),
    throughServer(material),
    following(material),
    commands('entitlements loaded', ingested, [['entitlements', 'load', entitlements]]),
    commands('accounts loaded, events given to them', ingested, [['accounts', 'load', accounts]]),
    commands(
      'upgrade of a store',
      async (directory) => {
        await ingested(directory);
        await olderSchema(directory);
      },
      [['ingest', ...some]],
    ),
    twoAtOnce(material),
  ];
}

export const stores = (folder: string, name: string): string => {
  const directory = join(folder, name, 'store');
  if (!existsSync(join(folder, name))) mkdirSync(join(folder, name), { recursive: true });
  return directory;
};
