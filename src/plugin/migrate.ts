import { QuestionError } from '../query/errors.ts';
import { migrateQuestion } from '../query/migrate.ts';
import { currentSchemaVersion } from '../query/question.ts';
import type { LicenseQuery } from './types.ts';

/**
 * A saved query as this version writes it, by the function that the server uses. One that cannot be brought forward (saved by a newer
 * version) stays as it is: the editor says why, and so does the server when it is asked.
 */
export function forwarded(query: LicenseQuery): LicenseQuery {
  // Typed as the current one, but read from wherever it was saved.
  const version: unknown = query.schemaVersion;
  if (version === undefined || version === currentSchemaVersion) return query;
  try {
    const { refId, key, hide, datasource, queryType, ...question } = query;
    const own = Object.entries({ key, hide, datasource, queryType }).filter(([, value]) => value !== undefined);
    // The migration answers with a question of the current version: what LicenseQuery adds to Grafana's fields.
    return { refId, ...Object.fromEntries(own), ...migrateQuestion(question, currentSchemaVersion) };
  } catch (error) {
    if (error instanceof QuestionError) return query;
    throw error;
  }
}
