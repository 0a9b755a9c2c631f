import type { Chosen, Asked, Edge } from '../questions.ts';
import { ranges } from '../questions.ts';

/** What differs between the databases, where a question is one statement for all of them. */
export interface Dialect {
  /** Relation of the changes: account, feature, server, time, seq, delta, client, start (of the session that ends), ends (0 or 1). */
  readonly changes: string;
  /** Relation of the lines: account, feature, time, seq, server, kind, client, quantity, code, detail. */
  readonly events: string;
  /** A moment, given as milliseconds since 1970 UTC. */
  at(milliseconds: number): string;
  /** Relation of one column `moment`. */
  moments(milliseconds: readonly number[]): string;
  /** The former value of a column in a window's order, null for the first. */
  former(column: string, partition: string, order: string): string;
}

/** One question as we are asked it, and as whoever has but the rows of changes and lines asks it. */
export interface ComparedQuestion {
  readonly name: string;
  readonly range: { readonly from: number; readonly to: number };
  readonly json: Asked;
  /** Gives rows of key columns and one figure. */
  sql(dialect: Dialect): string;
}

const hour = 3_600_000;
const day = 24 * hour;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Questions that mean the same for everyone. Theirs know no products, no names of reasons and nothing of what was bought. */
export function comparedQuestions({ account }: Pick<Chosen, 'account'>, edge: Edge): readonly ComparedQuestion[] {
  const filters = [{ dimension: 'account', operator: '=', values: [account] }];
  const own = `account = ${text(account)}`;
  const range = ranges[edge](365);
  const month = ranges[edge](30);
  const uniqueClients = (where: string) => (dialect: Dialect) => `
SELECT feature, sum(clients) AS figure FROM (
  SELECT account, feature, count(DISTINCT client) AS clients FROM ${dialect.changes} AS c
  WHERE ${where} AND ends = 1 AND start < ${dialect.at(range.to)} AND (time > ${dialect.at(range.from)} OR start >= ${dialect.at(range.from)})
  GROUP BY account, feature
) AS t GROUP BY feature`;
  const peak = (keys: string, where: string) => (dialect: Dialect) => `
SELECT ${keys}, greatest(coalesce(max(CASE WHEN time >= ${dialect.at(range.from)} THEN balance END), 0),
                   sum(CASE WHEN time < ${dialect.at(range.from)} THEN delta ELSE 0 END)) AS figure
FROM (SELECT ${keys}, time, delta,
             sum(delta) OVER (PARTITION BY ${keys} ORDER BY time, seq, delta DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS balance
      FROM ${dialect.changes} AS c WHERE ${where} AND time < ${dialect.at(range.to)}) AS t
GROUP BY ${keys}`;
  const peakOver = (unit: 'day' | 'hour', where: string, { from, to }: typeof range) => {
    const step = unit === 'day' ? day : hour;
    const starts: number[] = [from];
    for (let at = from - (from % step) + step; at < to; at += step) starts.push(at);
    return (dialect: Dialect) => `
SELECT date_trunc('${unit}', time) AS bucket, max(balance) AS figure
FROM (SELECT time, sum(delta) OVER (ORDER BY time, seq, delta DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS balance
      FROM (SELECT time, seq, delta FROM ${dialect.changes} AS c WHERE ${where} AND time < ${dialect.at(to)}
            UNION ALL SELECT moment AS time, -1 AS seq, 0 AS delta FROM ${dialect.moments(starts)} AS m) AS s) AS t
WHERE time >= ${dialect.at(from)} GROUP BY date_trunc('${unit}', time)`;
  };
  return [
    {
      name: 'unique clients per feature, one account',
      range,
      json: { measure: 'uniqueClients', groupBy: ['feature'], filters },
      sql: uniqueClients(own),
    },
    {
      name: 'unique clients per feature, all accounts',
      range,
      json: { measure: 'uniqueClients', groupBy: ['feature'] },
      sql: uniqueClients('1 = 1'),
    },
    {
      name: 'peak per feature, one account',
      range,
      json: { measure: 'peakConcurrent', groupBy: ['feature'], filters },
      sql: peak('feature', own),
    },
    {
      name: 'peak per feature × server, one account',
      range,
      json: { measure: 'peakConcurrent', groupBy: ['feature', 'server'], filters },
      sql: peak('feature, server', own),
    },
    {
      name: 'peak, all account × feature',
      range,
      json: { measure: 'peakConcurrent', groupBy: ['account', 'feature'], limit: 1_000_000 },
      sql: peak('account, feature', '1 = 1'),
    },
    {
      name: 'peak by day, one account',
      range,
      json: { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1d', filters },
      sql: peakOver('day', own, range),
    },
    {
      name: 'peak by hour, all accounts, 30 days',
      range: month,
      json: { measure: 'peakConcurrent', shape: 'timeSeries', bucket: '1h' },
      sql: peakOver('hour', '1 = 1', month),
    },
    {
      name: 'denials (episodes) per feature, all accounts',
      range,
      json: { measure: 'denials', groupBy: ['feature'] },
      sql: (dialect) => `
SELECT feature, count(*) AS figure FROM (
  SELECT feature, time, client, ${dialect.former('time', 'account, feature, client', 'time')} AS former
  FROM ${dialect.events} AS e
  WHERE kind = 'denial' AND time >= ${dialect.at(range.from - 600_000)} AND time < ${dialect.at(range.to)}
) AS t
WHERE time >= ${dialect.at(range.from)} AND (client = 0 OR former IS NULL OR time > former + INTERVAL '600' SECOND)
GROUP BY feature`,
    },
    {
      name: 'all events, newest 1,000 of one account',
      range,
      json: { measure: 'allEvents', filters },
      sql: (dialect) => `
SELECT feature, server, kind, client, quantity, code, detail, time AS figure FROM ${dialect.events} AS e
WHERE ${own} AND time >= ${dialect.at(range.from)} AND time < ${dialect.at(range.to)}
ORDER BY time DESC, seq DESC LIMIT 1000`,
    },
  ];
}
