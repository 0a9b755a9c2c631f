import { z } from 'zod';
import { isAhead } from '../ahead.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

const answer = z.object({
  message: z.string().describe('One sentence for people.'),
  version: z.string(),
  store: z.string(),
  token: z.string(),
  accounts: z.union([z.literal('all'), z.array(z.string())]),
  sources: z.int(),
  newestEvent: z.string().nullable().describe('ISO, UTC: the newest dated line of all sources.'),
  newestEventAgeSeconds: z.number().nullable(),
  following: schemas.following
    .nullable()
    .describe('Null where nothing is followed, and for tokens that are limited to accounts.'),
  delivering: schemas.delivering
    .nullable()
    .describe('Null where no mail server is configured, and for tokens that are limited to accounts.'),
});

/** For whoever connects: whether it is the right server, what the token sees, and how fresh the data are. */
export function statusRoutes(
  state: ServerState,
  { version, store }: { readonly version: string; readonly store: string },
): readonly AnyRoute[] {
  return [
    route({
      method: 'GET',
      url: '/api/v1/status',
      summary: 'What is connected: version, store, what the token may see, and how fresh the data are.',
      needs: 'read',
      query: schemas.nothing,
      answer,
      async handle({ caller, signal }) {
        const sources = await serviceOf(state).sources({ caller, signal });
        const newest = sources.map(({ lastLine }) => Date.parse(lastLine)).reduce((a, b) => Math.max(a, b), -Infinity);
        const known = Number.isFinite(newest);
        const now = Date.now();
        const age = known ? Math.max(0, (now - newest) / 1000) : null;
        const ahead = sources.filter((source) => isAhead(source, now)).map(({ server }) => server);
        return {
          message: sentence({ version, store, accounts: caller.accounts, sources: sources.length, newest, now, ahead }),
          version,
          store,
          token: caller.name,
          accounts: caller.accounts,
          sources: sources.length,
          newestEvent: known ? new Date(newest).toISOString() : null,
          newestEventAgeSeconds: age === null ? null : Math.round(age),
          following: (caller.accounts === 'all' ? state.following?.() : undefined) ?? null,
          delivering: (caller.accounts === 'all' ? state.delivering?.() : undefined) ?? null,
        };
      },
    }),
  ];
}

function sentence(of: {
  readonly version: string;
  readonly store: string;
  readonly accounts: 'all' | readonly string[];
  readonly sources: number;
  readonly newest: number;
  readonly now: number;
  /** Servers whose last line lies in the future. */
  readonly ahead: readonly string[];
}): string {
  const scope =
    of.accounts === 'all'
      ? 'all accounts'
      : of.accounts.length === 0
        ? 'no account: the token and the settings have none in common'
        : `the accounts ${some(of.accounts)}`;
  const sources = `${of.sources} license server${of.sources === 1 ? '' : 's'}`;
  const seconds = Math.abs(of.now - of.newest) / 1000;
  const newest = Number.isFinite(of.newest)
    ? `Newest event ${ageInWords(seconds)} ${of.ahead.length > 0 ? 'in the future' : 'ago'} (${new Date(of.newest).toISOString().slice(0, 16).replace('T', ' ')} UTC)`
    : 'No events yet: load logs with license-analytics ingest';
  const zone = of.ahead.length > 0 ? `: check the time zone of ${some(of.ahead)}` : '';
  const fresh = `${newest}${zone}.`;
  return `License Analytics ${of.version}, ${of.store} store; sees ${scope}; ${sources}. ${fresh}`;
}

const some = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;

function ageInWords(seconds: number): string {
  const [count, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7200
        ? [seconds / 60, 'minute']
        : seconds < 172_800
          ? [seconds / 3600, 'hour']
          : [seconds / 86_400, 'day'];
  const rounded = Math.round(count);
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}
