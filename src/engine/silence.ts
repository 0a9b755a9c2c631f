import { dueAfter, hasHeartbeat, overdueBy, silence } from '../query/silence.ts';
import type { Ask } from './ask.ts';
import { ageOf, read } from './ask.ts';
import { Bindings } from './sql.ts';

/** For how many seconds each license server has been silent: docs/definitions.md#data-quality. */
export async function readSilence(ask: Ask): Promise<(server: string) => number> {
  const pauses = await readLongestPauses(ask);
  const overdue = new Map(
    ask.sources.map((source) => {
      const { server, format, firstLine, lastLine } = source;
      const habit = {
        format,
        known: (lastLine - firstLine) / 1000,
        longestPause: pauses.get(server) ?? 0,
      };
      return [server, overdueBy(ageOf(ask, source), dueAfter(habit))] as const;
    }),
  );
  return (server) => overdue.get(server) ?? 0;
}

/** The longest pauses between lines of the last weeks before each server's last one, in seconds, to the hour. */
async function readLongestPauses(ask: Ask): Promise<ReadonlyMap<string, number>> {
  const asked = ask.sources.filter(({ format }) => !hasHeartbeat(format));
  if (asked.length === 0) return new Map();
  const bindings = new Bindings();
  const starts = asked.map(({ lastLine }) => lastLine - 1000 * silence.lookBack);
  const servers = bindings.strings(asked.map(({ server }) => server));
  const { rows } = await read(
    ask,
    `SELECT server, toFloat64(arrayMax(arrayDifference(arraySort(groupUniqArray(toUnixTimestamp(toStartOfHour(time)))))))
FROM events WHERE server IN ${servers} AND time >= ${bindings.time(Math.min(...starts))}
  AND toUnixTimestamp64Milli(time) >= transform(toString(server), ${servers}, ${bindings.milliseconds(starts)}, toInt64(0))
GROUP BY server`,
    bindings,
  );
  return new Map(rows.map(([server, pause]) => [String(server), Number(pause)]));
}
