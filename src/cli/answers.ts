import { ApiError } from '../server/errors.ts';
import { owner } from '../server/caller.ts';
import type { QueryPart, Range, Service } from '../server/service.ts';
import { close } from './answers/close.ts';
import { closest, customerQuestions, customerUsage } from './answers/customer.ts';
import { join, nothing, utilized } from './answers/joined.ts';
import { isUsed } from './answers/figures.ts';
import { serversBook } from './answers/servers.ts';
import { sharing } from './answers/sharing.ts';
import type { Used } from './answers/unshared.ts';
import { whyUnshared } from './answers/unshared.ts';
import { uncounted, unmapped } from './answers/uncovered.ts';
import { why, withAdvice } from './answers/why-denied.ts';
import type { Bought } from './bought.ts';
import { boughtBook } from './bought.ts';
import { formatTable, wrapped } from './format.ts';
import type { AnswerRow, AnswerTable } from './rows.ts';
import { noticesOf, tableOf } from './rows.ts';
import type { Section } from './section.ts';

export interface Answers {
  readonly sections: readonly Section[];
  readonly notices: readonly string[];
}

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
  const entitlements = await service.entitlements({ caller: owner });
  const bought = boughtBook(entitlements);
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
  const used = (row: AnswerRow): Used => {
    const [account, feature] = [String(row['account']), String(row['feature'])];
    return { account, feature, servers: servers(account, feature).names };
  };
  const sections = [
    sharing(own, rows, () => whyUnshared(entitlements, own.filter(isUsed).map(used))),
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

/** Metered: the amount that was bought stands where the number of licenses stands for the others. */
const withBought = (row: AnswerRow, { amount, period, uncounted }: Bought): AnswerRow => ({
  ...row,
  entitled: row['entitled'] ?? amount,
  period: (row['entitled'] ?? null) === null && amount !== null ? period : '',
  uncounted,
});

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
