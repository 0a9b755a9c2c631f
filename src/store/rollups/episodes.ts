import { episodeColumns, episodesSql } from '../episodes-sql.ts';
import { from, to, touchedBy } from './chunks.ts';

/** The rule that stored episodes are made by; a question's own is worked out from the lines. */
export const storedRule = { gapSeconds: 600, across: 'servers' } as const;

/**
 * Replaces the episodes of every client that was refused, on whatever server, in the touched time or within a day before it (its
 * outcome may have come now), over that client's whole history, since a line may join two episodes. Those that had lines on a
 * touched server are made anew too: a move to another account may have taken the lines. Lines without a client stand alone, so
 * of them only the touched time is looked at. Former episodes come in with 0 lines.
 */
const touchedClients = `
(client != 0 OR (time >= ${from} AND time < ${to})) AND (account, feature, client) IN (
  SELECT account, feature, client FROM events
  WHERE kind IN ('denial', 'unsupported') AND time >= ${from} - toIntervalDay(1) AND time < ${to}
    AND (account, feature) IN (SELECT DISTINCT account, feature FROM events WHERE ${touchedBy} AND time >= ${from} AND time < ${to})
  UNION DISTINCT
  SELECT account, feature, client FROM episodes
  WHERE lines > 0 AND time >= ${from} AND time < ${to} AND hasAny(servers, {servers:Array(String)}))`;

export const episodesStatement = `
INSERT INTO episodes (${episodeColumns}, stamp)
SELECT account, feature, time, seq, maxIf(last, present), server, vendor, anyIf(version, present), kind, client, anyIf(project, present),
       max(lines) AS lines, anyIf(code, present), anyIf(reason, present), anyIf(reasons, present), anyIf(detail, present),
       anyIf(servers, present), anyIf(serverLines, present), if(lines = 0, -1, maxIf(grantAfter, present)), {stamp:UInt64}
FROM (
  SELECT ${episodeColumns}, 1 AS present FROM (${episodesSql({ where: touchedClients, gapMs: String(storedRule.gapSeconds * 1000), across: storedRule.across })})
  UNION ALL
  SELECT account, feature, time, seq, last, server, vendor, version, kind, client, project, 0, '', '', [], '', [], [], -1, 0
  FROM episodes FINAL WHERE lines > 0 AND ${touchedClients}
)
GROUP BY account, feature, time, seq, server, vendor, kind, client`;
