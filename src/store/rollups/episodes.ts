import { episodesSql } from '../episodes-sql.ts';
import { from, to, touchedBy } from './chunks.ts';

const columns =
  'account, feature, time, last, server, vendor, version, kind, client, project, lines, code, reason, detail, grantAfter';

/**
 * Replaces the episodes of every client that was refused in the touched time or within a day before it (its outcome may have
 * come now), over that client's whole history, since a line may join two episodes. Former episodes come in with 0 lines.
 */
const touchedClients = `
(account, feature, server, vendor, client) IN (
  SELECT DISTINCT account, feature, server, vendor, client FROM events
  WHERE kind IN ('denial', 'unsupported') AND time >= ${from} - toIntervalDay(1) AND time < ${to}
    AND (account, feature) IN (SELECT DISTINCT account, feature FROM events WHERE ${touchedBy} AND time >= ${from} AND time < ${to}))`;

export const episodesStatement = `
INSERT INTO episodes (${columns}, stamp)
SELECT account, feature, time, max(last), server, vendor, any(version), kind, client, any(project), max(lines) AS lines,
       anyIf(code, present), anyIf(reason, present), anyIf(detail, present), if(lines = 0, -1, maxIf(grantAfter, present)), {stamp:UInt64}
FROM (
  SELECT ${columns}, 1 AS present FROM (${episodesSql({ where: touchedClients, gapMs: '600000' })})
  UNION ALL
  SELECT account, feature, time, last, server, vendor, version, kind, client, project, 0, '', '', '', -1, 0
  FROM episodes FINAL WHERE lines > 0 AND ${touchedClients}
)
GROUP BY account, feature, time, server, vendor, kind, client`;
