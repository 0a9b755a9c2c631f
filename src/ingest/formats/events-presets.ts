import { eventKinds } from '../../sessions/event.ts';
import type { EventsConfig, EventsMapping, EventsPreset, RowKind } from './events-config.ts';

type Preset = Omit<EventsConfig, 'preset'>;

/** What other systems call our kinds; `values.kind` of a configuration comes before them. */
const commonKinds: Readonly<Record<string, RowKind>> = {
  ...Object.fromEntries(eventKinds.map((kind) => [kind, kind])),
  refund: 'refund',
  out: 'checkout',
  'check-out': 'checkout',
  in: 'checkin',
  'check-in': 'checkin',
  return: 'checkin',
  returned: 'checkin',
  denied: 'denial',
  deny: 'denial',
};

const commonModels: Readonly<Record<string, 'concurrent' | 'metered'>> = {
  concurrent: 'concurrent',
  floating: 'concurrent',
  metered: 'metered',
  elastic: 'metered',
  consumption: 'metered',
};

/**
 * `events`: our own. One row per event; columns (or keys of JSON lines) named as the fields of an event, in any order:
 *
 * | column | meaning |
 * |---|---|
 * | time | required: ISO 8601 (without offset: the source's time zone) or seconds / milliseconds since 1970 |
 * | kind | required but for metered use: checkout, checkin, denial, unsupported, queued, dequeued, upgrade, refund; start, exit, reread |
 * | feature | required but for start, exit, reread |
 * | server, vendor, version, user, host, account, project | texts; server: else the source's name |
 * | client | device id, where the source has one; else user@host |
 * | model | concurrent (default) or metered |
 * | quantity | licenses, or the amount consumed (metered, up to 6 decimals); default 1. upgrade: the quantity afterwards |
 * | quantityBefore | upgrade only |
 * | handle | the same text in a checkout and its check-in |
 * | code, detail | denials: code and text as the source writes them |
 * | id | the event's own id: the same id (with kind and feature) in the same second is the same event, whatever else the row says |
 */
const events: Preset = {
  header: true,
  columns: {
    id: ['id', 'event id'],
    time: ['time', 'timestamp', 'date'],
    kind: ['kind', 'event', 'event type'],
    server: ['server', 'instance'],
    vendor: ['vendor', 'daemon'],
    feature: ['feature', 'feature name'],
    version: ['version'],
    user: ['user', 'user name'],
    host: ['host', 'host name'],
    client: ['client', 'client id', 'device', 'device id'],
    account: ['account', 'customer'],
    project: ['project'],
    model: ['model', 'license model'],
    quantity: ['quantity', 'count', 'amount'],
    quantityBefore: ['quantityBefore'],
    handle: ['handle'],
    code: ['code', 'status code'],
    detail: ['detail', 'reason', 'message'],
  },
};

/**
 * `fno-historical-usage`: what FlexNet Operations takes as an upload of usage, without a header:
 * `ISO 8601 date,count,feature name,activation code[,requestor ID,acquisition ID,key=value,…]`. Every row is metered use.
 */
const fnoHistoricalUsage: Preset = {
  header: false,
  delimiter: ',',
  columns: { time: 1, quantity: 2, feature: 3, user: 5, client: 5, handle: 6 },
  constants: { kind: 'checkout', model: 'metered' },
  details: [{ name: 'activation', column: 4 }, { from: 7 }],
};

/**
 * `data-warehouse-usage`: the usage table of the FlexNet Operations data warehouse (Dynamic Monetization, CLS).
 * - The transaction time (USAGE_TIME) counts, the time of writing only where it is missing.
 * - The instance is the server, the consumer the client, the item the feature.
 * - ACTIVATION_ID is blank exactly when the request failed: a denial, with the status code as its code.
 * - Amounts are fractional tokens; negative ones, and rows called refund, give back.
 * - USED is the total of the line item to date. It is used only where no column has the row's own amount.
 * - The same event in another export: CORRELATION_ID, item, line item and kind. Other columns may come, go or be corrected
 *   between exports; one request may be charged for several items and split over several line items.
 */
const dataWarehouseUsage: Preset = {
  header: true,
  columns: {
    time: ['USAGE_TIME', 'TRANSACTION_TIME', 'EVENT_TIME', 'WRITE_TIME', 'RECEIVED_TIME'],
    kind: ['EVENT_TYPE', 'TRANSACTION_TYPE', 'ACTION'],
    server: ['INSTANCE_ID', 'INSTANCE', 'INSTANCE_NAME', 'SERVER_ID'],
    feature: ['ITEM', 'ITEM_NAME', 'FEATURE', 'FEATURE_NAME'],
    version: ['ITEM_VERSION', 'FEATURE_VERSION', 'VERSION'],
    client: ['CONSUMER_ID', 'DEVICE_ID', 'REQUESTOR_ID'],
    user: ['USER_NAME', 'USER_ID', 'CONSUMER_ID', 'REQUESTOR_ID'],
    host: ['HOST_NAME', 'HOST'],
    account: ['ACCOUNT_ID', 'ACCOUNT_NAME', 'ACCOUNT'],
    project: ['PROJECT'],
    model: ['LICENSE_MODEL', 'MODEL'],
    quantity: ['TOKENS_CHARGED', 'TOTAL_TOKENS_CHARGED', 'CHARGED', 'TOKENS', 'AMOUNT', 'COUNT', 'QUANTITY'],
    handle: ['SESSION_ID'],
    code: ['STATUS_CODE', 'STATUS'],
    detail: ['STATUS_DESCRIPTION', 'STATUS_MESSAGE', 'STATUS_TEXT', 'DESCRIPTION', 'MESSAGE'],
  },
  values: {
    kind: {
      request: 'checkout',
      charge: 'checkout',
      usage: 'checkout',
      access: 'checkout',
      failed: 'denial',
      rejected: 'denial',
    },
  },
  constants: { kind: 'checkout', model: 'metered' },
  deniedWhenEmpty: 'ACTIVATION_ID',
  runningTotal: 'USED',
  runningTotalOf: ['ACCOUNT_ID', 'ACTIVATION_ID', 'INSTANCE_ID'],
  identity: ['CORRELATION_ID', 'ITEM', 'ACTIVATION_ID'],
};

export const presets: Readonly<Record<EventsPreset, Preset>> = {
  events,
  'fno-historical-usage': fnoHistoricalUsage,
  'data-warehouse-usage': dataWarehouseUsage,
};

/** The configured mapping on top of its preset (`fallback` when it names none). What the configuration says wins, field by field. */
export function mappingOf(config: EventsConfig, fallback: EventsPreset): EventsMapping {
  const name = config.preset ?? fallback;
  const preset = presets[name];
  const columns = { ...preset.columns, ...config.columns };
  const lower = <T>(...maps: readonly (Readonly<Record<string, T>> | undefined)[]): ReadonlyMap<string, T> =>
    new Map(
      maps.flatMap((map) => Object.entries(map ?? {}).map(([text, value]): [string, T] => [text.toLowerCase(), value])),
    );
  return {
    preset: name,
    header: config.header ?? preset.header ?? true,
    delimiter: config.delimiter ?? preset.delimiter,
    columns: Object.fromEntries(Object.entries(columns).map(([field, choice]) => [field, [choice].flat()])),
    kinds: lower(commonKinds, preset.values?.kind, config.values?.kind),
    models: lower(commonModels, preset.values?.model, config.values?.model),
    constants: { ...preset.constants, ...config.constants },
    deniedWhenEmpty: config.deniedWhenEmpty ?? preset.deniedWhenEmpty,
    runningTotal: config.runningTotal ?? preset.runningTotal,
    runningTotalOf: config.runningTotalOf ?? preset.runningTotalOf ?? [],
    details: config.details ?? preset.details ?? [],
    identity: config.identity ?? preset.identity ?? [],
  };
}
