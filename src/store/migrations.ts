import { createHash } from 'node:crypto';
import type { Connection } from './connection.ts';
import {
  columnsStatements,
  dropStatements,
  schemaStatements,
  tablesStatements,
  tableStatements,
  viewsStatements,
  type Target,
} from './ddl.ts';
import { episodeColumns, episodesSql } from './episodes-sql.ts';
import { storeError } from './errors.ts';
import {
  episodeTables,
  factsTables,
  firstTables,
  firstViews,
  packageColumns,
  placeColumns,
  placeViews,
  readingTables,
  readingViews,
  sharingTables,
  wholeTables,
  type Table,
} from './schema.ts';

/**
 * A step from one schema to the next. Steps only go forward, and a released one is never changed. Every statement may be
 * repeated (IF NOT EXISTS, OR REPLACE): a step that was interrupted is simply done again.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: (target: Target) => readonly string[];
}

export const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'tables and views',
    statements: (target) => [...tablesStatements(firstTables, target), ...viewsStatements(firstViews, target)],
  },
  { number: 2, name: 'links and subscriptions', statements: (target) => tablesStatements(sharingTables, target) },
  {
    number: 3,
    name: 'readings',
    statements: (target) => [
      ...tablesStatements(readingTables, target),
      ...viewsStatements(readingViews, target),
      // What was counted up to now, as the reading of a file without a name.
      `INSERT INTO readings (server, file, head, headBytes, lines, events, undated, unreadable, updated)
SELECT server, '', '', 1024, lines, duplicates + stored.events, undated, unreadable, 0
FROM sources FINAL LEFT JOIN (SELECT server, count() AS events FROM events WHERE kind != 'seen' GROUP BY server) AS stored USING (server)
WHERE lines > 0`,
    ],
  },
  {
    number: 4,
    name: 'places of changes',
    statements: (target) => [...columnsStatements(placeColumns, target), ...viewsStatements(placeViews, target)],
  },
  {
    number: 5,
    name: 'episodes across servers',
    statements: (target) => [
      // Episodes follow from the events: the table of the former rule goes, and that of today's is filled.
      ...dropStatements('episodes', target),
      ...tablesStatements(episodeTables, target),
      `INSERT INTO episodes (${episodeColumns}, stamp)
SELECT ${episodeColumns}, 1 FROM (${episodesSql({ where: '1', gapMs: '600000', across: 'servers' })})`,
    ],
  },
  {
    number: 6,
    name: 'facts',
    statements: (target) => [
      ...tablesStatements(factsTables, target),
      // A store with lines has none yet: whoever opens it next makes them (`ensureFacts`).
      `INSERT INTO store_settings (name, value, updated)
SELECT 'factsZone', '', 1 WHERE (SELECT count() FROM sources) > 0`,
      ...dropStatements('usage', target),
    ],
  },
  {
    number: 7,
    name: 'rollups in one piece',
    statements: (target) => [
      // Whoever opens the store next makes them anew (`ensureFacts`): said before they are gone.
      ...['factsZone', 'entitledUse'].map(
        (name) => `INSERT INTO store_settings (name, value, updated)
SELECT '${name}', '', 1 + (SELECT max(updated) FROM store_settings WHERE name = '${name}') WHERE (SELECT count() FROM sources) > 0`,
      ),
      ...wholeTables.flatMap((table) => [...dropStatements(table.name, target), ...tableStatements(table, target)]),
    ],
  },
  {
    number: 8,
    name: 'packages of entitlements',
    statements: (target) => columnsStatements(packageColumns, target),
  },
];

/** Which steps a store has behind it. */
const ledger: Table = {
  name: 'migrations',
  columns: ['number UInt32', 'name String', 'checksum String', "applied DateTime64(3, 'UTC') DEFAULT now64(3)"],
  engine: 'ReplacingMergeTree',
  orderBy: 'number',
};

/** Whether this program, whichever version of it, ever made a store there. */
export async function isMigrated(connection: Connection): Promise<boolean> {
  const sql = 'SELECT count() FROM system.tables WHERE database = {database:String} AND name = {name:String}';
  const { rows } = await connection.query(sql, { database: connection.database, name: ledger.name });
  return rows[0]?.[0] !== '0';
}

/**
 * Brings a store to this program's schema; when it is there already, changes nothing. Returns the numbers of the steps taken.
 * Rejects with code `newer` when a newer program has changed the store.
 */
export async function migrate(connection: Connection, steps = migrations): Promise<readonly number[]> {
  const { rows: found } = await connection.query(
    'SELECT name FROM system.tables WHERE database = {database:String} LIMIT 1',
    { database: connection.database },
  );
  const run = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) await connection.command(text);
  };
  await run(tableStatements(ledger, connection));
  const { rows } = await connection.query('SELECT number FROM migrations GROUP BY number');
  const done = new Set(rows.map(([number]) => Number(number)));
  const last = Math.max(0, ...steps.map(({ number }) => number));
  const newest = Math.max(0, ...done);
  if (newest > last) {
    throw storeError('newer', `The store has schema ${newest}, but this program knows schemas up to ${last} only.`);
  }
  const open = steps.filter(({ number }) => !done.has(number));
  if (found.length === 0 && steps === migrations) {
    // Nothing is there that the steps would change: where they lead is made at once.
    await run(schemaStatements(connection));
    await say(connection, open);
  } else {
    for (const step of open) {
      await run(step.statements(connection));
      await say(connection, [step]);
    }
  }
  return open.map(({ number }) => number);
}

/** Notes that a store has these steps behind it. */
async function say(connection: Connection, steps: readonly Migration[]): Promise<void> {
  if (steps.length === 0) return;
  const checksum = ({ statements }: Migration): string =>
    createHash('sha256').update(statements(connection).join('\n')).digest('hex');
  await connection.insert('migrations', [
    { name: 'number', type: 'UInt32', values: steps.map(({ number }) => number) },
    { name: 'name', type: 'String', values: steps.map(({ name }) => name) },
    { name: 'checksum', type: 'String', values: steps.map(checksum) },
  ]);
}
