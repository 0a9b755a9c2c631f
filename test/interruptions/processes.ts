import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { entry } from '../support/built.ts';

/** The command line as it is installed, in a process of its own. */
export interface Running {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it; and what it wrote. */
  readonly ended: Promise<{ readonly code: number | string; readonly said: string }>;
  readonly said: () => string;
}

export function start(args: readonly string[]): Running {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => ({
    code: code ?? signal ?? '',
    said,
  }));
  return { process: child, ended, said: () => said };
}

/** Runs a command to its end. @returns milliseconds that it took */
export async function run(args: readonly string[]): Promise<number> {
  const began = Date.now();
  const { code, said } = await start(args).ended;
  if (code !== 0) throw new Error(`license-analytics ${args.join(' ')} ended with ${code}: ${said}`);
  return Date.now() - began;
}

/** The server process behind a supervising one (Linux). */
export function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

export function isRunning(pid: number): boolean {
  try {
    // A zombie is gone, but answers signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Sends a signal to processes, those that have gone meanwhile left out. */
export function signal(pids: readonly (number | undefined)[], name: NodeJS.Signals): void {
  for (const pid of pids) if (pid !== undefined && isRunning(pid)) process.kill(pid, name);
}

/** Waits until something holds. @throws when it does not within a minute and a half */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await pause(50);
  }
}

/** A server with its supervisor, that is started again by us when both have gone. */
export class Server {
  private running: Running | undefined;
  /** Processes that are about to end, and may answer until then. */
  private ending: readonly number[] = [];

  constructor(private readonly args: readonly string[]) {}

  /** Starts it unless it runs, and waits until it answers. @returns its address */
  async ready(): Promise<string> {
    const { ending } = this;
    await until('processes that were told to end have gone', () => !ending.some(isRunning));
    for (let tries = 0; ; tries++) {
      if (
        this.running === undefined ||
        this.running.process.exitCode !== null ||
        this.running.process.signalCode !== null
      )
        this.running = start(['serve', '--port', '0', ...this.args]);
      const { process: parent, said } = this.running;
      let url = '';
      await until('the server is ready', async () => {
        if (parent.exitCode !== null || parent.signalCode !== null) return true;
        url = [...said().matchAll(/listening on (\S+)/g)].at(-1)?.[1] ?? '';
        return url !== '' && (await isHealthy(url));
      });
      if (parent.exitCode === null && parent.signalCode === null) return url;
      // Refused: the former server process, whose supervisor was killed, may still hold the store for a moment.
      if (tries > 80) throw new Error(`the server does not start: ${said()}`);
      await pause(500);
    }
  }

  pids(): { readonly parent: number | undefined; readonly children: readonly number[] } {
    const parent = this.running?.process.pid;
    return { parent, children: parent === undefined ? [] : childrenOf(parent) };
  }

  /** Ends some of its processes. */
  end(pids: readonly (number | undefined)[], how: NodeJS.Signals): void {
    this.ending = pids.filter((pid) => pid !== undefined);
    signal(pids, how);
  }

  async stop(): Promise<void> {
    const { children } = this.pids();
    this.running?.process.kill('SIGTERM');
    await this.running?.ended;
    await until('the server process has gone', () => !children.some(isRunning));
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/v1/health`)).ok;
  } catch {
    return false;
  }
}
