import type { Ask } from './ask.ts';
import type { Bindings } from './sql.ts';
import { stretchesSql } from './stretches-sql.ts';
import type { Range } from './windows.ts';

/** What of a change a question may group or filter by. */
export const changeColumns = 'account, feature, server, vendor, version, project, client';

/**
 * The relation of all changes within some stretches of time, columns as in the view `usage_changes`. Sessions that are still open are
 * closed at their source's last line: only where one lies in the stretches are those looked up, which costs more to plan than the
 * changes of a day to read.
 */
export const changesSql = ({ sources, rawOnly }: Ask, stretches: readonly Range[]): string =>
  rawOnly || sources.some(({ lastLine }) => stretches.some(({ from, to }) => lastLine >= from && lastLine < to))
    ? 'usage_changes'
    : '(SELECT account, feature, time, server, place AS seq, vendor, version, delta, client, project, held, ending FROM changes)';

/**
 * Condition on the changes before a moment: those of pools in which something was open when its day began, and all of that day. Others
 * add up to nothing, for every client of them, and years of them need not be read. Of raw rows all are.
 */
export function openSql({ calendar, lines, rawOnly }: Ask, moment: number, bindings: Bindings): string {
  const before = `time < ${bindings.time(moment)}`;
  const day = calendar.floor(moment, 'day');
  if (rawOnly || day <= lines.from) return before;
  const pools = `SELECT account, feature, server FROM facts FINAL
      WHERE grouping = 'account_feature_server' AND ${stretchesSql([{ level: 'day', from: day, to: day + 1 }], bindings)} AND opening != 0`;
  return `${before} AND (time >= ${bindings.time(day)} OR (account, feature, server) IN (${pools}))`;
}
