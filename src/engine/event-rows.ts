/** An event as it is stored. */
export interface EventRow {
  /** Epoch milliseconds. */
  readonly time: number;
  /** Its place in its source's order among the events of that moment: an unsigned 64-bit integer. */
  readonly seq: string;
  readonly kind: string;
  readonly account: string;
  readonly feature: string;
  readonly version: string;
  readonly server: string;
  readonly vendor: string;
  readonly model: string;
  /** Number of the client in its account; 0: the line named none. */
  readonly client: number;
  readonly project: string;
  readonly quantity: number;
  readonly code: string;
  readonly reason: string;
  readonly detail: string;
}

/** What `eventRow` reads. @param table name of the relation and a dot, or nothing */
export const eventColumns = (table: string): string =>
  [
    `toUnixTimestamp64Milli(${table}time)`,
    `toString(${table}seq)`,
    `toString(${table}kind)`,
    ...['account', 'feature', 'version', 'server', 'vendor'].map((name) => `${table}${name}`),
    `toString(${table}model)`,
    `${table}client`,
    `${table}project`,
    `toFloat64(${table}quantity)`,
    ...['code', 'reason', 'detail'].map((name) => `${table}${name}`),
  ].join(', ');

export function eventRow(row: readonly unknown[]): EventRow {
  const [, seq = '', kind = '', account = '', feature = '', version = '', server = '', vendor = '', model = ''] =
    row.map(String);
  const [project = '', , code = '', reason = '', detail = ''] = row.slice(10).map(String);
  return {
    time: Number(row[0]),
    seq,
    kind,
    account,
    feature,
    version,
    server,
    vendor,
    model,
    client: Number(row[9]),
    project,
    quantity: Number(row[11]),
    code,
    reason,
    detail,
  };
}

/** Events that the asked order leaves equal stand in the order of their files, so that an answer is always the same. */
export const inFileOrder = (direction: 'asc' | 'desc', table = ''): string =>
  ['time', 'seq', 'server'].map((column) => `${table}${column} ${direction}`).join(', ');

/** Compares places of one moment. */
export const compareSeq = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
