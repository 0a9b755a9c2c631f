import { setMaxListeners } from 'node:events';
import { cancelled, storeError } from './errors.ts';

/** Things of which each may serve one caller at a time; callers wait in order. */
export interface Pool<T> {
  /**
   * Waits for a thing for oneself alone. Rejects with code `cancelled` when `signal` is aborted before it is there, with
   * `closed` when the pool has been closed.
   */
  lease(signal?: AbortSignal): Promise<Lease<T>>;
  /** Leases for the time of `work`; when it fails, the thing is discarded. */
  use<R>(work: (thing: T) => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** Refuses new callers, waits for the running ones, then disposes of everything. */
  close(): Promise<void>;
}

export interface Lease<T> {
  readonly thing: T;
  /** Gives the thing back, once. */
  readonly release: () => void;
  /** Disposes of the thing, once; another takes its place: an engine session may still hold rows of a failed query. */
  readonly discard: () => void;
}

interface Waiting<T> {
  readonly take: (thing: T) => void;
  readonly fail: (error: unknown) => void;
}

export function createPool<T>(size: number, open: () => T, dispose: (thing: T) => void): Pool<T> {
  const idle: T[] = [];
  const waiting: Waiting<T>[] = [];
  let busy = 0;
  let closed = false;
  let drained: (() => void) | undefined;

  /** Hands a place on, with its thing or with a new one when it was disposed of. */
  function handOn(thing: T | undefined): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        next.take(thing ?? open());
        return;
      } catch (error) {
        next.fail(error);
      }
    }
    busy--;
    if (thing !== undefined) idle.push(thing);
    if (busy === 0) drained?.();
  }

  function leaseOf(thing: T): Lease<T> {
    let held = true;
    const once = (action: () => void): void => {
      if (!held) return;
      held = false;
      action();
    };
    return {
      thing,
      release: () => once(() => handOn(thing)),
      discard: () =>
        once(() => {
          dispose(thing);
          handOn(undefined);
        }),
    };
  }

  async function lease(signal?: AbortSignal): Promise<Lease<T>> {
    if (closed) throw storeError('closed', 'The store has been closed.');
    if (signal?.aborted === true) throw cancelled();
    if (busy < size) {
      const thing = idle.pop() ?? open();
      busy++;
      return leaseOf(thing);
    }
    return new Promise<Lease<T>>((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(cancelled());
      };
      const entry: Waiting<T> = {
        take: (thing) => {
          signal?.removeEventListener('abort', leave);
          resolve(leaseOf(thing));
        },
        fail: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      if (signal !== undefined) setMaxListeners(0, signal);
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(entry);
    });
  }

  return {
    lease,
    async use(work, signal) {
      const { thing, release, discard } = await lease(signal);
      try {
        const result = await work(thing);
        release();
        return result;
      } catch (error) {
        discard();
        throw error;
      }
    },
    async close() {
      closed = true;
      for (const { fail } of waiting.splice(0)) fail(storeError('closed', 'The store has been closed.'));
      if (busy > 0) await new Promise<void>((resolve) => (drained = resolve));
      for (const thing of idle.splice(0)) dispose(thing);
    },
  };
}
