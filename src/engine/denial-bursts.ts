import type { Annotation } from './annotations.ts';
import type { Ask } from './ask.ts';
import { read } from './ask.ts';
import { selectedEpisodesSql } from './denials.ts';
import { withNamed } from './own-account.ts';
import { Bindings } from './sql.ts';

/** Fewer clients than this are somebody's bad day, not a shortage. */
const fewestClients = 3;
const most = 1000;

/**
 * Denial bursts: episodes of one account × feature that follow each other within the question's gap (`denials.gapSeconds`), with
 * three or more distinct clients. In time order, the first 1,000.
 */
export async function readBursts(ask: Ask): Promise<Annotation[]> {
  const bindings = new Bindings();
  const gap = bindings.bind(ask.question.denials.gapSeconds * 1000, 'Int64');
  const { rows } = await read(
    ask,
    `SELECT account, feature, begin, until, clients, denials, reason FROM (
  SELECT account, feature, burst, min(at) AS begin, max(ends) AS until, uniqExact(client) AS clients, toFloat64(sum(lines)) AS denials,
         topK(1)(reason)[1] AS reason
  FROM (
    SELECT *, sum(begins) OVER (PARTITION BY account, feature ORDER BY at, ends ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS burst
    FROM (
      SELECT *, toUInt8(at > ${gap} + max(ends) OVER (PARTITION BY account, feature ORDER BY at, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS begins
      FROM (SELECT account, feature, client, toString(reason) AS reason, lines, toUnixTimestamp64Milli(time) AS at, toUnixTimestamp64Milli(last) AS ends
            FROM (${selectedEpisodesSql(ask, bindings)}))
    )
  )
  GROUP BY account, feature, burst
) WHERE clients >= ${fewestClients} ORDER BY begin, account, feature LIMIT ${most}`,
    bindings,
  );
  const bursts = rows.map(([account, ...others]) => ({ account: String(account), others }));
  return withNamed(ask.book.own, bursts).map(
    ({ account, others: [feature, begin, until, clients, denials, reason] }) => ({
      time: Number(begin),
      timeEnd: Number(until),
      title: 'Denial burst',
      text: `${Number(clients).toLocaleString('en')} clients of ${account === '' ? 'no account' : account} were denied ${String(feature)} (${Number(denials).toLocaleString('en')} lines), most often: ${ask.catalogue.reason(String(reason)).title}.`,
      tags: ['denials', account, String(feature)].filter((tag) => tag !== ''),
    }),
  );
}
