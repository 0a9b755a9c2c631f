import type { Catalogue } from '../denials/catalogue.ts';
import type { Engine } from '../engine/engine.ts';
import { dimensions } from '../query/dimensions.ts';
import type { FollowReport } from '../ingest/following/follow.ts';
import type { FollowedFile } from '../ingest/following/slice.ts';
import type { FollowPoint } from '../ingest/following/state.ts';
import type { Dimension } from '../query/dimensions.ts';
import { didYouMean } from '../query/errors.ts';
import { askedAt } from '../query/time.ts';
import { ask, rangeOf } from './ask.ts';
import type { Asking } from './ask.ts';
import type { Caller } from './caller.ts';
import type { LocalDelivering } from './delivery/local.ts';
import { requireAllAccounts } from './caller.ts';
import { ApiError } from './errors.ts';
import type {
  EntitlementDocument,
  EntitlementRow,
  IngestContext,
  IngestReport,
  LoadReport,
  NamedText,
  Service,
  SourceFile,
  SourceOptions,
  SourceRow,
  TokenInfo,
  UnusableFilter,
  UnusableLines,
} from './service.ts';
import type { StoredToken, TokenRows } from './tokens.ts';
import { newToken } from './tokens.ts';

/** Bringing data into the store and looking at what is there, whoever asks. */
export interface Loading extends LocalFollowing {
  ingest(files: readonly SourceFile[], context: IngestContext): Promise<IngestReport>;
  loadEntitlements(document: EntitlementDocument): Promise<LoadReport>;
  entitlements(): Promise<readonly EntitlementRow[]>;
  loadAccounts(document: NamedText): Promise<LoadReport>;
  sources(): Promise<readonly SourceRow[]>;
  unusableLines(filter: UnusableFilter, signal: AbortSignal | undefined): Promise<UnusableLines>;
}

export interface LocalParts extends Asking {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly loading: Loading;
  readonly tokenRows: TokenRows;
  readonly delivering: LocalDelivering;
  readonly siteTimezone: string;
  readonly close: () => Promise<void>;
}

/** Following files, which only the process with the store does. */
export interface LocalFollowing {
  /** Where files have been read to. */
  followPoints(): Promise<readonly FollowPoint[]>;
  /** Stores what files have gained. */
  follow(files: readonly FollowedFile[], options: FollowOptions): Promise<FollowReport>;
}

export interface FollowOptions {
  /** Of files whose source names none. */
  readonly timezone: string;
  readonly signal: AbortSignal;
}

/** A service on a store of this process, with what only the server needs of it. */
export interface LocalService extends Service, LocalFollowing, LocalDelivering {
  readonly tokenRows: TokenRows;
  onTokensChanged(listener: () => void): void;
}

export function localService(parts: LocalParts): LocalService {
  const { engine, loading, tokenRows, siteTimezone } = parts;
  const listeners: (() => void)[] = [];

  return {
    ...parts.delivering,
    tokenRows,
    followPoints: () => loading.followPoints(),
    follow: (files, options) => loading.follow(files, options),
    onTokensChanged: (listener) => void listeners.push(listener),
    ask: (request, context) => ask(parts, request, context),

    dimensionValues: async ({ dimension, search, filters, limit, ...range }, { caller, signal }) =>
      parts.limiter.run(
        () =>
          engine.dimensionValues({
            dimension: dimensionOf(dimension),
            ...rangeOf(range, siteTimezone, askedAt(Date.now())),
            ...(search !== undefined && search !== '' && { search }),
            ...(filters !== undefined && { filters }),
            ...(limit !== undefined && { limit }),
            ...(signal !== undefined && { signal }),
            scope: scopeOf(caller),
          }),
        signal,
      ),

    annotations: async (range, { caller, signal }) =>
      parts.limiter.run(
        () =>
          engine.annotations(rangeOf(range, siteTimezone, askedAt(Date.now())), {
            scope: scopeOf(caller),
            ...(signal !== undefined && { signal }),
          }),
        signal,
      ),

    denialReasons: () => Promise.resolve({ families: parts.catalogue.families(), reasons: parts.catalogue.reasons() }),

    async ingest(files, context) {
      for (const { source } of files) await requireOwnSource(context.caller, source, loading);
      return loading.ingest(files, context);
    },

    async loadEntitlements(document, { caller }) {
      requireAllAccounts(caller, 'Loading entitlements');
      return loading.loadEntitlements(document);
    },

    async entitlements({ caller: { accounts } }) {
      const [stored, own] = await Promise.all([loading.entitlements(), engine.accountName()]);
      const rows = stored.map((row) => (row.account === '' ? { ...row, account: own } : row));
      return accounts === 'all' ? rows : rows.filter((row) => accounts.includes(row.account));
    },

    async loadAccounts(document, { caller }) {
      requireAllAccounts(caller, 'A mapping file');
      return loading.loadAccounts(document);
    },

    async sources({ caller }) {
      const rows = await loading.sources();
      if (caller.accounts === 'all') return rows;
      const visible = new Set((await engine.sources(scopeOf(caller))).map((source) => source.server));
      // Counts of a source's lines are those of all its accounts.
      return rows
        .filter((row) => visible.has(row.server))
        .map((row) => ({ ...row, account: '', lines: null, unreadable: null, undated: null }));
    },

    async unusableLines(filter, { caller, signal }) {
      requireAllAccounts(caller, 'The list of unreadable lines');
      return parts.limiter.run(() => loading.unusableLines(filter, signal), signal);
    },

    async createToken(given, { caller }) {
      requireAllAccounts(caller, 'Creating a token');
      const taken = (await tokenRows.list()).some((row) => row.name === given.name && row.revoked === 0);
      if (taken) {
        throw new ApiError(
          409,
          'token_exists',
          `There is a token named "${given.name}" already.`,
          'Choose another name, or revoke that one.',
        );
      }
      const { secret, row } = newToken(given, Date.now());
      await tokenRows.put(row);
      for (const listener of listeners) listener();
      return { ...tokenInfo(row), token: secret };
    },

    async tokens({ caller }) {
      requireAllAccounts(caller, 'The list of tokens');
      return (await tokenRows.list()).map(tokenInfo);
    },

    async revokeToken(idOrName, { caller }) {
      requireAllAccounts(caller, 'Revoking a token');
      const rows = await tokenRows.list();
      const found = rows.find((row) => row.revoked === 0 && (row.id === idOrName || row.name === idOrName));
      if (found === undefined) {
        throw new ApiError(
          404,
          'token_not_found',
          `No token in force has the id or name "${idOrName}".`,
          'See: license-analytics token list',
        );
      }
      const revoked = { ...found, revoked: Date.now() };
      await tokenRows.put(revoked);
      for (const listener of listeners) listener();
      return tokenInfo(revoked);
    },

    close: parts.close,
  };
}

const scopeOf = ({ accounts }: Caller): { accounts: 'all' | readonly string[] } => ({ accounts });

function dimensionOf(name: string): Dimension {
  const found = dimensions.find((dimension) => dimension === name);
  if (found !== undefined) return found;
  throw new ApiError(
    404,
    'unknown_dimension',
    `There is no dimension "${name}".${didYouMean(name, dimensions)}`,
    `Use one of ${dimensions.join(', ')}.`,
  );
}

/**
 * A token that is limited to accounts may write only what is theirs: it names one of them, and a license server that no one
 * else's data come from (a line saying that a server started would end everyone's sessions on it).
 */
async function requireOwnSource(caller: Caller, source: SourceOptions, loading: Loading): Promise<void> {
  if (caller.accounts === 'all') return;
  const { account, server } = source;
  const refuse = (sentence: string): never => {
    throw new ApiError(
      403,
      'token_limited_to_accounts',
      sentence,
      'Name your own account and license server, or use a token without --accounts.',
    );
  };
  if (account === undefined || !caller.accounts.includes(account)) {
    refuse(
      `The token "${caller.name}" may write for ${caller.accounts.join(', ')} only; the request names the account "${account ?? ''}".`,
    );
  }
  if (server === undefined) refuse(`The token "${caller.name}" must say which license server the lines come from.`);
  const known = (await loading.sources()).find((row) => row.server === server);
  if (known !== undefined && known.account !== account) {
    refuse(`The license server "${server ?? ''}" is not known as one of "${account ?? ''}" alone.`);
  }
}

function tokenInfo({ id, name, scope, accounts, created, revoked }: StoredToken): TokenInfo {
  return {
    id,
    name,
    scope,
    accounts,
    created: new Date(created).toISOString(),
    revoked: revoked === 0 ? '' : new Date(revoked).toISOString(),
  };
}
