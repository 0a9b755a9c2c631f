import type { Ask } from './ask.ts';
import type { Range } from './windows.ts';

/**
 * The relation of all changes within some stretches of time, columns as in the view `usage_changes`. Sessions that are still open are
 * closed at their source's last line: only where one lies in the stretches are those looked up, which costs more to plan than the
 * changes of a day to read.
 */
export const changesSql = ({ sources, rawOnly }: Ask, stretches: readonly Range[]): string =>
  rawOnly || sources.some(({ lastLine }) => stretches.some(({ from, to }) => lastLine >= from && lastLine < to))
    ? 'usage_changes'
    : '(SELECT account, feature, time, server, place AS seq, vendor, version, delta, client, project, held, ending FROM changes)';
