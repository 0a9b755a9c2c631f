import { cancelled } from '../store/errors.ts';
import { SharedWork } from '../store/shared-work.ts';

/**
 * What was worked out of one state of the data (`dataVersion`), for as long as that state lasts. Who asks for the same while it is being
 * worked out waits for it: the work stops when all of them have gone. Failures are not kept. What is kept is shared: nobody changes it.
 */
export interface Memory<T> {
  /**
   * @param version undefined: nothing is kept
   * @param key everything that it depends on beside the data
   */
  of(
    version: string | undefined,
    key: string,
    work: (signal: AbortSignal | undefined) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
}

interface Kept<T> {
  readonly work: SharedWork<T>;
  /** 0 as long as it is being worked out. */
  weight: number;
}

/**
 * @param most what all that is kept may weigh; what was asked for longest ago goes first. 0: nothing is kept or shared
 * @param weigh the weight of one result, its key aside; Infinity: it is not kept
 */
export function createMemory<T>(most: number, weigh: (result: T) => number): Memory<T> {
  let current: string | undefined;
  let state = emptyState<T>();

  return {
    async of(version, key, work, signal) {
      if (version === undefined || most === 0) return work(signal);
      if (signal?.aborted === true) throw cancelled();
      if (version !== current) {
        current = version;
        state = emptyState();
      }
      const own = state;
      const known = own.entries.get(key);
      const entry = known ?? { work: new SharedWork(work), weight: 0 };
      // Last in the order of the map: asked for last.
      own.entries.delete(key);
      own.entries.set(key, entry);
      const forget = (): void => {
        if (own.entries.get(key) !== entry) return;
        own.entries.delete(key);
        own.weight -= entry.weight;
      };
      if (known === undefined) {
        entry.work.result.then((result) => {
          if (own.entries.get(key) !== entry) return;
          entry.weight = weigh(result) + key.length;
          if (entry.weight > most) {
            own.entries.delete(key);
            return;
          }
          own.weight += entry.weight;
          makeRoom(own, most);
        }, forget);
      }
      return entry.work.wait(signal, forget);
    },
  };
}

interface State<T> {
  readonly entries: Map<string, Kept<T>>;
  weight: number;
}

const emptyState = <T>(): State<T> => ({ entries: new Map(), weight: 0 });

function makeRoom<T>(state: State<T>, most: number): void {
  for (const [key, { weight }] of state.entries) {
    if (state.weight <= most) return;
    if (weight === 0) continue;
    state.entries.delete(key);
    state.weight -= weight;
  }
}
