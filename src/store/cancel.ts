import { setMaxListeners } from 'node:events';
import { cancelled, toStoreError } from './errors.ts';

/** Between two KILLs of one query, milliseconds. */
const killPause = 20;

/**
 * Runs `work`; when `signal` is aborted, kills it until it has ended: it may not have started yet when the first KILL comes.
 * Rejects with `StoreError` only, code `cancelled` after an abort; by then the engine has stopped.
 */
export async function killable<R>(
  signal: AbortSignal | undefined,
  kill: () => Promise<unknown>,
  work: () => Promise<R>,
): Promise<R> {
  if (isAborted(signal)) throw cancelled();
  let ended = false;
  let killing: Promise<void> | undefined;
  const killUntilEnded = async (): Promise<void> => {
    while (!ended) {
      await kill();
      await new Promise((done) => setTimeout(done, killPause));
    }
  };
  const onAbort = (): void => {
    killing ??= killUntilEnded();
    // Awaited below; until then a failure of KILL must not count as unhandled.
    killing.catch(() => undefined);
  };
  // One signal may stop any number of queries; Node would warn from the eleventh on.
  if (signal !== undefined) setMaxListeners(0, signal);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } catch (error) {
    throw isAborted(signal) ? cancelled() : toStoreError(error);
  } finally {
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    await killing;
  }
}

/** As a function, since the type checker takes a property that was false once for false for good. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
