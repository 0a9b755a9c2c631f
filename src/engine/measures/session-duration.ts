import { sessionLengthClasses } from '../../query/measures/session-lengths.ts';
import type { Compute } from '../ask.ts';
import { keyText, read } from '../ask.ts';
import { endedSessionsSql } from '../ended-sessions.ts';
import type { FieldValue } from '../frame.ts';
import { Bindings } from '../sql.ts';
import { isMeteredOnly } from '../metered-only.ts';
import type { List } from './listing.ts';

/**
 * How long sessions lasted that ended in the window, seconds: median, 95th percentile, longest. Exact quantiles (the nearest
 * session, no interpolation).
 */
export const sessionDuration: Compute = async (ask) => {
  const bindings = new Bindings();
  const width = ask.question.groupBy.length;
  const names = ask.question.groupBy.map((_, i) => `k${i}, `).join('');
  const { rows } = await read(
    ask,
    `SELECT ${names}window, quantilesExact(0.5, 0.95)(held) AS q, max(held) FROM (${endedSessionsSql(ask, bindings)}) GROUP BY ${names}window`,
    bindings,
  );
  if (rows.length === 0) await isMeteredOnly(ask);
  return rows.map((row) => {
    const [p50 = null, p95 = null] = (row[width + 1] as readonly unknown[]).map(Number);
    return {
      key: row.slice(0, width).map(String),
      window: Number(row[width]),
      values: [p50, p95, Number(row[width + 2])],
    };
  });
};

/** The same sessions by classes of length; a group has all classes, so that bars of several groups stand side by side. */
export const sessionLengths: List = async (ask) => {
  const bindings = new Bindings();
  const width = ask.question.groupBy.length;
  const names = ask.question.groupBy.map((_, i) => `k${i}, `).join('');
  const bounds = sessionLengthClasses.map(({ seconds }) => seconds).filter(Number.isFinite);
  const { rows } = await read(
    ask,
    `SELECT ${names}arrayCount(bound -> bound <= held, ${bindings.bind(bounds, 'Array(Float64)')}) AS class, toFloat64(count())
FROM (${endedSessionsSql(ask, bindings)}) GROUP BY ${names}class`,
    bindings,
  );
  const groups = new Map<string, { key: string[]; counts: number[] }>();
  for (const row of rows) {
    const key = row.slice(0, width).map(String);
    const group = groups.get(keyText(key)) ?? { key, counts: sessionLengthClasses.map(() => 0) };
    group.counts[Number(row[width])] = Number(row[width + 1]);
    groups.set(keyText(key), group);
  }
  if (groups.size === 0) await isMeteredOnly(ask);
  return [...groups.values()].flatMap(({ key, counts }) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return sessionLengthClasses.map(({ name }, i): FieldValue[] => {
      const count = counts[i] ?? 0;
      return [...key, name, count, (100 * count) / all];
    });
  });
};
