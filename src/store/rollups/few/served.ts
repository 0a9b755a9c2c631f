import type { Stretch } from './facts.ts';
import type { Move } from './rows.ts';

/** Clients by the day that their sessions of one account, feature and server overlap; by `textOf`. */
export type Served = Map<string, { readonly row: ServedDay; readonly clients: Set<number> }>;

export interface ServedDay {
  readonly account: string;
  readonly feature: string;
  readonly server: string;
  /** Day of the site. */
  readonly day: number;
}

const textOf = ({ account, feature, server, day }: ServedDay): string => `${day}\0${account}\0${feature}\0${server}`;

/** As `servedClientsStatements`: of closings, whenever they are, who was served on the touched days. */
export function servedOn({ first, after, days }: Stretch, closings: readonly Move[]): Served {
  const served: Served = new Map();
  for (const { account, feature, server, at, held, client } of closings) {
    const start = at - held;
    const from = Math.max(first, days.dayOf(start));
    const to = Math.min(after - 1, days.dayOf(Math.max(start, at - 1)));
    for (let day = from; day <= to; day++) served_(served, { account, feature, server, day }).add(client);
  }
  return served;
}

/** Days whose clients are others than the rows there are say; a day that nobody was served on any more has none. */
export function changedDays(
  served: Served,
  former: readonly (ServedDay & { readonly clients: readonly number[] })[],
): Served {
  const before: Served = new Map();
  for (const { clients, ...row } of former) for (const client of clients) served_(before, row).add(client);
  const changed: Served = new Map();
  for (const [text, one] of served) if (!isEqual(one.clients, before.get(text)?.clients)) changed.set(text, one);
  for (const [text, { row }] of before) if (!served.has(text)) changed.set(text, { row, clients: new Set() });
  return changed;
}

function served_(served: Served, row: ServedDay): Set<number> {
  const text = textOf(row);
  let one = served.get(text);
  if (one === undefined) served.set(text, (one = { row, clients: new Set() }));
  return one.clients;
}

const isEqual = (a: ReadonlySet<number>, b: ReadonlySet<number> = new Set()): boolean =>
  a.size === b.size && [...a].every((client) => b.has(client));
