import type { Ask } from '../ask.ts';
import { read, selectionOf } from '../ask.ts';
import type { EventRow } from '../event-rows.ts';
import { eventColumns, eventRow, inFileOrder } from '../event-rows.ts';
import { eventsByUse } from '../events-by-use.ts';
import type { FieldValue } from '../frame.ts';
import { conditionSql } from '../relations.ts';
import { Bindings } from '../sql.ts';
import type { UseAfter } from '../use-after.ts';
import { readUseAfter } from '../use-after.ts';
import type { List } from './listing.ts';

/** What of an event can be sorted by without more than itself, in SQL. */
const own: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['time', 'account', 'feature', 'version', 'server', 'vendor', 'project', 'quantity', 'code', 'detail'].map(
      (name) => [name, name],
    ),
  ),
  kind: 'toString(kind)',
  model: 'toString(model)',
};

/**
 * The source report's All Events Listing. *Usage Percentage* = use of that account × feature just after the event ÷
 * entitlements then in force (metered: consumed in the period so far); computed when asked, so that late data stay right.
 *
 * Where the order and the condition need only the event itself, the use is worked out for the rows of the page alone; else for
 * every event of the range.
 */
export const allEvents: List = async (ask) => {
  const { having, orderBy } = ask.question;
  const isPlain = having === undefined && orderBy.keys.every(({ column }) => column in own);
  const events = isPlain ? await readEvents(ask) : await eventsByUse(ask);
  if (events.length === 0) return [];
  const [people, useOf] = await Promise.all([readPeople(ask, events), readUseAfter(ask, events)]);
  const families = new Map(ask.catalogue.families().map(({ id, title }) => [id, title]));
  return events.map((event): FieldValue[] => {
    const { used, entitled, percentage }: UseAfter = useOf(event);
    const [client = '', user = '', host = ''] = people.get(clientKey(event)) ?? [];
    const reason = event.reason === '' ? undefined : ask.catalogue.reason(event.reason);
    return [
      event.time,
      event.kind,
      event.account,
      ask.book.product(event.account, event.feature),
      event.feature,
      event.version,
      event.server,
      event.vendor,
      event.model,
      user,
      host,
      client,
      event.project,
      event.quantity,
      used,
      entitled,
      percentage,
      event.code,
      reason === undefined ? '' : (families.get(reason.family) ?? reason.family),
      reason?.title ?? '',
      event.detail,
    ];
  });
};

const dayMs = 86_400_000;

/** The first events of the asked order. The newest (or oldest) lie in a short time, which is looked at first. */
async function readEvents(ask: Ask): Promise<readonly EventRow[]> {
  const { orderBy, limit } = ask.question;
  const [first] = orderBy.keys;
  const order = [
    ...orderBy.keys.map(({ column, direction }) => `${own[column] ?? column} ${direction}`),
    inFileOrder(first?.direction ?? 'desc'),
  ].join(', ');
  const from = Math.max(ask.range.from, ask.lines.from);
  const to = Math.min(ask.range.to, ask.lines.to);
  const looks = first?.column === 'time' ? [dayMs, 10 * dayMs, 100 * dayMs].filter((length) => length < to - from) : [];
  for (const length of [...looks, to - from]) {
    const [begin, end] = first?.direction === 'asc' ? [from, from + length] : [to - length, to];
    const bindings = new Bindings();
    const { rows } = await read(
      ask,
      `SELECT ${eventColumns('')} FROM events WHERE kind <= 'upgrade' AND time >= ${bindings.time(begin)} AND time < ${bindings.time(end)}
    AND ${conditionSql('events', selectionOf(ask), bindings)} ORDER BY ${order} LIMIT ${limit + 1}`,
      bindings,
    );
    if (rows.length > limit || length === to - from) return rows.map(eventRow);
  }
  return [];
}

const clientKey = ({ account, client }: Pick<EventRow, 'account' | 'client'>): string => `${client} ${account}`;

/** Client, user and host of each client number of an account. */
async function readPeople(ask: Ask, events: readonly EventRow[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const clients = [...new Map(events.map((event) => [clientKey(event), event])).values()];
  const bindings = new Bindings();
  const wanted = `arrayZip(${bindings.strings(clients.map(({ account }) => account))}, ${bindings.bind(
    clients.map(({ client }) => client),
    'Array(UInt32)',
  )})`;
  const { rows } = await read(
    ask,
    `SELECT account, number, client, user, host FROM clients
WHERE account IN ${bindings.strings([...new Set(clients.map(({ account }) => account))])} AND (account, number) IN ${wanted}`,
    bindings,
  );
  return new Map(
    rows.map(([account, number, ...names]) => [
      clientKey({ account: String(account), client: Number(number) }),
      names.map(String),
    ]),
  );
}
