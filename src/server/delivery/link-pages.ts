import { ApiError } from '../errors.ts';
import type { Limiter } from '../limiter.ts';
import { createLimiter } from '../limiter.ts';

/**
 * Pages of links as they are given out. A page is an expensive answer that anybody with the address can ask for again and again: equal
 * openings share one making, and what was made is kept for a minute.
 */
export interface LinkPages<Content> {
  /**
   * The page (or file) of that link and range, kept or made by `make`. Whether the link is in force is for the caller to ask each time. Rejects as
   * `make` does, and with `ApiError` `busy` when too many wait, or `cancelled` when the reader has gone.
   */
  page(
    link: string,
    range: string,
    make: (signal: AbortSignal) => Promise<Content>,
    signal: AbortSignal,
  ): Promise<Content>;
}

/** How long a page is kept, ms. */
const kept = 60_000;
/** So many characters of pages, and bytes of files, are kept together; the oldest go first. */
const mostKept = 32_000_000;
/** Different ranges of one link are made one after another; so many may wait. All links together leave room for other questions. */
const [perLink, mostWaiting, atOnce] = [1, 8, 2];

interface Making<Content> {
  readonly made: Promise<Content>;
  readonly abort: AbortController;
  readers: number;
}

/** `sizeOf`: of what is kept, in characters or bytes. */
export function createLinkPages<Content>(now: () => number, sizeOf: (content: Content) => number): LinkPages<Content> {
  const pages = new Map<string, { readonly content: Content; readonly size: number; readonly until: number }>();
  const makings = new Map<string, Making<Content>>();
  const turns = new Map<string, Limiter>();
  const all = createLimiter(atOnce, 100);
  let held = 0;

  function forget(key: string): void {
    held -= pages.get(key)?.size ?? 0;
    pages.delete(key);
  }

  /** Pages stand in the order they were made in, so the oldest is the first. */
  function keep(key: string, content: Content): void {
    forget(key);
    const size = sizeOf(content);
    pages.set(key, { content, size, until: now() + kept });
    held += size;
    for (const [oldest, { until }] of pages) {
      if (held <= mostKept && until > now()) break;
      forget(oldest);
    }
  }

  /** Makes it when it is the link's turn, and then a turn among all links. */
  async function inTurn(link: string, work: () => Promise<Content>, signal: AbortSignal): Promise<Content> {
    const turn = turns.get(link) ?? createLimiter(perLink, mostWaiting);
    turns.set(link, turn);
    try {
      return await turn.run(() => all.run(work, signal), signal);
    } finally {
      if (turn.running === 0 && turn.waiting === 0) turns.delete(link);
    }
  }

  function making(link: string, key: string, make: (signal: AbortSignal) => Promise<Content>): Making<Content> {
    const known = makings.get(key);
    if (known !== undefined && !known.abort.signal.aborted) return known;
    const abort = new AbortController();
    const run = async (): Promise<Content> => {
      try {
        const content = await inTurn(link, () => make(abort.signal), abort.signal);
        keep(key, content);
        return content;
      } finally {
        if (makings.get(key) === begun) makings.delete(key);
      }
    };
    const begun: Making<Content> = { made: Promise.resolve().then(run), abort, readers: 0 };
    makings.set(key, begun);
    return begun;
  }

  return {
    async page(link, range, make, signal) {
      const key = JSON.stringify([link, range]);
      const known = pages.get(key);
      if (known !== undefined && known.until > now()) return known.content;
      const shared = making(link, key, make);
      shared.readers++;
      const leave = (): void => {
        // What nobody waits for any more need not be made.
        if (--shared.readers === 0) shared.abort.abort();
      };
      return await untilGone(shared.made, signal, leave);
    },
  };
}

/** The same, but a reader who goes does not wait for it. */
async function untilGone<T>(work: Promise<T>, signal: AbortSignal, leave: () => void): Promise<T> {
  let onAbort = (): void => undefined;
  const gone = new Promise<never>((_, reject) => {
    onAbort = () => {
      leave();
      reject(new ApiError(499, 'cancelled', 'The reader has gone.', 'Open the link again.'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, gone]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
