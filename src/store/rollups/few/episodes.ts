import type { Connection, InsertColumn, Params, Row } from '../../connection.ts';
import { literal } from '../../settings.ts';
import { time, touchedBy, type Touched } from '../chunks.ts';
import { storedRule } from '../episodes.ts';
import { readFew, readNewest, TooMany } from './read.ts';
import { grouped } from './rows.ts';

/** A denial line as it is stored. */
interface Line {
  readonly account: string;
  readonly feature: string;
  readonly client: number;
  readonly kind: string;
  readonly server: string;
  readonly vendor: string;
  readonly version: string;
  readonly project: string;
  readonly code: string;
  readonly reason: string;
  readonly detail: string;
  readonly time: number;
  readonly seq: bigint;
}

interface Episode extends Line {
  readonly last: number;
  readonly reasons: readonly string[];
  readonly servers: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly grantAfter: number;
}

const dayMs = 86_400_000;
const [from, to] = [time('from'), time('to')];
const ofClients =
  'account IN {accounts:Array(String)} AND feature IN {features:Array(String)} AND (account, feature, client) IN arrayZip({ofAccount:Array(String)}, {ofFeature:Array(String)}, {ofClient:Array(UInt32)})';
const refusals = "kind IN ('denial', 'unsupported')";

/**
 * What `episodesStatement` does, for few clients and lines.
 * @returns false when it is too much for that: then nothing was written
 */
export async function recomputeFewEpisodes(connection: Connection, touched: Touched, stamp: number): Promise<boolean> {
  try {
    const clients = await refusedClients(connection, touched);
    if (clients.length === 0) return true;
    const [accounts, features] = [clients.map(([account]) => account), clients.map(([, feature]) => feature)];
    const params = {
      from: touched.from,
      to: touched.to,
      accounts: [...new Set(accounts)],
      features: [...new Set(features)],
      ofAccount: accounts,
      ofFeature: features,
      ofClient: clients.map(([, , client]) => client),
    };
    const isLooked = `(client != 0 OR (time >= ${from} AND time < ${to})) AND ${ofClients}`;
    const [lines, grants, former] = await Promise.all([
      readFew(connection, `SELECT ${lineSelect} FROM events WHERE ${refusals} AND ${isLooked}`, params, lineOf),
      readGrants(connection, params),
      readNewest(connection, `SELECT ${formerSelect} FROM episodes WHERE ${isLooked}`, 8, params, (row) => ({
        ...lineOf(row),
        isThere: Number(row.at(-2)) > 0,
      })),
    ]);
    const found = episodesOf(lines, grants);
    const made = new Set(found.map(textOf));
    const gone = former.filter((line) => line.isThere && !made.has(textOf(line))).map(nothingOf);
    await insert(connection, [...found, ...gone], stamp);
    return true;
  } catch (error) {
    if (error instanceof TooMany) return false;
    throw error;
  }
}

type Client = readonly [account: string, feature: string, client: number];

/** As `touchedClients` of the statement. */
const refusedClients = (connection: Connection, { servers, ...params }: Touched): Promise<Client[]> =>
  readFew(
    connection,
    `SELECT account, feature, client FROM (
       SELECT account, feature, client FROM events
       WHERE ${refusals} AND time >= ${from} - toIntervalDay(1) AND time < ${to}
         AND (account, feature) IN (SELECT account, feature FROM events WHERE ${touchedBy} AND time >= ${from} AND time < ${to})
       UNION ALL
       SELECT account, feature, client FROM episodes
       WHERE lines > 0 AND time >= ${from} AND time < ${to} AND hasAny(servers, {servers:Array(String)}))
     GROUP BY account, feature, client`,
    { ...params, servers },
    ([account, feature, client]) => [String(account), String(feature), Number(client)],
  );

const columns = 'version, project, code, reason, detail';
const identity = `account, feature, client, CAST(kind, 'String'), server, vendor, toFloat64(toUnixTimestamp64Milli(time)), toString(seq)`;
const lineSelect = `${identity}, ${columns}`;
const formerSelect = `${identity}, '', '', '', '', '', lines, toFloat64(stamp)`;

function lineOf([account, feature, client, kind, server, vendor, at, seq, ...texts]: Row): Line {
  const [version = '', project = '', code = '', reason = '', detail = ''] = texts.map(String);
  return {
    account: String(account),
    feature: String(feature),
    client: Number(client),
    kind: String(kind),
    server: String(server),
    vendor: String(vendor),
    time: Number(at),
    seq: BigInt(String(seq)),
    version,
    project,
    code,
    reason,
    detail,
  };
}

const clientOf = (row: { readonly account: string; readonly feature: string; readonly client: number }): string =>
  `${row.client}\0${row.account}\0${row.feature}`;

/** When each client got the feature, in order. */
async function readGrants(connection: Connection, params: Params): Promise<ReadonlyMap<string, readonly number[]>> {
  const grants = await readFew(
    connection,
    `SELECT account, feature, client, toFloat64(toUnixTimestamp64Milli(time)) AS at FROM events
     WHERE kind = 'checkout' AND client != 0 AND ${ofClients} ORDER BY at`,
    params,
    ([account, feature, client, at]) => ({
      account: String(account),
      feature: String(feature),
      client: Number(client),
      at: Number(at),
    }),
  );
  return new Map([...grouped(grants, clientOf)].map(([client, rows]) => [client, rows.map(({ at }) => at)]));
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Line, b: Line): number => a.time - b.time || compare(a.server, b.server) || compare(a.seq, b.seq);

function episodesOf(lines: readonly Line[], grants: ReadonlyMap<string, readonly number[]>): Episode[] {
  const episodes: Episode[] = [];
  for (const own of grouped([...lines].sort(byPlace), (line) => `${line.kind}\0${clientOf(line)}`).values()) {
    let together: Line[] = [];
    for (const line of own) {
      const last = together.at(-1);
      if (last !== undefined && (line.client === 0 || line.time - last.time > storedRule.gapSeconds * 1000)) {
        episodes.push(episodeOf(together, grants));
        together = [];
      }
      together.push(line);
    }
    episodes.push(episodeOf(together, grants));
  }
  return episodes;
}

function episodeOf(lines: readonly Line[], grants: ReadonlyMap<string, readonly number[]>): Episode {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) throw new Error('an episode has lines: please report this');
  const servers = new Map<string, number>();
  for (const { server } of [...lines].sort((a, b) => compare(a.server, b.server)))
    servers.set(server, (servers.get(server) ?? 0) + 1);
  const others = new Set(lines.map(({ reason }) => reason).filter((reason) => reason !== last.reason));
  // The same second counts, on an earlier line too.
  const second = Math.floor(last.time / 1000) * 1000;
  const granted = last.client === 0 ? undefined : grants.get(clientOf(last))?.find((at) => at >= second);
  return {
    ...last,
    time: first.time,
    seq: first.seq,
    last: last.time,
    reasons: [...[...others].sort(), last.reason],
    servers,
    lines: lines.length,
    grantAfter: granted === undefined || granted > last.time + dayMs ? -1 : Math.max(0, granted - last.time),
  };
}

const textOf = (line: Line): string =>
  `${line.kind}\0${line.time}\0${line.seq}\0${line.server}\0${line.vendor}\0${clientOf(line)}`;

/** The row of an episode that is no more. */
const nothingOf = (line: Line): Episode => ({
  ...line,
  last: 0,
  reasons: [],
  servers: new Map(),
  lines: 0,
  grantAfter: -1,
});

async function insert(connection: Connection, rows: readonly Episode[], stamp: number): Promise<void> {
  // A block lies in one partition.
  for (const some of grouped(rows, ({ time: at }) => new Date(at).toISOString().slice(0, 7)).values())
    await connection.insert('episodes', columnsOf(some, stamp));
}

function columnsOf(rows: readonly Episode[], stamp: number): InsertColumn[] {
  const text = (name: keyof Line): InsertColumn => ({
    name,
    type: 'String',
    values: rows.map((row) => String(row[name])),
  });
  const moment = (name: 'time' | 'last'): InsertColumn => ({
    name,
    type: "DateTime64(3, 'UTC')",
    values: rows.map((row) => row[name]),
  });
  // The engine reads arrays as it writes them.
  const list = (name: string, of: (row: Episode) => readonly string[]): InsertColumn => ({
    name,
    type: 'String',
    values: rows.map((row) => `[${of(row).join(',')}]`),
  });
  return [
    ...(
      ['account', 'feature', 'server', 'vendor', 'version', 'kind', 'project', 'code', 'reason', 'detail'] as const
    ).map(text),
    moment('time'),
    { name: 'seq', type: 'UInt64', values: BigUint64Array.from(rows, ({ seq }) => seq) },
    moment('last'),
    { name: 'client', type: 'UInt32', values: rows.map(({ client }) => client) },
    { name: 'lines', type: 'UInt32', values: rows.map(({ lines }) => lines) },
    list('reasons', ({ reasons }) => reasons.map(literal)),
    list('servers', ({ servers }) => [...servers.keys()].map(literal)),
    list('serverLines', ({ servers }) => [...servers.values()].map(String)),
    { name: 'grantAfter', type: 'Int64', values: rows.map(({ grantAfter }) => grantAfter) },
    { name: 'stamp', type: 'UInt64', values: rows.map(() => stamp) },
  ];
}
