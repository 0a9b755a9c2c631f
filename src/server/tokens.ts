import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Caller, TokenLevel } from './caller.ts';

/** A token as it is stored: only the hash of its secret. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the whole token, hex. The secret is 256 random bits, so a plain hash cannot be guessed back. */
  readonly hash: string;
  readonly scope: TokenLevel;
  /** Accounts it is limited to; empty = all. */
  readonly accounts: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970; 0 = in force. */
  readonly revoked: number;
}

/** Where tokens are kept: the store implements it. */
export interface TokenRows {
  list(): Promise<readonly StoredToken[]>;
  /** Adds the row, or replaces the one with the same id. */
  put(token: StoredToken): Promise<void>;
}

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A new token. `secret` is shown once and never stored. */
export function newToken(
  given: { readonly name: string; readonly scope: TokenLevel; readonly accounts: readonly string[] },
  now: number,
): { readonly secret: string; readonly row: StoredToken } {
  const secret = `la_${randomBytes(32).toString('base64url')}`;
  const row = { id: randomUUID(), ...given, hash: hashOf(secret), created: now, revoked: 0 };
  return { secret, row };
}

/** A token that is not in the table: from the environment, or of the running server for its own machine. */
export interface FixedToken {
  readonly hash: string;
  readonly caller: Caller;
}

/** How long a token that was created or revoked elsewhere (another server on the same store) goes unnoticed, ms. */
const freshFor = 5_000;

export interface TokenCheck {
  /** Who this token stands for; undefined when nobody. */
  identify(token: string): Promise<Caller | undefined>;
  /** Whether any token exists or ever existed: then nobody gets in without one. */
  required(): Promise<boolean>;
  /** Forget what was read from the table: it has just changed. */
  forget(): void;
}

/** Checks tokens against the fixed ones and the table. Comparison takes the same time wherever two hashes differ. */
export function createTokenCheck(
  rows: () => Promise<TokenRows>,
  fixed: readonly FixedToken[],
  demand: boolean,
): TokenCheck {
  let known: Promise<readonly StoredToken[]> | undefined;
  let readAt = 0;

  function table(): Promise<readonly StoredToken[]> {
    if (known === undefined || Date.now() - readAt > freshFor) {
      readAt = Date.now();
      const reading = rows().then((port) => port.list());
      known = reading;
      reading.catch(() => {
        if (known === reading) known = undefined;
      });
    }
    return known;
  }

  return {
    async identify(token) {
      const hash = Buffer.from(hashOf(token), 'hex');
      const matches = (stored: string): boolean => timingSafeEqual(hash, Buffer.from(stored, 'hex'));
      let found = fixed.find((entry) => matches(entry.hash))?.caller;
      if (found !== undefined) return found;
      for (const entry of await table()) {
        if (matches(entry.hash) && entry.revoked === 0) {
          found = {
            name: entry.name,
            level: entry.scope,
            accounts: entry.accounts.length === 0 ? 'all' : entry.accounts,
          };
        }
      }
      return found;
    },
    async required() {
      return demand || (await table()).length > 0;
    },
    forget() {
      known = undefined;
    },
  };
}
