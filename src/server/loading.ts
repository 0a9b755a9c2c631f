import type { Catalogue } from '../denials/catalogue.ts';
import type { EventStore } from '../ingest/event-store.ts';
import { compileAccountMapping } from '../ingest/mappings/compile.ts';
import type { MappingRule } from '../ingest/mappings/mapping.ts';
import { followFiles } from '../ingest/following/follow.ts';
import { followPointOf } from '../ingest/following/state.ts';
import type { IngestOptions } from '../ingest/pipeline.ts';
import { ingestFiles, reattribute } from '../ingest/pipeline.ts';
import type { Connection } from '../store/connection.ts';
import { listEntitlements, loadEntitlements } from '../store/entitlements.ts';
import { listMappings, loadMapping } from '../store/mappings.ts';
import { readSources } from '../store/sources.ts';
import { readUnusableLines } from '../store/unreadable.ts';
import { chooseFormats, entitlementsIn, rulesIn } from './given.ts';
import type { Loading } from './local.ts';

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

    async loadEntitlements(document) {
      const { name } = document;
      const { rows, notices } = entitlementsIn(document);
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
        package: row.package,
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

    async loadAccounts(document) {
      const { name } = document;
      const mapping = rulesIn(document);
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
