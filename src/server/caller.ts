import { ApiError } from './errors.ts';

export const tokenLevels = ['read', 'write', 'admin'] as const;
/** What a token allows: each level includes the ones before it. */
export type TokenLevel = (typeof tokenLevels)[number];

/** Who asks, and what they may see. `accounts` goes to the engine with every question; nothing in a request widens it. */
export interface Caller {
  /** Name of the token, for the log. */
  readonly name: string;
  readonly level: TokenLevel;
  readonly accounts: 'all' | readonly string[];
}

/** The owner of the machine or of the data directory. */
export const owner: Caller = { name: 'local', level: 'admin', accounts: 'all' };

/** Throws 403 unless the caller has at least that level. */
export function requireLevel(caller: Caller, level: TokenLevel): void {
  if (tokenLevels.indexOf(caller.level) >= tokenLevels.indexOf(level)) return;
  throw new ApiError(
    403,
    'scope_too_small',
    `This needs a token with scope "${level}", and "${caller.name}" has scope "${caller.level}".`,
    `Create one with: license-analytics token create --name NAME --scope ${level}`,
  );
}

/** Throws 403 when the caller is limited to accounts: for what concerns everyone's data at once. */
export function requireAllAccounts(caller: Caller, what: string): void {
  if (caller.accounts === 'all') return;
  throw new ApiError(
    403,
    'token_limited_to_accounts',
    `${what} concerns every account, and the token "${caller.name}" is limited to some.`,
    'Use a token that was created without --accounts.',
  );
}
