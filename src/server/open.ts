import { totalmem } from 'node:os';
import type { Config } from '../config/schema.ts';
import { createCatalogue } from '../denials/catalogue.ts';
import type { DenialOverride } from '../denials/catalogue.ts';
import { createEngine } from '../engine/engine.ts';
import { defaultAccountName } from '../engine/own-account.ts';
import type { DenialsAcross } from '../query/question.ts';
import { compileAccountMapping } from '../ingest/mappings/compile.ts';
import { recover, repair } from '../ingest/pipeline.ts';
import type { Connection } from '../store/connection.ts';
import type { Site } from '../store/ensure-facts.ts';
import { ensureFacts } from '../store/ensure-facts.ts';
import { createEventStore } from '../store/event-store.ts';
import { factsZone } from '../store/facts-zone.ts';
import { sharingReads } from '../store/shared-reads.ts';
import { listMappings } from '../store/mappings.ts';
import { openStore } from '../store/open.ts';
import { putToken, readTokens } from '../store/tokens.ts';
import type { Limiter } from './limiter.ts';
import { createLimiter } from './limiter.ts';
import { ask } from './ask.ts';
import { createLocalDelivering, defaultDelivery, storeRows } from './delivery/local.ts';
import type { DeliverySettings } from './delivery/settings.ts';
import { createLoading } from './loading.ts';
import type { LocalService } from './local.ts';
import { localService } from './local.ts';
import type { Metrics } from './metrics.ts';

export type { LocalService } from './local.ts';

/** Where the data are, and how questions about them are answered. */
export interface ServerSettings {
  readonly store: StorePlace;
  readonly siteTimezone: string;
  /** Name of the one account, where no line has an account. */
  readonly siteAccount?: string | undefined;
  readonly denials: readonly DenialOverride[];
  /** What makes one episode of denials where a question does not say; default `servers`. */
  readonly denialsAcross?: DenialsAcross;
  readonly limits: Config['limits'];
  /** Links and subscriptions; left out: links with their defaults, and no mail. */
  readonly delivery?: DeliverySettings;
}

export type StorePlace =
  | { readonly kind: 'directory'; readonly directory: string }
  | {
      readonly kind: 'clickhouse';
      readonly url: string;
      readonly username?: string;
      readonly password?: string;
      readonly database?: string;
      readonly cluster?: string;
    };

/** For people: never a password. */
export function storeInWords(store: StorePlace): string {
  if (store.kind === 'directory') return 'embedded';
  return `ClickHouse (${URL.canParse(store.url) ? new URL(store.url).host : 'by URL'}${store.cluster === undefined ? '' : `, cluster ${store.cluster}`})`;
}

/** What the built-in engine may take, bytes: Node's own part comes on top, and both stay under 3 GB. */
const mostMemory = 2_500_000_000;

function repairedText(servers: readonly string[]): string {
  const named = servers.slice(0, 5).join(', ') + (servers.length > 5 ? ` and ${servers.length - 5} more` : '');
  return `Figures of ${named} did not follow from the stored lines (an ingest that broke off): they have been derived anew. No line was lost.`;
}

/** Makes what is kept by day follow the site, and tells how far it is where that takes long. */
async function followSite(connection: Connection, site: Site, tell: (sentence: string) => void): Promise<void> {
  const begun = performance.now();
  let next = begun + 5000;
  const wasMade = await ensureFacts(connection, site, (part) => {
    if (performance.now() < next) return;
    next = performance.now() + 5000;
    tell(`Figures by day are being made for the days of ${site.siteTimezone}: ${Math.floor(100 * part)} %.`);
  });
  if (wasMade && performance.now() > begun + 5000)
    tell(`Figures by day were made in ${Math.round((performance.now() - begun) / 1000)} s.`);
}

/**
 * Opens the store in this process, ends what an interrupted ingest left open where it may, and offers the service on it. Throws
 * `StoreError`.
 */
export async function openLocalService(
  {
    store,
    siteTimezone,
    siteAccount = defaultAccountName,
    denials,
    denialsAcross = 'servers',
    limits,
    delivery = defaultDelivery,
  }: ServerSettings,
  {
    limiter,
    metrics,
    now = Date.now,
    onRepair,
    existing = false,
    recovers = !existing,
  }: {
    readonly limiter?: Limiter;
    readonly metrics?: Pick<Metrics, 'question'>;
    /** Of links and subscriptions, epoch milliseconds. */
    readonly now?: () => number;
    /**
     * Given by the one process that writes to the store: what is derived is then checked, and this told, in a sentence, when it
     * was wrong and has been derived anew. Another process would take for wrong what is just being written.
     */
    readonly onRepair?: (sentence: string) => void;
    /**
     * Whether there has to be a store, since nothing will be written: `StoreError` of code `absent` when not. What is kept by day
     * is then used where it fits this site, and left as it is.
     */
    readonly existing?: boolean;
    /**
     * Whether what an interrupted ingest left open is ended, by default where something will be written. Only by who may write lines: of a
     * ClickHouse server, an ingest of another process that goes on looks the same as one that broke off.
     */
    readonly recovers?: boolean;
  } = {},
): Promise<LocalService> {
  const connection = sharingReads(
    await openStore(
      store.kind === 'directory' ? { ...store, maxMemoryBytes: Math.min(mostMemory, totalmem() / 2) } : store,
      existing,
    ),
  );
  try {
    const events = createEventStore(connection);
    if (onRepair !== undefined && (!existing || (await factsZone(connection)) === ''))
      await followSite(connection, { siteTimezone, siteAccount }, onRepair);
    if (recovers) await recover(events, compileAccountMapping(await listMappings(connection)));
    const repaired = onRepair === undefined ? [] : await repair(events);
    if (repaired.length > 0) onRepair?.(repairedText(repaired));
    const catalogue = createCatalogue(denials);
    const answerBytes = limits.answerMegabytes * 1e6;
    const engine = createEngine({ connection, catalogue, siteTimezone, siteAccount, denialsAcross, answerBytes });
    const asking = {
      engine,
      limiter: limiter ?? createLimiter(limits.concurrentQuestions, limits.waitingQuestions),
      metrics: metrics ?? { question: () => undefined },
      questionSeconds: limits.questionSeconds,
    };
    const loading = createLoading({ connection, events, catalogue, siteTimezone });
    const service: LocalService = localService({
      ...asking,
      catalogue,
      loading,
      tokenRows: { list: () => readTokens(connection), put: (token) => putToken(connection, token, Date.now()) },
      delivering: createLocalDelivering({
        ...storeRows(connection),
        ask: (request, context) => ask(asking, request, context),
        accounts: {
          dimensionValues: (request, context) => service.dimensionValues(request, context),
          entitlements: (context) => service.entitlements(context),
        },
        settings: delivery,
        siteTimezone,
        now,
      }),
      siteTimezone,
      close: () => connection.close(),
    });
    return service;
  } catch (error) {
    await connection.close();
    throw error;
  }
}
