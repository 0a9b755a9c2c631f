/**
 * Denial lines → episodes, the one SQL text for the stored ones (600 s) and for a question's own rule.
 *
 * docs/definitions.md "Denials": lines of one client in one pool with gaps up to `gapMs` form an episode; UNSUPPORTED lines form
 * their own. It has the reason of its last line. `grantAfter`: milliseconds from its last line to that client's next checkout of
 * the feature on any server (the same second counts, on an earlier line too), within a day; −1 when there is none.
 *
 * @param where condition on `events` that selects the denial lines (over account, feature, server, vendor, client, time …)
 * @param gapMs SQL for the longest gap inside an episode, milliseconds
 * @returns SELECT of account, feature, time, last, server, vendor, version, kind, client, project, lines, code, reason,
 *   detail, grantAfter
 */
export function episodesSql(rule: { readonly where: string; readonly gapMs: string }): string {
  return `
SELECT e.account AS account, e.feature AS feature, e.first AS time, e.last AS last, e.server AS server, e.vendor AS vendor,
       e.version AS version, e.kind AS kind, e.client AS client, e.project AS project, e.lines AS lines, e.code AS code,
       e.reason AS reason, e.detail AS detail,
       if(c.granted = 0 OR c.at > e.last + toIntervalDay(1), -1,
          greatest(0, toUnixTimestamp64Milli(c.at) - toUnixTimestamp64Milli(e.last))) AS grantAfter
FROM (
  SELECT account, feature, server, vendor, client, kind, episode, min(time) AS first, max(time) AS last,
         toDateTime64(toStartOfSecond(last), 3, 'UTC') AS lastSecond, toUInt32(count()) AS lines,
         argMax(version, (time, seq)) AS version, argMax(project, (time, seq)) AS project, argMax(code, (time, seq)) AS code,
         argMax(reason, (time, seq)) AS reason, argMax(detail, (time, seq)) AS detail
  FROM (
    SELECT *, sum(begins) OVER (PARTITION BY account, feature, server, vendor, client, kind ORDER BY time, seq) AS episode
    FROM (
      SELECT account, feature, server, vendor, client, CAST(kind, 'Enum8(\\'denial\\' = 3, \\'unsupported\\' = 4)') AS kind, time, seq, version, project, code, reason, detail,
             row_number() OVER lines_of_client = 1
               OR toUnixTimestamp64Milli(time) - toUnixTimestamp64Milli(lagInFrame(time) OVER lines_of_client) > ${rule.gapMs} AS begins
      FROM events WHERE kind IN ('denial', 'unsupported') AND (${rule.where})
      WINDOW lines_of_client AS (PARTITION BY account, feature, server, vendor, client, kind ORDER BY time, seq
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
  )
  GROUP BY account, feature, server, vendor, client, kind, episode
) AS e
ASOF LEFT JOIN (
  SELECT account, feature, client, time AS at, 1 AS granted FROM events
  WHERE kind = 'checkout' AND (account, feature, client) IN (
    SELECT account, feature, client FROM events WHERE kind IN ('denial', 'unsupported') AND (${rule.where}))
) AS c ON e.account = c.account AND e.feature = c.feature AND e.client = c.client AND e.lastSecond <= c.at`;
}
