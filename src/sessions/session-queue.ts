import type { LicenseEvent } from './event.ts';
import type { OpenSession } from './matcher-state.ts';
import type { Pool } from './pools.ts';

/** An open session in its client's queue. Amounts are whole millionths of a license, so that no sum drifts. */
export interface Session {
  readonly account: string;
  readonly version: string;
  readonly project: string;
  readonly handle: string;
  readonly start: number;
  /** Rank among all sessions of the source by opening. */
  readonly rank: number;
  micro: number;
  next: Session | undefined;
  /** On the head of a queue only: its tail. */
  tail: Session;
}

/** What a line says of the session that it is about. */
type Wanted = Pick<LicenseEvent, 'version' | 'handle'>;

/** A session opens, last in its client's queue; one of nothing does not. */
export function append(
  { queues }: Pool,
  client: number,
  { account, version, project, handle, start, micro }: Omit<OpenSession, 'vendor' | 'feature' | 'client'>,
  rank: number,
): void {
  if (micro <= 0) return;
  const session = { account, version, project, handle, start, micro, rank, next: undefined } as Omit<
    Session,
    'tail'
  > as Session;
  session.tail = session;
  const head = queues.get(client);
  if (head === undefined) {
    queues.set(client, session);
  } else {
    head.tail.next = session;
    head.tail = session;
  }
}

/**
 * Takes up to `micro` out of what fits, oldest first, and tells of each session that something was taken out of, before it
 * becomes smaller or leaves the queue.
 * @returns what was not open
 */
export function takeOldest(
  pool: Pool,
  client: number,
  wanted: Wanted,
  micro: number,
  taken: (session: Session, micro: number) => void,
): number {
  let rest = micro;
  const head = pool.queues.get(client);
  const handle = handleToMatch(head, wanted);
  let before: Session | undefined;
  for (let session = head; session !== undefined && rest > 0; session = session.next) {
    if (!fits(session, wanted, handle)) {
      before = session;
      continue;
    }
    const part = Math.min(rest, session.micro);
    taken(session, part);
    rest -= part;
    session.micro -= part;
    if (session.micro === 0) remove(pool, client, session, before);
    else before = session;
  }
  return rest;
}

/** The session opened last of those that fit. */
export function newest({ queues }: Pool, client: number, wanted: Wanted): Session | undefined {
  const head = queues.get(client);
  const handle = handleToMatch(head, wanted);
  let found: Session | undefined;
  for (let session = head; session !== undefined; session = session.next) {
    if (fits(session, wanted, handle)) found = session;
  }
  return found;
}

function remove({ queues }: Pool, client: number, session: Session, before: Session | undefined): void {
  if (before !== undefined) {
    before.next = session.next;
    const head = queues.get(client);
    if (head !== undefined && head.tail === session) head.tail = before;
  } else if (session.next === undefined) {
    queues.delete(client);
  } else {
    session.next.tail = session.tail;
    queues.set(client, session.next);
  }
}

/** A version limits matching only where both lines give one; a handle only where one of the open sessions has it. */
function fits(session: Session, wanted: Wanted, handle: string | undefined): boolean {
  if (handle !== '' && session.handle !== (handle ?? '')) return false;
  return session.version === wanted.version || session.version === '' || wanted.version === '';
}

/** The line's handle if an open session has it; else undefined: then only sessions without a handle fit. '' = any fits. */
function handleToMatch(head: Session | undefined, { handle }: Wanted): string | undefined {
  if (handle === '') return '';
  for (let session = head; session !== undefined; session = session.next) {
    if (session.handle === handle) return handle;
  }
  return undefined;
}
