import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { LoadedConfig } from '../../config/load.ts';
import { loadConfig } from '../../config/load.ts';
import { eventFields, eventsPresets } from '../../ingest/formats/events-config.ts';
import { expandInputs, InputError } from '../../ingest/input.ts';
import { owner } from '../../server/caller.ts';
import type {
  EntitlementDocument,
  IngestReport,
  NamedText,
  Service,
  SourceFile,
  SourceOptions,
} from '../../server/service.ts';
import type { PlaceOptions } from '../connect.ts';
import { withPlace, withService } from '../connect.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import { createProgress } from '../progress.ts';
import { remarksText, summaryText } from '../reports.ts';
import { accountsOf, loadAccounts } from './accounts.ts';
import { entitlementsOf, loadEntitlements } from './entitlements.ts';

interface IngestOptions extends PlaceOptions {
  readonly account?: string;
  readonly server?: string;
  readonly timezone?: string;
  readonly format: string;
  readonly preset?: string;
  readonly mapping?: string;
}

/** Words, some on each line. */
const inLines = (words: readonly string[]): string =>
  [words.slice(0, 10), words.slice(10)].map((line) => `  ${line.join(', ')}`).join(',\n');

const examples = `
Examples:
  $ license-analytics ingest /var/log/flexlm/lic-01.log --account acme --timezone Europe/Berlin
  $ license-analytics ingest 'logs/*.log.gz' --server lic-01
  $ zcat lic-01.log.gz | license-analytics ingest - --server lic-01
  $ license-analytics ingest usage.csv --preset fno-historical-usage
  $ license-analytics ingest usage.csv --mapping columns.yaml
  $ license-analytics ingest                # everything that the configuration file names

A mapping says in which column of a table (CSV or JSON lines) what stands, and what its texts mean:
  columns: { time: when, user: login, feature: item, quantity: amount }
  values: { kind: { OUT: checkout, IN: checkin, NO: denial } }
What columns can give:
${inLines(eventFields)}

The same lines twice count once: ingest whole files, rotated copies or overlapping parts as often as you like.
Exit code: 0 when everything was stored, however many lines were unreadable; 1 when not; 2 for wrong usage.
`;

export function ingestCommand(program: Command, io: Io): void {
  withPlace(program.command('ingest'))
    .description("read license servers' logs and exports into the store")
    .argument('[files...]', 'files, directories, globs, or - for standard input')
    .option('--account <name>', 'customer or department that the use belongs to')
    .option('--server <name>', 'name of the license server (default: what the log says)')
    .option('--timezone <zone>', "IANA time zone of the log's times (default: the site's, else UTC)")
    .option('--format <name>', 'format of the files; auto looks at the content', 'auto')
    .option(
      '--preset <name>',
      `columns of a well-known CSV or JSON export: ${eventsPresets.filter((name) => name !== 'events').join(', ')}`,
    )
    .option('--mapping <file>', 'YAML or JSON file that says which column is what')
    .addHelpText('after', examples)
    .action(async (files: string[], options: IngestOptions) => {
      const loaded = loadConfig(options.config, io.env);
      const given =
        files.length === 0
          ? await openConfigured(loaded)
          : {
              accounts: [],
              entitlements: [],
              ...(await openFiles([{ files, source: await sourceOf(options, loaded) }])),
            };
      try {
        await withService(
          options,
          io,
          async (service) => {
            const report = await ingestGiven(service, given, io);
            io.err(remarksText(report));
            io.out(summaryText(report));
            if (report.refused.length > 0) process.exitCode = 1;
          },
          { store: 'new', writesLines: true, check: () => checkGiven(given, loaded) },
        );
      } finally {
        for (const { input } of given.files) await input.close();
      }
    });
}

async function sourceOf(options: IngestOptions, { config }: LoadedConfig): Promise<SourceOptions> {
  const mapping = options.mapping === undefined ? {} : await mappingOf(options.mapping);
  const given = { ...mapping, ...(options.preset === undefined ? {} : { preset: options.preset }) };
  return {
    account: options.account,
    server: options.server,
    timezone: options.timezone ?? config.siteTimezone,
    format: options.format,
    ...(Object.keys(given).length === 0 ? {} : { options: given }),
  };
}

async function mappingOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `--mapping: expected a readable YAML or JSON file, found ${file} (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(
    `--mapping: expected settings such as "columns:" in ${file}, found something else. See docs/loading.md.`,
  );
}

/** Files of one source, as the user named them. */
interface Named {
  readonly files: readonly string[];
  readonly source: SourceOptions;
}

/** What there is to read, opened before there is a store for it. */
interface Given {
  readonly accounts: readonly NamedText[];
  readonly entitlements: readonly EntitlementDocument[];
  readonly files: readonly SourceFile[];
  /** Why names stand for nothing. */
  readonly missing: readonly InputError[];
}

/** Throws `InputError` where there is nothing at all. */
async function openFiles(sources: readonly Named[]): Promise<Pick<Given, 'files' | 'missing'>> {
  const files: SourceFile[] = [];
  const missing: InputError[] = [];
  for (const { files: names, source } of sources) {
    const present = await withoutMissing(names, missing);
    for (const input of await expandInputs(present, process.stdin)) files.push({ input, source });
  }
  // A source that is not there is no reason to leave out the others.
  if (files.length === 0 && missing[0] !== undefined) throw missing[0];
  return { files, missing };
}

/** The names that stand for something; why the others do not is added to `missing`. */
async function withoutMissing(names: readonly string[], missing: InputError[]): Promise<readonly string[]> {
  const present: string[] = [];
  for (const name of names) {
    try {
      // Standard input is there, and can be read only once.
      if (name !== '-') for (const input of await expandInputs([name], process.stdin)) await input.close();
      present.push(name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      missing.push(error);
    }
  }
  return present;
}

async function openConfigured({ config, file }: LoadedConfig): Promise<Given> {
  if (config.sources.length === 0) {
    const where = file === undefined ? 'there is no license-analytics.yaml' : `${file} names no sources`;
    throw new UsageError(`Nothing to ingest: no files were given, and ${where}. Try: license-analytics ingest FILE`);
  }
  const accounts = await Promise.all((config.accounts ?? []).map(accountsOf));
  const entitlements = await Promise.all(config.entitlements.map((entry) => entitlementsOf(entry.file, entry)));
  const sources = config.sources.map(({ files, server, account, timezone = config.siteTimezone, format, options }) => ({
    files,
    source: { server, account, timezone, format, options },
  }));
  return { accounts, entitlements, ...(await openFiles(sources)) };
}

/** Throws for what cannot be stored; of several files, when none can. */
async function checkGiven({ accounts, entitlements, files }: Given, { config }: LoadedConfig): Promise<void> {
  const { chooseFormats, entitlementsIn, rulesIn } = await import('../../server/given.ts');
  accounts.forEach(rulesIn);
  entitlements.forEach(entitlementsIn);
  await chooseFormats(files, config.siteTimezone, { caller: owner });
}

/** Everything in one ingest: what is summed up is then brought up to date once. */
async function ingestGiven(service: Service, given: Given, io: Io): Promise<IngestReport> {
  for (const document of given.accounts) await loadAccounts(service, document, io);
  for (const document of given.entitlements) await loadEntitlements(service, document, io);
  const progress = createProgress(io);
  try {
    const report = await service.ingest(given.files, { caller: owner, onProgress: (now) => progress.update(now) });
    const refused = given.missing.map(({ message, advice }) => ({ file: '', reason: message, todo: advice }));
    return { ...report, refused: [...report.refused, ...refused] };
  } finally {
    progress.stop();
  }
}
