/** Whether a client that asks one server after the other makes one episode, or one in each pool (docs/definitions.md#denials). */
export type Across = 'servers' | 'pool';

/** What `episodesSql` gives, in the order of the columns of `episodes`. */
export const episodeColumns =
  'account, feature, time, seq, last, server, vendor, version, kind, client, project, lines, code, reason, reasons, detail, servers, serverLines, grantAfter';

/**
 * Denial lines → episodes, the one SQL text for the stored ones (600 s, across servers) and for a question's own rule.
 *
 * docs/definitions.md#denials: lines of one client for one feature with gaps up to `gapMs` form an episode; UNSUPPORTED lines form
 * their own, and each line without a client is one. Server, vendor, version and reason are those of its last line; `reasons` has
 * them all, the last one last. `grantAfter`: milliseconds from its last line to that client's next checkout of the feature on any
 * server (the same second counts, on an earlier line too), within a day; −1 when there is none.
 *
 * @param where condition on `events` that selects the denial lines (over account, feature, server, vendor, client, time …)
 * @param gapMs SQL for the longest gap inside an episode, milliseconds
 * @returns SELECT of `episodeColumns`; `time` and `seq` are of the first line, `servers` and `serverLines` say where the lines are
 */
export function episodesSql(rule: { readonly where: string; readonly gapMs: string; readonly across: Across }): string {
  const party = `account, feature, client, kind${rule.across === 'pool' ? ', server, vendor' : ''}`;
  return `
SELECT e.account AS account, e.feature AS feature, e.first AS time, e.firstSeq AS seq, e.last AS last, e.lastServer AS server,
       e.lastVendor AS vendor, e.lastVersion AS version, e.kind AS kind, e.client AS client, e.lastProject AS project,
       e.lines AS lines, e.lastCode AS code, e.lastReason AS reason,
       arrayPushBack(arraySort(arrayFilter(r -> r != lastReason, e.allReasons)), e.lastReason) AS reasons, e.lastDetail AS detail,
       e.perServer.1 AS servers, e.perServer.2 AS serverLines,
       if(e.client = 0 OR c.granted = 0 OR c.at > e.last + toIntervalDay(1), -1,
          greatest(0, toUnixTimestamp64Milli(c.at) - toUnixTimestamp64Milli(e.last))) AS grantAfter
FROM (
  SELECT ${party}, episode, min(time) AS first, argMin(seq, place) AS firstSeq, max(time) AS last,
         toDateTime64(toStartOfSecond(last), 3, 'UTC') AS lastSecond, toUInt32(count()) AS lines,
         argMax(server, place) AS lastServer, argMax(vendor, place) AS lastVendor, argMax(version, place) AS lastVersion,
         argMax(project, place) AS lastProject, argMax(code, place) AS lastCode, argMax(detail, place) AS lastDetail,
         argMax(toString(reason), place) AS lastReason, groupUniqArray(toString(reason)) AS allReasons,
         sumMap([toString(server)], [1]) AS perServer
  FROM (
    SELECT *, sum(begins) OVER (PARTITION BY ${party} ORDER BY place) AS episode
    FROM (
      SELECT account, feature, server, vendor, client, CAST(kind, 'Enum8(\\'denial\\' = 3, \\'unsupported\\' = 4)') AS kind, time, seq, version, project, code, reason, detail,
             (time, toString(server), seq) AS place,
             client = 0 OR row_number() OVER lines_of_client = 1
               OR toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(lagInFrame(time) OVER lines_of_client) > ${rule.gapMs} AS begins
      FROM events WHERE kind IN ('denial', 'unsupported') AND (${rule.where})
      WINDOW lines_of_client AS (PARTITION BY ${party} ORDER BY place
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
  )
  GROUP BY ${party}, episode
) AS e
ASOF LEFT JOIN (
  SELECT account, feature, client, time AS at, 1 AS granted FROM events
  WHERE kind = 'checkout' AND client != 0 AND (account, feature, client) IN (
    SELECT account, feature, client FROM events WHERE kind IN ('denial', 'unsupported') AND (${rule.where}))
) AS c ON e.account = c.account AND e.feature = c.feature AND e.client = c.client AND e.lastSecond <= c.at`;
}
