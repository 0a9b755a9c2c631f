import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/schema.ts';
import {
  createFollower,
  type FollowedProblem,
  type FollowedSource,
  type FollowNotice,
} from '../ingest/following/follower.ts';
import { formats } from '../ingest/formats/registry.ts';
import { createDocumentWatch, type WatchedDocument } from './documents.ts';
import { toApiError } from './errors.ts';
import type { LocalService } from './local.ts';

/** What the server follows while it runs. */
export interface FollowSettings extends Pick<Config['following'], 'everySeconds'> {
  readonly sources: readonly FollowedSource[];
  /** Files of accounts and entitlements, loaded when they change. */
  readonly documents: readonly WatchedDocument[];
}

/** How the following of files stands, for whoever watches the server. Times are ISO, UTC. */
export interface FollowingState {
  readonly everySeconds: number;
  /** Looks that have ended since the server started. */
  readonly looks: number;
  /** Lines read by them. */
  readonly lines: number;
  readonly lastLook: string | null;
  readonly lastLookSeconds: number;
  /** Why the last look as a whole failed, and what to do; empty when it did not. */
  readonly error: string;
  readonly sources: readonly {
    readonly names: readonly string[];
    readonly files: number;
    /** When a look last found new lines in it, since the server started. */
    readonly lastGrowth: string | null;
    /** Lines that wait for a date that comes after them. */
    readonly waitingLines: number;
    readonly problems: readonly FollowedProblem[];
  }[];
  /** Documents that could not be loaded. */
  readonly documents: readonly FollowedProblem[];
  /** The newest of what was found remarkable. */
  readonly notices: readonly (FollowNotice & { readonly at: string })[];
}

export interface Following {
  /** Looks at everything once: documents first, since they say whose the lines are. */
  look(): Promise<void>;
  state(): FollowingState;
}

export interface FollowingParts {
  readonly service: Pick<LocalService, 'follow' | 'followPoints' | 'loadAccounts' | 'loadEntitlements'>;
  readonly timezone: string;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly signal: AbortSignal;
  /** Sources that are found out while the server runs, in place of the settings'. */
  readonly sources?: () => readonly FollowedSource[];
}

const keptNotices = 20;

export function createFollowing(settings: FollowSettings, parts: FollowingParts): Following {
  const { service, timezone, logger, signal } = parts;
  const documents = createDocumentWatch(settings.documents, service, logger);
  const follower = createFollower({
    sources: parts.sources ?? (() => settings.sources),
    formats,
    options: { timezone },
    points: () => service.followPoints(),
    follow: (files) => service.follow(files, { timezone, signal }),
  });
  const told = new Map<string, string>();
  const notices: FollowingState['notices'][number][] = [];
  let looks = 0;
  let lines = 0;
  let lastLook: number | undefined;
  let lastLookSeconds = 0;
  let error = '';

  /** A problem is told when it comes and when it goes, not at every look. */
  function tellProblems(): void {
    const now = new Map(
      follower
        .state()
        .flatMap(({ problems }) => problems.map(({ file, message, todo }) => [file, `${message}. ${todo}`] as const)),
    );
    for (const [file, text] of now) if (told.get(file) !== text) logger.warn({ file }, text);
    for (const file of told.keys()) if (!now.has(file)) logger.info({ file }, 'can be read again');
    told.clear();
    for (const [file, text] of now) told.set(file, text);
  }

  return {
    async look() {
      const began = performance.now();
      const at = Date.now();
      try {
        await documents.look();
        const found = await follower.look(at);
        lines += found.lines;
        error = '';
        for (const notice of found.notices) {
          logger.warn({ file: notice.file }, notice.text);
          notices.push({ ...notice, at: new Date(at).toISOString() });
        }
        notices.splice(0, notices.length - keptNotices);
        if (found.files > 0) {
          logger.info(
            { files: found.files, lines: found.lines, seconds: secondsSince(began) },
            'followed files have grown',
          );
        }
        tellProblems();
      } catch (failure) {
        if (signal.aborted) return;
        const { message, todo } = toApiError(failure);
        error = `${message} ${todo}`.trim();
        logger.error({ err: failure }, 'looking at the followed files failed; the next look tries again');
      }
      looks++;
      lastLook = at;
      lastLookSeconds = secondsSince(began);
    },

    state: () => ({
      everySeconds: settings.everySeconds,
      looks,
      lines,
      lastLook: isoOf(lastLook),
      lastLookSeconds,
      error,
      sources: follower.state().map(({ names, files, lastGrowth, waiting, problems }) => ({
        names,
        files,
        lastGrowth: isoOf(lastGrowth),
        waitingLines: waiting,
        problems,
      })),
      documents: documents.problems(),
      notices: [...notices],
    }),
  };
}

/** Looks again and again until the signal comes: one look at a time, and a pause after each. */
export async function keepLooking(
  look: () => Promise<void>,
  { everySeconds, signal }: { readonly everySeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    await look();
    try {
      await pause(everySeconds * 1000, undefined, { signal });
    } catch (error) {
      if (!isOver()) throw error;
    }
  }
}

const secondsSince = (began: number): number => Math.round(performance.now() - began) / 1000;
const isoOf = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
