import { noticeUntracked, outcomeSql, selectedEpisodesSql } from '../denials.ts';
import { read, selectionOf } from '../ask.ts';
import type { FieldValue } from '../frame.ts';
import { groupingSql } from '../relations.ts';
import { Bindings, havingSql } from '../sql.ts';
import type { List } from './listing.ts';

/**
 * Each episode that the question selects. It counts under its last reason, and shows the others beside it. A client waited from its
 * first denial to the checkout that resolved it; who got nothing (or nobody knows) has no such time.
 */
export const denialEpisodes: List = async (ask) => {
  noticeUntracked(ask);
  const bindings = new Bindings();
  const { orderBy, having, limit } = ask.question;
  const { joins, expressions } = groupingSql(
    'episodes',
    ['product', 'user', 'host', 'client', 'denialFamily'],
    selectionOf(ask),
    bindings,
  );
  const [product, user, host, client, family] = expressions;
  const where = having === undefined ? '' : `WHERE ${havingSql('waited', having, bindings)}`;
  const order = [...orderBy.keys, { column: 'time', direction: 'desc' }, { column: 'seq', direction: 'desc' }];
  const { rows } = await read(
    ask,
    `SELECT toUnixTimestamp64Milli(t.time) AS time, toUnixTimestamp64Milli(t.last) AS last, t.account AS account, ${product} AS product,
  t.feature AS feature, t.version AS version, t.server AS server, t.vendor AS vendor, ${user} AS user, ${host} AS host, ${client} AS client,
  t.project AS project, toFloat64(t.lines) AS lines, ${family} AS denialFamily, t.reason AS denialReason,
  arrayPopBack(t.reasons) AS earlierReasons, t.code AS code, t.outcome AS outcome,
  if(t.outcome = 'resolved', (last - time + t.grantAfter) / 1000, NULL) AS waited
FROM (SELECT *, ${outcomeSql(ask, bindings)} AS outcome FROM (${selectedEpisodesSql(ask, bindings)})) AS t ${joins}
${where}
ORDER BY ${order.map(({ column, direction }) => `${column} ${direction}`).join(', ')}, account, feature, client
LIMIT ${limit + 1}`,
    bindings,
  );
  const families = new Map(ask.catalogue.families().map(({ id, title }) => [id as string, title]));
  const titleOf = (reason: unknown): string => ask.catalogue.reason(String(reason)).title;
  return rows.map((row): FieldValue[] => [
    Number(row[0]),
    Number(row[1]),
    ...row.slice(2, 12).map(String),
    Number(row[12]),
    families.get(String(row[13])) ?? String(row[13]),
    titleOf(row[14]),
    (row[15] as readonly unknown[]).map(titleOf).join(', '),
    String(row[16]),
    String(row[17]),
    row[18] === null ? null : Number(row[18]),
  ]);
};
