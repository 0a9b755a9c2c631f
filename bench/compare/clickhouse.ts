import type { Connection } from '../../src/store/connection.ts';
import type { Database } from './database.ts';
import { rawRelation } from './rows.ts';

/** The engine that we build in, on our raw tables: one statement, without anything that we keep beside them. */
export const naiveClickHouse = (connection: Connection, bytes: number): Database => ({
  name: 'ClickHouse, one statement',
  about: 'the built-in engine on our tables of changes and events',
  loadSeconds: 0,
  bytes,
  dialect: {
    changes: rawRelation('changes'),
    events: rawRelation('events'),
    at: (milliseconds) => `fromUnixTimestamp64Milli(${milliseconds}, 'UTC')`,
    moments: (all) => `(SELECT fromUnixTimestamp64Milli(arrayJoin([${all.join(', ')}]), 'UTC') AS moment)`,
    former: (column, partition, order) =>
      `lagInFrame(toNullable(${column})) OVER (PARTITION BY ${partition} ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`,
  },
  ask: async (sql, times) => {
    const milliseconds: number[] = [];
    let rows: readonly (readonly unknown[])[] = [];
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      ({ rows } = await connection.query(sql, {}, { maxSeconds: 120 }));
      milliseconds.push(performance.now() - start);
    }
    return { milliseconds, rows };
  },
  // It is somebody else's.
  close: () => Promise.resolve(),
});
