import { readFile, stat } from 'node:fs/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { FollowedProblem } from '../ingest/following/follower.ts';
import { inputErrorOf } from '../ingest/input.ts';
import { owner } from './caller.ts';
import { toApiError } from './errors.ts';
import type { LoadReport, Service } from './service.ts';

/** A file that says what was bought, or whose the use is. */
export interface WatchedDocument {
  readonly kind: 'accounts' | 'entitlements';
  readonly file: string;
  /** Entitlements: for rows that name none. */
  readonly account?: string | undefined;
  readonly server?: string | undefined;
}

export interface DocumentWatch {
  /** Loads the documents that have changed since the last look; all of them at the first. */
  look(): Promise<void>;
  /** Documents that could not be loaded as they are now. */
  problems(): readonly FollowedProblem[];
}

type Loader = Pick<Service, 'loadAccounts' | 'loadEntitlements'>;

export function createDocumentWatch(
  documents: readonly WatchedDocument[],
  service: Loader,
  logger: Pick<FastifyBaseLogger, 'info' | 'warn'>,
): DocumentWatch {
  const seen = new Map<string, string>();
  const problems = new Map<string, FollowedProblem>();

  function refuse(file: string, message: string, todo: string): void {
    if (problems.get(file)?.message !== message) logger.warn({ file }, `${message} ${todo}`.trim());
    problems.set(file, { file, message, todo });
  }

  async function lookAt(document: WatchedDocument): Promise<void> {
    const { file } = document;
    let stamp: string;
    let text: string;
    try {
      const { ino, size, mtimeMs } = await stat(file);
      stamp = `${ino} ${size} ${mtimeMs}`;
      if (seen.get(file) === stamp) return;
      text = await readFile(file, 'utf8');
    } catch (error) {
      // What was loaded stays in force; the file is tried again at the next look.
      const { message, advice } = inputErrorOf(error, file);
      refuse(file, `${message}; what was loaded of it stays in force.`, advice);
      seen.delete(file);
      return;
    }
    try {
      const { rows, notices } = await load(document, text, service);
      for (const notice of notices) logger.info({ file }, notice);
      logger.info({ file, rows }, `${document.kind} loaded`);
      problems.delete(file);
    } catch (error) {
      const { status, message, todo } = toApiError(error);
      // Only what the document itself is at fault for waits for another one.
      if (status >= 500) throw error;
      refuse(file, message, todo);
    }
    seen.set(file, stamp);
  }

  return {
    async look() {
      for (const document of documents) await lookAt(document);
    },
    problems: () => [...problems.values()],
  };
}

async function load(
  { kind, file, account, server }: WatchedDocument,
  text: string,
  service: Loader,
): Promise<LoadReport> {
  const context = { caller: owner };
  if (kind === 'accounts') return service.loadAccounts({ name: file, text }, context);
  return service.loadEntitlements({ name: file, text, account, server }, context);
}
