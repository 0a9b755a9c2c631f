import type { Catalogue } from '../denials/catalogue.ts';
import { requireEntitlements } from '../ingest/entitlements/read.ts';
import type { EventStore } from '../ingest/event-store.ts';
import { formats } from '../ingest/formats/registry.ts';
import { detectFormat, InputError } from '../ingest/input.ts';
import { compileAccountMapping } from '../ingest/mappings/compile.ts';
import type { MappingRule } from '../ingest/mappings/mapping.ts';
import { requireMapping } from '../ingest/mappings/read.ts';
import { followFiles } from '../ingest/following/follow.ts';
import { followPointOf } from '../ingest/following/state.ts';
import type { IngestFile, IngestOptions } from '../ingest/pipeline.ts';
import { ingestFiles, reattribute } from '../ingest/pipeline.ts';
import type { Connection } from '../store/connection.ts';
import { listEntitlements, loadEntitlements } from '../store/entitlements.ts';
import { listMappings, loadMapping } from '../store/mappings.ts';
import { readSources } from '../store/sources.ts';
import { readUnusableLines } from '../store/unreadable.ts';
import { ApiError } from './errors.ts';
import { guarded } from './guard.ts';
import type { Loading } from './local.ts';
import type { IngestContext, IngestReport, SourceFile } from './service.ts';

export interface LoadingParts {
  readonly connection: Connection;
  readonly events: EventStore;
  readonly catalogue: Catalogue;
  readonly siteTimezone: string;
}

/** Loading into a store of this process. */
export function createLoading({ connection, events, catalogue, siteTimezone }: LoadingParts): Loading {
  /** Whose events are, and why they were denied, as it is known now. */
  const rules = async (): Promise<Pick<IngestOptions, 'accountOf' | 'resolveReason'>> => ({
    accountOf: compileAccountMapping(await listMappings(connection)),
    resolveReason: (refusal) => catalogue.reasonOf(refusal),
  });

  return {
    async followPoints() {
      return (await events.checkpoints()).flatMap((checkpoint) => followPointOf(checkpoint) ?? []);
    },

    async follow(files, options) {
      return followFiles(events, files, { ...options, ...(await rules()) });
    },

    async ingest(given, context) {
      const { files, chosen, refused } = await chooseFormats(given, siteTimezone, context);
      const summary = await ingestFiles(
        events,
        files,
        {
          timezone: siteTimezone,
          ...(context.signal !== undefined && { signal: context.signal }),
          ...(await rules()),
        },
        context.onProgress,
      );
      return { ...summary, formats: chosen, refused };
    },

    async loadEntitlements({ name, text, account = '', server = '' }) {
      const { rows, notices } = ofItsKind('a CSV of entitlements or a FlexNet license file', name, text, () =>
        requireEntitlements(text, name, { account, server }),
      );
      const loaded = await loadEntitlements(connection, name, rows);
      const elsewhere = loaded.supersededElsewhere.map(
        ({ document, rows: count }) => `${count} rows of ${document} say the same thing and no longer count`,
      );
      const unknown = await accountsWithoutLines(connection, rows);
      return {
        document: name,
        rows: rows.length,
        superseded: loaded.superseded,
        notices: [...notices, ...elsewhere, ...unknown],
      };
    },

    async entitlements() {
      const rows = await listEntitlements(connection, { current: true });
      return rows.map(({ uncounted, quantity, ...row }) => ({
        document: row.document,
        account: row.account,
        product: row.product,
        feature: row.feature,
        version: row.version,
        server: row.server,
        model: row.model,
        quantity: uncounted ? null : quantity,
        overdraft: row.overdraft,
        period: row.period,
        start: row.start,
        end: row.end,
      }));
    },

    async loadAccounts({ name, text }) {
      const mapping = ofItsKind('a mapping of accounts or products as CSV', name, text, () =>
        requireMapping(text, name),
      );
      const { rules, replaced } = await loadMapping(connection, name, mapping);
      const moved = await reattribute(events, compileAccountMapping(await listMappings(connection)));
      const notices =
        moved.length === 0
          ? []
          : [`lines of ${moved.length} license servers that were stored already belong to other accounts now`];
      return {
        document: name,
        rows: rules,
        superseded: replaced,
        notices: [...notices, ...(await fittingLines(events, mapping))],
      };
    },

    sources: () => readSources(connection),

    unusableLines: (filter, signal) => readUnusableLines(connection, filter, signal === undefined ? {} : { signal }),
  };
}

/** To how many stored lines the account rules of a document apply: rules that fit nothing are mostly misspelt. */
async function fittingLines(events: EventStore, mapping: readonly MappingRule[]): Promise<readonly string[]> {
  if (!mapping.some(({ target }) => target === 'account')) return [];
  const accountOf = compileAccountMapping(mapping);
  // An account of the whole source goes before any rule.
  const servers = (await events.allSources()).filter(({ account }) => account === '').map(({ server }) => server);
  let [fitting, all] = [0, 0];
  for await (const owners of events.owners(servers)) {
    for (const owner of owners) {
      all += owner.lines;
      if (accountOf(owner) !== '') fitting += owner.lines;
    }
  }
  const count = (lines: number): string => lines.toLocaleString('en');
  return all === 0
    ? ['no stored line waits for an account; the account rules will apply to lines that are read from now on']
    : [
        `the account rules fit ${count(fitting)} of ${count(all)} stored lines of license servers without an account of their own`,
      ];
}

/** Accounts that something was bought for and no line names: mostly written differently there. */
async function accountsWithoutLines(
  connection: Connection,
  rows: readonly { readonly account: string }[],
): Promise<readonly string[]> {
  const { rows: known } = await connection.query(`SELECT DISTINCT account FROM activity WHERE level = 'month'`);
  const names = new Set(known.map(([account]) => String(account)));
  // While nothing is read, or no line has an account, nothing can be misspelt.
  if ([...names].every((name) => name === '')) return [];
  const unknown = [...new Set(rows.map(({ account }) => account))].filter((name) => name !== '' && !names.has(name));
  if (unknown.length === 0) return [];
  const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : '';
  return [
    `no line is of these accounts: ${unknown.slice(0, 5).join(', ')}${more}; is that how the logs or account rules name them?`,
  ];
}

/** Reads a document; when that fails because it is a log or an export of events, says so instead of naming its first line. */
function ofItsKind<T>(expected: string, name: string, text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const found = eventsFormatOf(name, text);
    if (found === undefined) throw error;
    throw new ApiError(
      400,
      'wrong_format',
      `${name}: expected ${expected}, found a ${found}. Nothing of it was loaded.`,
      'Read it with: license-analytics ingest FILE',
      { cause: error },
    );
  }
}

/** Enough to tell a format by, characters. */
const headLength = 64 * 1024;

function eventsFormatOf(name: string, text: string): string | undefined {
  try {
    return detectFormat(Buffer.from(text.slice(0, headLength)), formats, 'auto', name).format.title;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

interface Chosen {
  readonly files: readonly IngestFile[];
  readonly chosen: IngestReport['formats'];
  readonly refused: IngestReport['refused'];
}

/** The format of each file. Files of the wrong kind are left out and told of; when nothing is left, the first is thrown. */
async function chooseFormats(
  given: readonly SourceFile[],
  siteTimezone: string,
  { caller }: IngestContext,
): Promise<Chosen> {
  const files: IngestFile[] = [];
  const chosen: IngestReport['formats'][number][] = [];
  const refused: IngestReport['refused'][number][] = [];
  let first: InputError | undefined;
  for (const { input, source } of given) {
    const { format: wanted = 'auto', server, account, timezone = siteTimezone, options } = source;
    try {
      const { format, reason } = detectFormat(await input.head(), formats, wanted, input.name, options);
      files.push({
        input,
        format: caller.accounts === 'all' ? format : guarded(format, caller.accounts, server ?? ''),
        source: {
          timezone,
          ...(server !== undefined && { server }),
          ...(account !== undefined && { account }),
          ...(options !== undefined && { formatOptions: options }),
        },
      });
      chosen.push({ file: input.name, format: format.name, reason });
    } catch (error) {
      if (!(error instanceof InputError) || error.code === 'unknown-format') throw error;
      first ??= error;
      refused.push({ file: input.name, reason: error.message, todo: error.advice });
    }
  }
  if (files.length === 0 && first !== undefined) throw first;
  return { files, chosen, refused };
}
