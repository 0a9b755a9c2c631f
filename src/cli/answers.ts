import { ApiError } from '../server/errors.ts';
import { owner } from '../server/caller.ts';
import type { QueryPart, Range, Service } from '../server/service.ts';
import type { FieldValue } from '../engine/frame.ts';
import type { Bought } from './bought.ts';
import { boughtBook } from './bought.ts';
import { formatTable, rounded, wrapped } from './format.ts';
import type { AnswerRow, AnswerTable } from './rows.ts';
import { noticesOf, tableOf } from './rows.ts';
import type { Section } from './section.ts';
import { figure, keyOf, text } from './section.ts';
import { why, withAdvice } from './why-denied.ts';

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
  utilization: { measure: 'utilization', groupBy: ['account', 'feature'], limit: 100_000 },
  peak: { measure: 'peakConcurrent', groupBy: ['account', 'feature'], limit: 100_000 },
  consumed: { measure: 'consumed', groupBy: ['account', 'feature'], limit: 100_000 },
  servers: { measure: 'peakConcurrent', groupBy: ['account', 'feature', 'server'], limit: 100_000 },
  consumedOn: { measure: 'consumed', groupBy: ['account', 'feature', 'server'], limit: 100_000 },
  denied: { measure: 'denialSummary', limit: 1000 },
};

/**
 * The users' first four questions (README.md), and what no entitlement covers. `account` is the customer of the first and the third; all
 * of them, and the one closest to its entitlements, when left out. At most `rows` rows per table.
 */
export async function fourAnswers(
  service: Service,
  range: Range,
  { account, rows = 15 }: { readonly account?: string | undefined; readonly rows?: number },
): Promise<Answers> {
  const ask = async (parts: Readonly<Record<string, QueryPart>>): Promise<Asked> => askAll(service, range, parts);
  const asked = await ask(questions);
  const many = !Object.values(asked.tables).some(hidesAccounts);
  const reasons = await service.denialReasons({ caller: owner });
  const bought = boughtBook(await service.entitlements({ caller: owner }));
  const servers = serversBook(asked.tables['servers'] ?? nothing, asked.tables['consumedOn'] ?? nothing);
  const figures: readonly AnswerRow[] = utilized(
    join(asked.tables, ['clients', 'entitled', 'share', 'peak', 'consumed']),
    asked.tables['utilization'],
    ['account', 'feature'],
  ).map((row) => {
    const [account, feature] = [String(row['account']), String(row['feature'])];
    const used = servers(account, feature);
    return { ...withBought(row, bought(account, feature, used.names)), servers: used.text };
  });
  const nothingThere = figures.length === 0 && (asked.tables['denied']?.rows.length ?? 0) === 0;
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
  const own = account === undefined ? figures : figures.filter((row) => row['account'] === account);
  const sections = [
    sharing(own, rows),
    close(figures, { rows, many }),
    customerUsage({ customer, many }, one.tables, rows, (row) =>
      withBought(row, bought(customer, String(row['feature']), servers(customer, String(row['feature'])).names)),
    ),
    why(withAdvice(asked.tables['denied'] ?? nothing, reasons), rows),
    unmapped(figures, rows),
    uncounted(figures, rows),
  ];
  const told = many ? sections : sections.map(withoutAccounts);
  return {
    // Nothing is known: not even that nobody was denied.
    sections: nothingThere ? told.map((section) => ({ ...section, empty: 'No data.' })) : told,
    notices: [...(nothingThere ? [noEvents] : []), ...new Set([...asked.notices, ...one.notices])],
  };
}

const noEvents =
  'No use and no denial is known in this time. Read logs first: license-analytics ingest FILE; or choose another --from and --to.';

/** Everything belongs to one account: then nothing is told apart by it. */
const hidesAccounts = ({ columns }: AnswerTable): boolean =>
  columns.some(({ key, hidden }) => key === 'account' && hidden === true);

const withoutAccounts = (section: Section): Section => ({
  ...section,
  table: { ...section.table, columns: section.table.columns.filter(({ key }) => key !== 'account') },
});

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

/** Beside each row what `utilization` says of it: what the percentage is made of, for how long, and who went without. */
function utilized(
  rows: readonly AnswerRow[],
  { rows: found }: AnswerTable = nothing,
  keys: readonly string[],
): readonly AnswerRow[] {
  const byKey = new Map(found.map((row) => [keyOf(row, keys), row]));
  return rows.map((row) => {
    const { usagePercentage: percentage = null, ...rest } = byKey.get(keyOf(row, keys)) ?? {};
    return { ...row, ...rest, percentage };
  });
}

/** Metered: the amount that was bought stands where the number of licenses stands for the others. */
const withBought = (row: AnswerRow, { amount, period, uncounted }: Bought): AnswerRow => ({
  ...row,
  entitled: row['entitled'] ?? amount,
  period: (row['entitled'] ?? null) === null && amount !== null ? period : '',
  uncounted,
});

const number = (row: AnswerRow, key: string): number => (typeof row[key] === 'number' ? row[key] : -1);
const descending = (rows: readonly AnswerRow[], key: string): AnswerRow[] =>
  [...rows].sort((a, b) => number(b, key) - number(a, key));

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

/** One or two licenses are full at every use. */
const smallPool = 2;
const isSmallPool = (row: AnswerRow): boolean => row['hoursAt80'] !== null && number(row, 'entitledThen') <= smallPool;

/** Rows at `closeAt` or more, by need: who went without, then how long nearly nothing was left, then how much. Small pools last. */
function near(figures: readonly AnswerRow[]): readonly AnswerRow[] {
  const byNeed = descending(descending(descending(figures, 'percentage'), 'hoursAt95'), 'unmetClients');
  const found = byNeed.filter((row) => number(row, 'percentage') >= closeAt);
  return [...found.filter((row) => !isSmallPool(row)), ...found.filter(isSmallPool)];
}

/** Such as "32 of 27", "496 of 500 a month"; what was used alone where nothing covers it. */
function highestUse(row: AnswerRow): string {
  const used = row['used'] ?? row['consumed'] ?? row['peak'] ?? null;
  const of = row['entitledThen'] ?? null;
  if (used === null || of === null) return rounded(used);
  const period = row['hoursAt80'] === null && row['period'] !== '' ? ` a ${String(row['period'])}` : '';
  return `${rounded(used)} of ${rounded(of)}${period}`;
}

/** A time as people read it, UTC: 2026-03-02 11:00. */
const minute = (time: FieldValue | undefined): string =>
  typeof time === 'string' ? time.slice(0, 16).replace('T', ' ') : '–';

const readable = (row: AnswerRow): AnswerRow => ({ ...row, highestUse: highestUse(row), when: minute(row['peakAt']) });

const timeAtLimits = [
  figure('hoursAt80', 'h ≥80%'),
  figure('hoursAt95', 'h ≥95%'),
  figure('hoursAt100', 'h ≥100%'),
  figure('daysAt95', 'd ≥95%'),
];

function close(
  figures: readonly AnswerRow[],
  { rows, many }: { readonly rows: number; readonly many: boolean },
): Section {
  const found = near(figures);
  const more = found.length > rows ? ` ${found.length} in all, the first ${rows} shown.` : '';
  return {
    key: 'closeToEntitlement',
    heading: many
      ? `2. Which customers use ${closeAt} % or more of what they bought?`
      : `2. Which features use ${closeAt} % or more of what was bought?`,
    words: `Highest use beside what was bought then (metered: the amount consumed), and whether it was more than a moment: hours and days at or over so much of it, clients that were refused and got nothing afterwards. Most urgent first; pools of one or two licenses, which are full at every use, last.${more}`,
    table: {
      columns: [
        ...who,
        figure('percentage', 'Usage', 'percent'),
        text('highestUse', 'Highest use'),
        text('when', 'When (UTC)'),
        ...timeAtLimits,
        figure('unmetClients', 'Refused'),
      ],
      rows: found.slice(0, rows).map(readable),
    },
    details: (row) => [{ name: 'on', text: String(row['servers']) }],
    empty: figures.some((row) => !hasNoPercentage(row))
      ? `None reaches ${closeAt} %.`
      : 'No percentage is known: no entitlement covers any use.',
  };
}

/** The license servers that a feature of an account was used on, with the peak (metered: the amount) on each. */
type ServersBook = (account: string, feature: string) => { readonly names: readonly string[]; readonly text: string };

function serversBook(peaks: AnswerTable, consumed: AnswerTable): ServersBook {
  const byFeature = new Map<string, AnswerRow[]>();
  for (const row of [...peaks.rows, ...consumed.rows]) {
    const key = keyOf(row, ['account', 'feature']);
    const known = byFeature.get(key);
    if (known === undefined) byFeature.set(key, [row]);
    else known.push(row);
  }
  return (account, feature) => {
    const rows = byFeature.get(keyOf({ account, feature }, ['account', 'feature'])) ?? [];
    const used = descending(rows, 'value').filter((row) => number(row, 'value') > 0);
    return {
      names: [...new Set(rows.map((row) => String(row['server'])))],
      text: used.map((row) => `${String(row['server'])} (${rounded(row['value'] ?? null)})`).join(', '),
    };
  };
}

function closest(figures: readonly AnswerRow[]): string {
  return String(descending(figures, 'percentage')[0]?.['account'] ?? '');
}

const customerMeasures = [
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
  const filters: QueryPart['filters'] = [{ dimension: 'account', operator: '=', values: [account] }];
  const parts = [...customerMeasures, ['utilization', 'utilization'] as const].map(
    ([name, measure]): [string, QueryPart] => [name, { measure, groupBy: ['feature'], filters, limit: 100_000 }],
  );
  return { ...Object.fromEntries(parts), allDenials: { measure: 'denials', filters } };
}

function customerUsage(
  { customer, many }: { readonly customer: string; readonly many: boolean },
  tables: Readonly<Record<string, AnswerTable>>,
  rows: number,
  complete: (row: AnswerRow) => AnswerRow,
): Section {
  // A feature without denials has no row: that is 0 where denials are tracked.
  const deniedElsewhere = tables['allDenials']?.rows.some((row) => (row['value'] ?? null) !== null) === true ? 0 : null;
  const names = customerMeasures.map(([name]) => name);
  const figures = utilized(join(tables, names, ['feature']), tables['utilization'], ['feature'])
    .map((row) => ({ ...row, denials: row['denials'] ?? deniedElsewhere }))
    .map(complete)
    .map(readable);
  const used = figures.filter(
    (row) => number(row, 'checkouts') > 0 || number(row, 'denials') > 0 || number(row, 'consumed') > 0,
  );
  return {
    key: 'customer',
    heading: !many
      ? '3. What is used?'
      : customer === ''
        ? '3. What is used without a customer?'
        : `3. What does ${customer} use?`,
    words: many
      ? 'One customer, feature by feature; "Highest use" is of what was bought then, "Average" licenses in use. Another customer: --account NAME.'
      : 'Feature by feature; "Highest use" is of what was bought then, "Average" licenses in use.',
    table: {
      columns: [
        text('feature', 'Feature'),
        figure('percentage', 'Usage', 'percent'),
        text('highestUse', 'Highest use'),
        figure('hoursAt95', 'h ≥95%'),
        figure('average', 'Average'),
        figure('hours', 'License hours'),
        figure('clients', 'Clients'),
        figure('checkouts', 'Checkouts'),
        figure('denials', 'Denials'),
      ],
      rows: descending(descending(used, 'peak'), 'percentage').slice(0, rows),
    },
    empty: 'No use is known.',
  };
}

const isUsed = (row: AnswerRow): boolean => number(row, 'peak') > 0 || number(row, 'consumed') > 0;
const hasNoPercentage = (row: AnswerRow): boolean => (row['percentage'] ?? null) === null;

const useColumns = [
  ...who,
  figure('peak', 'Peak in use'),
  figure('consumed', 'Consumed'),
  figure('clients', 'Clients'),
  text('servers', 'License servers (use)'),
];

function unmapped(figures: readonly AnswerRow[], rows: number): Section {
  const uncovered = figures.filter((row) => hasNoPercentage(row) && isUsed(row) && row['uncounted'] !== true);
  return {
    key: 'unmapped',
    heading: 'Unmapped: use that no entitlement covers, so that no percentage can be given',
    words: 'Load what was bought for it, or correct the account, feature or server of the entitlement.',
    table: { columns: useColumns, rows: descending(uncovered, 'peak').slice(0, rows) },
    empty: 'Everything that is used is covered by an entitlement.',
  };
}

function uncounted(figures: readonly AnswerRow[], rows: number): Section {
  const unlimited = figures.filter((row) => hasNoPercentage(row) && isUsed(row) && row['uncounted'] === true);
  return {
    key: 'uncounted',
    heading: 'Uncounted: use of what was bought without a limit',
    words: 'Nothing is wrong with it: there is no quantity, so no percentage.',
    table: { columns: useColumns, rows: descending(unlimited, 'peak').slice(0, rows) },
    empty: 'None.',
  };
}

/** Columns of a terminal that the answers fit in. */
const textWidth = 120;

/** The answers as text for people. */
export function answersText({ sections }: Answers): string {
  return sections
    .map(
      ({ heading, words, table, empty, details }) =>
        `${heading}\n${wrapped(words, textWidth)}\n\n${formatTable(table, empty, textWidth, details)}`,
    )
    .join('\n');
}

/** The answers as one JSON object: a list of rows for each. */
export function answersJson({ sections }: Answers): string {
  return `${JSON.stringify(Object.fromEntries(sections.map(({ key, table }) => [key, table.rows])), undefined, 1)}\n`;
}
