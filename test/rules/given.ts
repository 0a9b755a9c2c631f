import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine, type Frame } from '../../src/engine/engine.ts';
import { isLicenseFile, requireEntitlements } from '../../src/ingest/entitlements/read.ts';
import { formats } from '../../src/ingest/formats/registry.ts';
import { fileInput } from '../../src/ingest/input.ts';
import { ingestFiles, type IngestSummary } from '../../src/ingest/pipeline.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { loadEntitlements } from '../../src/store/entitlements.ts';
import { loadMapping } from '../../src/store/mappings.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { tables } from '../../src/store/schema.ts';
import { readOnce } from '../support/read-once.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

/** What a test starts from: texts as a license server or a sales system writes them. */
export interface Given {
  /** One file, or several that are read in one go. */
  readonly log?: string | readonly string[];
  readonly format?: 'flexnet' | 'csv' | 'ndjson';
  readonly account?: string;
  /** Where the license server stands; default UTC. */
  readonly timezone?: string;
  readonly server?: string;
  /** Whether its log tells denials; default yes. */
  readonly tracksDenials?: boolean;
  /** A CSV text with its header, or a FlexNet license file (of `account`). */
  readonly entitlements?: string;
  /** Feature → product, for features that no entitlement names a product of. */
  readonly products?: Readonly<Record<string, string>>;
  /** Where entitlements begin and end; default UTC. */
  readonly siteTimezone?: string;
  readonly denialsAcross?: 'servers' | 'pool';
  /** Name of the one account, where no line has one. */
  readonly siteAccount?: string;
  /** What the clock says, UTC; default: later than every log. */
  readonly now?: string;
}

export type Cell = string | number | boolean | null;
export type Asked = Readonly<Record<string, unknown>> & { readonly measure: string };

export interface Answers {
  /** Rows of the answer, column by column; a series gives [label values…, time as ISO text, figures…] per point. */
  readonly ask: (question: Asked, from?: string, to?: string) => Promise<Cell[][]>;
  /** Like `ask`, for somebody who may see these accounts only. */
  readonly askAs: (accounts: readonly string[], question: Asked, from?: string, to?: string) => Promise<Cell[][]>;
  /** The one figure of an answer with one row and one column; null also where there is no row. */
  readonly figure: (question: Asked, from?: string, to?: string) => Promise<Cell>;
  readonly frames: (question: Asked, from?: string, to?: string) => Promise<readonly Frame[]>;
  /** Texts of the notices. */
  readonly notices: (question: Asked, from?: string, to?: string) => Promise<string[]>;
  /** What the ingest said in the end. */
  readonly summary: IngestSummary;
  /** A later run of `ingest` into the same store. */
  readonly ingest: (more: Pick<Given, 'log' | 'format' | 'account' | 'timezone' | 'server'>) => Promise<IngestSummary>;
}

/** One embedded store per test file (opening costs more than a test), emptied before every test unless it is to `keep`. */
export function useStore({ keep = false } = {}): (given: Given) => Promise<Answers> {
  let store: TestStore;
  let folder: string;
  let files = 0;
  beforeAll(async () => {
    store = await openTestStore();
    folder = await mkdtemp(join(tmpdir(), 'license-analytics-rules-'));
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (keep) return;
    for (const table of tables) await store.connection.command(`TRUNCATE TABLE ${table.name}`);
  });

  return async (given) => {
    const catalogue = createCatalogue();
    const events = createEventStore(store.connection);
    const ingest = async (more: Given): Promise<IngestSummary> => {
      const {
        log = [],
        format: name = 'flexnet',
        account = 'acme',
        timezone = 'UTC',
        server = 'lic01',
        tracksDenials,
      } = more;
      const format = formats.find((one) => one.name.startsWith(name));
      if (format === undefined) throw new Error(`No format is named ${name}.`);
      const inputs = [];
      for (const text of [log].flat()) {
        const path = join(folder, `${++files}.log`);
        await writeFile(path, text);
        inputs.push({ input: await fileInput(path), format });
      }
      return ingestFiles(events, inputs, {
        timezone,
        account,
        server,
        ...(tracksDenials !== undefined && { tracksDenials }),
        resolveReason: ({ code, text }) => catalogue.reasonOf({ system: 'flexnet', code, text }),
      });
    };
    const summary = await ingest(given);
    if (given.entitlements !== undefined) {
      // A table has a column for accounts, where empty means every account; license files know of none.
      const account = isLicenseFile(given.entitlements) ? (given.account ?? 'acme') : '';
      const { rows } = requireEntitlements(given.entitlements, 'bought.csv', { account, server: '' });
      await loadEntitlements(store.connection, 'bought.csv', rows);
    }
    const products = Object.entries(given.products ?? {}).map(
      ([pattern, value]) => ({ target: 'product', field: 'feature', pattern, value }) as const,
    );
    if (products.length > 0) await loadMapping(store.connection, 'products.csv', products);
    const reading = readOnce(store.connection);
    const engine = createEngine({
      connection: reading.connection,
      catalogue,
      siteTimezone: given.siteTimezone ?? 'UTC',
      ...(given.denialsAcross !== undefined && { denialsAcross: given.denialsAcross }),
      ...(given.siteAccount !== undefined && { siteAccount: given.siteAccount }),
      now: () => ms(given.now ?? '2100-01-01 00:00:00'),
    });
    const framesFor = async (
      accounts: 'all' | readonly string[],
      question: Asked,
      from?: string,
      to?: string,
    ): Promise<readonly Frame[]> => {
      const range = { ...(from !== undefined && { from: ms(from) }), ...(to !== undefined && { to: ms(to) }) };
      const options = { scope: { accounts } };
      const parsed = parseQuestion(question).question;
      reading.anew();
      const rollups = await engine.answer(parsed, range, options);
      // Exactness first: rollup and raw give the same numbers.
      const raw = await engine.answer(parsed, range, { ...options, rawOnly: true });
      expect(raw.frames).toEqual(rollups.frames);
      return rollups.frames;
    };
    const frames: Answers['frames'] = (...asked) => framesFor('all', ...asked);
    const ask: Answers['ask'] = async (...asked) => (await frames(...asked)).flatMap(rowsOf);
    return {
      ask,
      askAs: async (...asked) => (await framesFor(...asked)).flatMap(rowsOf),
      frames,
      figure: async (...asked) => {
        const rows = await ask(...asked);
        if (rows.length > 1 || (rows[0]?.length ?? 1) > 1) throw new Error(`One figure, not ${JSON.stringify(rows)}`);
        return rows[0]?.[0] ?? null;
      },
      notices: async (...asked) =>
        (await frames(...asked)).flatMap((frame) => (frame.schema.meta.notices ?? []).map((notice) => notice.text)),
      summary,
      ingest,
    };
  };
}

/** `2026-03-02 09:00:00` or ISO without offset: UTC. */
export const ms = (text: string): number => {
  const value = Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(value)) throw new Error(`Not a time: ${text}`);
  return value;
};

function rowsOf(frame: Frame): Cell[][] {
  const { fields } = frame.schema;
  const labels = Object.values(fields.find((field) => field.labels !== undefined)?.labels ?? {});
  return (frame.data.values[0] ?? []).map((_, row) => [
    ...labels,
    ...frame.data.values.map((values, i) => {
      const value = values[row] ?? null;
      return fields[i]?.type === 'time' && value !== null
        ? new Date(Number(value)).toISOString().replace('.000Z', 'Z')
        : value;
    }),
  ]);
}

/** The head of every FlexNet log below: lmgrd and one vendor daemon start at 08:00:00 on a day. */
export const head = (day: string, time = ' 8:00:00', daemon = 'acmed'): string =>
  `${time} (lmgrd) FlexNet Licensing (v11.16.2.0 build 242809 x64_n6) started on lic01 (linux) (${day})
${time} (lmgrd) Started ${daemon} (pid 4711)
`;
