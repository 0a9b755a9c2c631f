import { cancelled } from './errors.ts';

/** Work that several wait for. It is told to stop when everybody who waits for it has gone. */
export class SharedWork<T> {
  readonly result: Promise<T>;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.#stop.signal);
    // Whoever waits learns of a failure; when nobody does any more, nobody needs to.
    this.result.catch(() => undefined);
  }

  /** The result, or `cancelled` as soon as this one's own signal says so; `left` is called when nobody waits any more. */
  async wait(signal: AbortSignal | undefined, left: () => void): Promise<T> {
    this.#waiting++;
    if (signal === undefined) return this.result;
    let reject: (reason: unknown) => void = () => undefined;
    const gone = new Promise<never>((_resolve, rejects) => (reject = rejects));
    const leave = (): void => {
      this.#waiting--;
      if (this.#waiting > 0) {
        reject(cancelled());
        return;
      }
      left();
      // The engine has stopped when the work says so.
      this.#stop.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([this.result, gone]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
