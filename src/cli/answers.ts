import { ApiError } from '../server/errors.ts';
import { owner } from '../server/caller.ts';
import type { QueryPart, Range, Service } from '../server/service.ts';
import type { FieldValue } from '../engine/frame.ts';
import { formatTable } from './format.ts';
import type { AnswerColumn, AnswerRow, AnswerTable } from './rows.ts';
import { noticesOf, tableOf } from './rows.ts';

/** One of the answers: what it is headed by, what it says, and its rows. */
export interface Section {
  /** Key in the JSON answer. */
  readonly key: string;
  readonly heading: string;
  /** A sentence below the heading. */
  readonly words: string;
  readonly table: AnswerTable;
  /** Stands in the place of an empty table. */
  readonly empty: string;
}

export interface Answers {
  readonly sections: readonly Section[];
  readonly notices: readonly string[];
}

/** Customers from here on are close to what they bought, %. */
const closeAt = 80;

const questions: Readonly<Record<string, QueryPart>> = {
  clients: { measure: 'uniqueClients', groupBy: ['account', 'feature'], limit: 100_000 },
  entitled: { measure: 'entitled', groupBy: ['account', 'feature'], limit: 100_000 },
  share: { measure: 'clientsPerLicense', groupBy: ['account', 'feature'], limit: 100_000 },
  percentage: { measure: 'usagePercentage', groupBy: ['account', 'feature'], limit: 100_000 },
  peak: { measure: 'peakConcurrent', groupBy: ['account', 'feature'], limit: 100_000 },
  consumed: { measure: 'consumed', groupBy: ['account', 'feature'], limit: 100_000 },
  servers: { measure: 'peakConcurrent', groupBy: ['account', 'feature', 'server'], limit: 100_000 },
  denied: { measure: 'denialSummary', limit: 1000 },
};

/**
 * The users' first four questions (DESIGN.md), and what no entitlement covers. `account` is the customer of the third; the
 * one closest to its entitlements when left out. At most `rows` rows per table.
 */
export async function fourAnswers(
  service: Service,
  range: Range,
  { account, rows = 15 }: { readonly account?: string | undefined; readonly rows?: number },
): Promise<Answers> {
  const ask = async (parts: Readonly<Record<string, QueryPart>>): Promise<Asked> => askAll(service, range, parts);
  const asked = await ask(questions);
  const figures = join(asked.tables, ['clients', 'entitled', 'share', 'percentage', 'peak', 'consumed']);
  const names = figures.map((row) => String(row['account']));
  const customer = account ?? closest(figures);
  const one = await ask(customerQuestions(customer));
  if (account !== undefined && !names.includes(account)) {
    throw new ApiError(
      404,
      'unknown_account',
      `No use of an account "${account}" is known.`,
      'See: license-analytics query \'{"measure":"checkouts","groupBy":["account"]}\'',
    );
  }
  return {
    sections: [
      sharing(figures, rows),
      close(figures, asked.tables['servers'] ?? nothing, rows),
      customerUsage(customer, one.tables, rows),
      why(asked.tables['denied'] ?? nothing, rows),
      unmapped(figures, asked.tables['servers'] ?? nothing, rows),
    ],
    notices: [...new Set([...asked.notices, ...one.notices])],
  };
}

interface Asked {
  readonly tables: Readonly<Record<string, AnswerTable>>;
  readonly notices: readonly string[];
}

const nothing: AnswerTable = { columns: [], rows: [] };

async function askAll(service: Service, range: Range, parts: Readonly<Record<string, QueryPart>>): Promise<Asked> {
  const queries = Object.entries(parts).map(([refId, part]) => ({ ...part, refId }));
  const { results } = await service.ask({ ...range, queries }, { caller: owner });
  const tables: Record<string, AnswerTable> = {};
  const notices: string[] = [];
  for (const [refId, part] of Object.entries(results)) {
    if (!('frames' in part)) throw new ApiError(part.status, part.code, part.error, '');
    tables[refId] = tableOf(part.frames);
    notices.push(...noticesOf(part.frames));
  }
  return { tables, notices };
}

const keyOf = (row: AnswerRow, keys: readonly string[]): string => JSON.stringify(keys.map((key) => row[key] ?? ''));

/** Rows of several measures of the same grouping side by side; each figure under its name. */
function join(
  tables: Readonly<Record<string, AnswerTable>>,
  names: readonly string[],
  keys: readonly string[] = ['account', 'feature'],
): readonly AnswerRow[] {
  const rows = new Map<string, Record<string, FieldValue>>();
  for (const name of names) {
    for (const row of tables[name]?.rows ?? []) {
      const key = keyOf(row, keys);
      let joined = rows.get(key);
      if (joined === undefined) {
        joined = Object.fromEntries(keys.map((dimension) => [dimension, row[dimension] ?? '']));
        rows.set(key, joined);
      }
      joined[name] = row['value'] ?? null;
    }
  }
  return [...rows.values()];
}

const number = (row: AnswerRow, key: string): number => (typeof row[key] === 'number' ? row[key] : -1);
const descending = (rows: readonly AnswerRow[], key: string): AnswerRow[] =>
  [...rows].sort((a, b) => number(b, key) - number(a, key));

const text = (key: string, title: string): AnswerColumn => ({ key, title, type: 'string', unit: '' });
const figure = (key: string, title: string, unit = ''): AnswerColumn => ({ key, title, type: 'number', unit });
const who = [text('account', 'Customer'), text('feature', 'Feature')];

function sharing(figures: readonly AnswerRow[], rows: number): Section {
  const known = figures.filter((row) => number(row, 'entitled') > 0 && number(row, 'clients') >= 0);
  return {
    key: 'clientsPerLicense',
    heading: '1. How many clients share what was bought?',
    words: `Distinct clients that were served, and how many of them share one license; the ${rows} most shared.`,
    table: {
      columns: [
        ...who,
        figure('entitled', 'Bought'),
        figure('clients', 'Clients'),
        figure('share', 'Clients per license'),
      ],
      rows: descending(known, 'share').slice(0, rows),
    },
    empty: 'No entitlements are known for any use. Load them: license-analytics entitlements load FILE',
  };
}

function close(figures: readonly AnswerRow[], servers: AnswerTable, rows: number): Section {
  const near = descending(figures, 'percentage').filter((row) => number(row, 'percentage') >= closeAt);
  const more = near.length > rows ? ` ${near.length} in all, the highest ${rows} shown.` : '';
  return {
    key: 'closeToEntitlement',
    heading: `2. Which customers use ${closeAt} % or more of what they bought?`,
    words: `Highest use at one time (metered: amount consumed) in % of what was bought, and on which license servers.${more}`,
    table: {
      columns: [
        ...who,
        figure('percentage', 'Usage', 'percent'),
        figure('peak', 'Peak in use'),
        figure('consumed', 'Consumed'),
        figure('entitled', 'Bought'),
        text('servers', 'License servers (peak)'),
      ],
      rows: near.slice(0, rows).map((row) => ({ ...row, servers: serversOf(row, servers) })),
    },
    empty: `None reaches ${closeAt} %.`,
  };
}

function serversOf(row: AnswerRow, servers: AnswerTable): string {
  const key = keyOf(row, ['account', 'feature']);
  return descending(
    servers.rows.filter((other) => keyOf(other, ['account', 'feature']) === key),
    'value',
  )
    .map((other) => `${String(other['server'])} (${String(other['value'] ?? '–')})`)
    .join(', ');
}

function closest(figures: readonly AnswerRow[]): string {
  return String(descending(figures, 'percentage')[0]?.['account'] ?? '');
}

const customerMeasures = [
  ['percentage', 'usagePercentage'],
  ['peak', 'peakConcurrent'],
  ['average', 'averageConcurrent'],
  ['hours', 'licenseHours'],
  ['clients', 'uniqueClients'],
  ['checkouts', 'checkouts'],
  ['denials', 'denials'],
  ['consumed', 'consumed'],
  ['entitled', 'entitled'],
] as const;

function customerQuestions(account: string): Readonly<Record<string, QueryPart>> {
  return Object.fromEntries(
    customerMeasures.map(([name, measure]): [string, QueryPart] => [
      name,
      {
        measure,
        groupBy: ['feature'],
        filters: [{ dimension: 'account', operator: '=', values: [account] }],
        limit: 100_000,
      },
    ]),
  );
}

function customerUsage(account: string, tables: Readonly<Record<string, AnswerTable>>, rows: number): Section {
  const figures = join(
    tables,
    customerMeasures.map(([name]) => name),
    ['feature'],
  );
  const used = figures.filter(
    (row) => number(row, 'checkouts') > 0 || number(row, 'denials') > 0 || number(row, 'consumed') > 0,
  );
  return {
    key: 'customer',
    heading: `3. What does ${account === '' ? 'the use without a customer' : account} use?`,
    words: 'One customer, feature by feature; another with --account NAME.',
    table: {
      columns: [
        text('feature', 'Feature'),
        figure('percentage', 'Usage', 'percent'),
        figure('peak', 'Peak'),
        figure('average', 'Average'),
        figure('entitled', 'Bought'),
        figure('hours', 'License hours'),
        figure('clients', 'Clients'),
        figure('checkouts', 'Checkouts'),
        figure('denials', 'Denials'),
        figure('consumed', 'Consumed'),
      ],
      rows: descending(used, 'percentage').slice(0, rows),
    },
    empty: 'No use is known.',
  };
}

function why(denied: AnswerTable, rows: number): Section {
  const more =
    denied.rows.length > rows ? ` ${denied.rows.length} reasons in all, the ${rows} most frequent shown.` : '';
  return {
    key: 'denials',
    heading: '4. Why are users denied, and who should do what about it?',
    words: `Denials by reason; repeated tries of one client count once.${more}`,
    table: {
      columns: [
        text('family', 'Family'),
        text('reason', 'Reason'),
        text('code', 'Code'),
        figure('count', 'Denials'),
        figure('sharePercent', 'Share', 'percent'),
        text('opportunity', 'What to do'),
        text('owner', 'Who'),
      ],
      rows: denied.rows.slice(0, rows),
    },
    empty: 'Nobody was denied.',
  };
}

function unmapped(figures: readonly AnswerRow[], servers: AnswerTable, rows: number): Section {
  const uncovered = figures
    .filter((row) => (row['percentage'] ?? null) === null && (number(row, 'peak') > 0 || number(row, 'consumed') > 0))
    .map((row) => ({ ...row, servers: serversOf(row, servers) }));
  return {
    key: 'unmapped',
    heading: 'Unmapped: use that no entitlement covers, so that no percentage can be given',
    words:
      'Load what was bought for it, or correct the account, feature or server of the entitlement; uncounted features are here too.',
    table: {
      columns: [
        ...who,
        figure('peak', 'Peak in use'),
        figure('consumed', 'Consumed'),
        figure('clients', 'Clients'),
        text('servers', 'License servers (peak)'),
      ],
      rows: descending(uncovered, 'peak').slice(0, rows),
    },
    empty: 'Everything that is used is covered by an entitlement.',
  };
}

/** The answers as text for people. */
export function answersText({ sections }: Answers): string {
  return sections
    .map(({ heading, words, table, empty }) => `${heading}\n${words}\n\n${formatTable(table, empty)}`)
    .join('\n');
}

/** The answers as one JSON object: a list of rows for each. */
export function answersJson({ sections }: Answers): string {
  return `${JSON.stringify(Object.fromEntries(sections.map(({ key, table }) => [key, table.rows])), undefined, 1)}\n`;
}
