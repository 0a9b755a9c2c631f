import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { StandIn } from './stand-in.ts';
import type { Crash } from './state.ts';
import { hasCrashed } from './stuck.ts';

/** What the server process is told when it starts. */
export interface Order<Settings> {
  readonly kind: 'start';
  readonly settings: Settings;
  readonly lastCrash: Crash | undefined;
}

/** What the server process says. */
export type Report =
  /** It is about to listen: whoever stands in for it must let go of the address. */
  | { readonly kind: 'binding' }
  | { readonly kind: 'listening'; readonly url: string; readonly token: string }
  /** Sent every second: its event loop turns. */
  | { readonly kind: 'alive' }
  /** Questions can be answered. */
  | { readonly kind: 'ready' }
  /** It cannot run like this (port in use, directory locked, wrong configuration): starting again would not help. */
  | { readonly kind: 'refused'; readonly sentence: string };

export interface Supervision<Settings> {
  /** The server process's program. */
  readonly entry: string;
  /** Asked at each start. */
  readonly settings: () => Settings;
  /** Everything the server process writes to its standard error. */
  readonly onOutput: (text: string) => void;
  readonly onReport: (report: Report) => void;
  /** Answers while there is no server after a crash. */
  readonly standIn?: StandIn;
  /** Pause before start number `n` after a crash (1, 2, …), ms. */
  readonly pause?: (crashes: number) => number;
  /** How long the server may give no sign of life before it is ended, ms. */
  readonly silence?: number;
}

export interface Supervised {
  /** 0 after `stop`, 1 when the server refused to run. */
  readonly ended: Promise<number>;
  /** Asks the server to finish what it does and end. */
  stop(): void;
  readonly pid: () => number | undefined;
}

/** After this long without a crash the pauses are short again, ms. */
const steadyAfter = 60_000;
/** How long a server may take to shut down before it is ended hard, ms. */
const patience = 20_000;
/** An event loop that is this busy answers nobody, ms. */
const longestSilence = 60_000;
const watchEvery = 1_000;
const growingPause = (crashes: number): number => Math.min(30_000, 500 * 2 ** (crashes - 1));

/**
 * Runs the server in a process of its own and starts it again when it crashes (the engine is native code), with growing
 * pauses. The server ends by itself when this process is gone (its channel closes).
 */
export function supervise<Settings>(given: Supervision<Settings>): Supervised {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let refused = false;
  let ran = false;
  let crashes = 0;
  let restarts = 0;
  let lastCrash: Crash | undefined;
  let finish: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    finish = resolve;
  });

  function start(): void {
    const began = Date.now();
    let lastSign = began;
    let tail = '';
    const running = fork(given.entry, [], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      // The engine's queries run on Node's thread pool; its four threads would be the limit for questions at a time.
      env: { UV_THREADPOOL_SIZE: '12', ...process.env },
    });
    child = running;
    running.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
      given.onOutput(text);
    });
    running.on('message', (message) => {
      const report = message as Report;
      lastSign = Date.now();
      if (report.kind === 'alive') return;
      if (report.kind === 'binding') {
        given.standIn?.close();
        return;
      }
      // What was able to run once is able to run again, when what hinders it now has gone.
      if (report.kind === 'refused') refused = !ran;
      if (report.kind === 'ready') ran = true;
      given.onReport(report);
    });
    const watch = setInterval(() => {
      const silent = Date.now() - lastSign;
      const crashed = running.pid !== undefined && hasCrashed(running.pid);
      if (!crashed && silent < (given.silence ?? longestSilence)) return;
      tail += crashed
        ? '\na thread of the engine crashed'
        : `\nit gave no sign of life for ${Math.round(silent / 1000)} s`;
      running.kill('SIGKILL');
    }, watchEvery);
    running.on('error', (error) => {
      tail += error.message;
    });
    running.on('close', (code, signal) => {
      clearInterval(watch);
      child = undefined;
      if (stopping || refused) {
        given.standIn?.close();
        finish(stopping ? 0 : 1);
        return;
      }
      crashes = Date.now() - began > steadyAfter ? 1 : crashes + 1;
      restarts++;
      const reason = reasonOf(code, signal, tail);
      lastCrash = { at: new Date().toISOString(), reason, restarts };
      const pause = (given.pause ?? growingPause)(crashes);
      const sentence = `The server stopped: ${reason}. Nothing stored is lost; it starts again in ${pause / 1000} s.`;
      given.onOutput(`${sentence}\n`);
      if (ran) given.standIn?.open(sentence, lastCrash);
      timer = setTimeout(start, pause);
    });
    running.send({ kind: 'start', settings: given.settings(), lastCrash } satisfies Order<Settings>);
  }

  start();
  return {
    ended,
    pid: () => child?.pid,
    stop() {
      if (stopping) return;
      stopping = true;
      clearTimeout(timer);
      given.standIn?.close();
      if (child === undefined) {
        finish(0);
        return;
      }
      const running = child;
      running.kill('SIGTERM');
      setTimeout(() => running.kill('SIGKILL'), patience).unref();
    },
  };
}

/** In words: what ended it, and the last line it wrote that is no log entry. */
function reasonOf(code: number | null, signal: NodeJS.Signals | null, output: string): string {
  const said = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(\{|at |\d+: |-+ )/.test(line))
    .at(-1);
  const how = signal === null ? `it ended with code ${code ?? 'unknown'}` : `it was ended by ${signal}`;
  return said === undefined ? how : `${how} (${said.slice(0, 300)})`;
}
