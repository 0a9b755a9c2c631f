import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { QuestionError, shown } from '../../query/errors.ts';
import { parseUntil } from '../../query/time.ts';

/** A link as it is stored: it shows the page of one account to whoever has its address, until it expires or is revoked. */
export interface Link {
  readonly id: string;
  /** SHA-256 of the secret, hex. The secret is 256 random bits, so a plain hash cannot be guessed back. */
  readonly hash: string;
  readonly account: string;
  readonly showUsers: boolean;
  /** What it was made for, in words. */
  readonly purpose: string;
  /** Name of the token that made it. */
  readonly createdBy: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly expires: number;
  /** 0 = in force. */
  readonly revoked: number;
}

export const linkStates = ['open', 'expired', 'revoked'] as const;
export type LinkState = (typeof linkStates)[number];

/** No link lasts longer, days. */
export const longestDays = 366;

const day = 86_400_000;

/** Until when a new link is there, epoch milliseconds: see `parseUntil`. Throws `QuestionError` `invalidTime`. */
export function linkExpiry(text: string, now: number, timezone: string): number {
  const until = parseUntil(text, now, timezone);
  if (until <= now + longestDays * day) return until;
  throw new QuestionError(
    'invalidTime',
    `expires: expected at most ${longestDays} days from now on (12h, 30d, 8w, 3M, 1y), found ${shown(text)}. A link can be made anew at any time.`,
    'expires',
  );
}

const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** Whether it can be a secret of ours at all: what cannot is never looked up. */
export const isSecret = (text: string): boolean => secretForm.test(text);

export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A new link. `secret` is shown once and never stored. */
export function newLink(
  given: Pick<Link, 'account' | 'showUsers' | 'purpose' | 'createdBy' | 'expires'>,
  now: number,
): { readonly secret: string; readonly link: Link } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, link: { id: randomUUID(), hash: hashOfSecret(secret), ...given, created: now, revoked: 0 } };
}

export function linkState({ revoked, expires }: Pick<Link, 'revoked' | 'expires'>, now: number): LinkState {
  if (revoked !== 0) return 'revoked';
  return expires <= now ? 'expired' : 'open';
}

/** What opened a link: enough to tell people from programs that look into mails, and no more. */
export const shortAgent = (header: string | undefined): string =>
  (header ?? '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 120);
