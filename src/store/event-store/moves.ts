import type { Move, Owner } from '../../ingest/event-store.ts';
import type { Connection, Params } from '../connection.ts';
import { tables } from '../schema.ts';

const inServers = 'server IN {servers:Array(String)}';

/** Whose events of these sources are: each combination of account, client and project once, with its number of activity lines. */
export async function* owners(connection: Connection, servers: readonly string[]): AsyncGenerator<readonly Owner[]> {
  const chunks = connection.stream(
    `SELECT e.server, e.account, e.client, e.project, c.client, c.user, c.host, toFloat64(e.lines)
     FROM (SELECT server, account, client, project, countIf(kind <= 'upgrade') AS lines FROM events WHERE ${inServers}
           GROUP BY server, account, client, project) AS e
     LEFT JOIN (SELECT account, number, client, user, host FROM clients FINAL) AS c
       ON e.account = c.account AND e.client = c.number`,
    { servers },
  );
  for await (const rows of chunks) {
    yield rows.map(([server, account, number, project, client, user, host, lines]) => ({
      server: String(server),
      account: String(account),
      number: Number(number),
      project: String(project),
      client: String(client),
      user: String(user),
      host: String(host),
      lines: Number(lines),
    }));
  }
}

export function moveParams(moves: readonly Move[]): Params {
  return {
    servers: [...new Set(moves.map(({ server }) => server))],
    ofServer: moves.map(({ server }) => server),
    ofAccount: moves.map(({ account }) => account),
    ofClient: moves.map(({ number }) => number),
    ofProject: moves.map(({ project }) => project),
    toAccount: moves.map(({ toAccount }) => toAccount),
    toClient: moves.map(({ toNumber }) => toNumber),
  };
}

const owned =
  '{ofServer:Array(String)}, {ofAccount:Array(String)}, {ofClient:Array(UInt32)}, {ofProject:Array(String)}';

/** Condition on `events` of the old owners. */
export const movedEvents = `${inServers} AND (server, account, client, project) IN arrayZip(${owned})`;

const columns = (tables.find(({ name }) => name === 'events')?.columns ?? []).map(
  (column) => column.split(' ')[0] ?? '',
);
const kept = columns.filter((name) => name !== 'account' && name !== 'client');

/**
 * Stores the events of these owners under their new account, month by month (each statement then writes to one partition). What
 * an attempt that broke off has stored already is left out: an event's place in its source's order is its own.
 */
export async function copyMoved(connection: Connection, moves: readonly Move[]): Promise<void> {
  const params = moveParams(moves);
  const { rows } = await connection.query(
    `SELECT DISTINCT toYYYYMM(time) AS month FROM events WHERE ${movedEvents} ORDER BY month`,
    params,
  );
  for (const [month] of rows) await connection.command(copyMonth, { ...params, month: Number(month) });
}

const inMonth = `${inServers} AND toYYYYMM(time) = {month:UInt32}`;

const copyMonth = `
INSERT INTO events (account, client, ${kept.join(', ')})
SELECT m.move.5, m.move.6, ${kept.map((name) => `e.${name}`).join(', ')}
FROM (SELECT * FROM events WHERE ${inMonth}) AS e
INNER JOIN (
  SELECT arrayJoin(arrayZip(${owned}, {toAccount:Array(String)}, {toClient:Array(UInt32)})) AS move,
         move.1 AS server, move.2 AS account, move.3 AS client, move.4 AS project
) AS m ON e.server = m.server AND e.account = m.account AND e.client = m.client AND e.project = m.project
WHERE (e.server, e.time, e.seq) NOT IN (SELECT server, time, seq FROM events WHERE ${inMonth} AND NOT (${movedEvents}))
LIMIT 1 BY e.server, e.time, e.seq`;
