import { ApiError } from './errors.ts';

/** Lets so many pieces of work run at once; more wait in line, in order. */
export interface Limiter {
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

/** `waiting`: how many may stand in line; the next is refused with 503. Who is cancelled leaves the line. */
export function createLimiter(concurrent: number, waiting: number): Limiter {
  const line: (() => void)[] = [];
  let running = 0;

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    if (running < concurrent) {
      running++;
      return;
    }
    if (line.length >= waiting) {
      throw new ApiError(
        503,
        'busy',
        `The server is answering ${running} questions and ${line.length} wait.`,
        'Ask again in a moment.',
      );
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        line.splice(line.indexOf(turn), 1);
        reject(cancelled());
      };
      signal?.addEventListener('abort', leave, { once: true });
      line.push(turn);
    });
  }

  return {
    async run(work, signal) {
      if (signal?.aborted === true) throw cancelled();
      await enter(signal);
      try {
        return await work();
      } finally {
        // The place goes to the next in line, if there is one.
        const next = line.shift();
        if (next === undefined) running--;
        else next();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return line.length;
    },
  };
}

const cancelled = (): ApiError =>
  new ApiError(499, 'cancelled', 'The request was cancelled while it waited.', 'Ask again.');
