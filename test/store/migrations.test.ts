import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dropStatements, schemaStatements, tablesStatements } from '../../src/store/ddl.ts';
import { findUnderived } from '../../src/store/derived.ts';
import { migrate, migrations, type Migration } from '../../src/store/migrations.ts';
import { openStore } from '../../src/store/open.ts';
import { firstTables, tables, views } from '../../src/store/schema.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

describe.each(['embedded', 'remote'] as const)('migrations, %s', (kind) => {
  let store: TestStore;

  beforeAll(async () => {
    store = await openTestStore(kind);
  });

  afterAll(() => store.close());

  test('a new store has every table and view', async () => {
    const { rows } = await store.connection.query('SELECT name FROM system.tables WHERE database = currentDatabase()');
    const names = [...tables, ...views].map(({ name }) => name);
    expect(rows.flat()).toEqual(expect.arrayContaining([...names, 'migrations']));
  });

  test('applied again, they change nothing', async () => {
    const state = async (): Promise<unknown> => [
      (await store.connection.query('SELECT * FROM migrations ORDER BY number')).rows,
      (
        await store.connection.query(
          'SELECT uuid, name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name',
        )
      ).rows,
    ];
    const before = await state();
    expect(await migrate(store.connection)).toEqual([]);
    expect(await state()).toEqual(before);
  });

  test('step by step they lead to the same tables and views as at once', async () => {
    const { connection } = store;
    const made = async (): Promise<unknown> =>
      (
        await connection.query(
          "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() AND name != 'migrations' ORDER BY name",
        )
      ).rows;
    const atOnce = await made();
    for (const { name } of [...tables, { name: 'migrations' }]) await connection.command(`DROP TABLE ${name}`);
    for (const { name } of views) await connection.command(`DROP VIEW ${name}`);
    expect(await migrate(connection, [...migrations])).toHaveLength(migrations.length);
    expect(await made()).toEqual(atOnce);
  });

  test('every view can be read, and every column of every table', async () => {
    for (const { name } of [...tables, ...views]) {
      expect((await store.connection.query(`SELECT * FROM ${name} LIMIT 0`)).rows).toEqual([]);
    }
  });

  test('one that was interrupted is finished by the next start', async () => {
    const number = migrations.length + 1;
    const first = 'CREATE TABLE IF NOT EXISTS half (n UInt8) ENGINE = MergeTree ORDER BY n';
    const step = (statements: readonly string[]): Migration => ({
      number,
      name: 'halves',
      statements: () => statements,
    });
    await expect(migrate(store.connection, [...migrations, step([first, 'SELCT 1'])])).rejects.toMatchObject({
      code: 'syntax',
    });
    const whole = [...migrations, step([first, first.replace('half', 'other_half')])];
    expect(await migrate(store.connection, whole)).toEqual([number]);
    expect(await migrate(store.connection, whole)).toEqual([]);
    expect((await store.connection.query('SELECT * FROM other_half')).rows).toEqual([]);
  });

  test('a store that a newer program has changed is left alone', async () => {
    await store.connection.command(
      "INSERT INTO migrations (number, name, checksum) VALUES (99, 'from the future', '')",
    );
    await expect(migrate(store.connection)).rejects.toMatchObject({
      code: 'newer',
      message: `The store has schema 99, but this program knows schemas up to ${migrations.length} only. Use a newer version of this program.`,
    });
  });
});

describe('on a cluster', () => {
  const statements = schemaStatements({ database: 'license_analytics', cluster: 'main' });

  /** After a change of the schema: UPDATE_GOLDEN=1 npx jest test/store/migrations.test.ts, then read the difference. */
  test('the same schema is replicated, sharded and distributed as in golden/cluster.sql', () => {
    const file = join(__dirname, 'golden', 'cluster.sql');
    const text = statements.map((statement) => `${statement};\n`).join('\n');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test("the engine's own parser accepts every statement, and reads the cluster, the engines and the sharding from it", async () => {
    const store = await openTestStore();
    try {
      for (const statement of statements) {
        const { rows } = await store.connection.query(`EXPLAIN AST ${statement}`);
        expect(rows.length).toBeGreaterThan(1);
      }
      // Parsing alone would let a misspelt engine pass: each table is also made, with the cluster taken out.
      for (const statement of schemaStatements({ database: store.connection.database, cluster: undefined })) {
        await store.connection.command(statement);
      }
    } finally {
      await store.close();
    }
  });

  test('tables with a sharding key are distributed over local ones, the others whole on every server', () => {
    for (const { name, shardBy } of tables) {
      const own = statements.filter(
        (text) =>
          text.startsWith(`CREATE TABLE IF NOT EXISTS \`license_analytics\`.\`${name}`) &&
          new RegExp(`\\.\`${name}(_local)?\` ON CLUSTER`).test(text),
      );
      expect(own).toHaveLength(shardBy === undefined ? 1 : 2);
      const path =
        shardBy === undefined
          ? `'/clickhouse/tables/all/license_analytics/${name}'`
          : `'/clickhouse/tables/{shard}/license_analytics/${name}'`;
      expect(own[0]).toContain(path);
      if (shardBy !== undefined)
        expect(own[1]).toContain(`Distributed('main', 'license_analytics', '${name}_local', ${shardBy})`);
    }
  });
});

test('what a store of schema 2 had counted of its sources stays', async () => {
  const store = await openTestStore();
  try {
    const { connection } = store;
    await connection.command('DROP TABLE readings');
    await connection.command('DROP VIEW source_lines');
    await connection.command('DELETE FROM migrations WHERE number > 2');
    await connection.command(
      `INSERT INTO events (server, kind, time) VALUES ('srv', 'checkout', 1000), ('srv', 'start', 1000), ('srv', 'seen', 1000)`,
    );
    await connection.command(
      `INSERT INTO sources (server, lines, duplicates, undated, unreadable) VALUES ('srv', 12, 5, 2, 1), ('new', 0, 0, 0, 0)`,
    );
    expect(await migrate(connection)).toEqual([3, 4, 5, 6, 7, 8]);
    expect((await connection.query('SELECT * FROM source_lines')).rows).toEqual([['srv', '12', '5', '2', '1']]);
  } finally {
    await store.close();
  }
});

test('a store of schema 4 has the episodes of today: those of a client over several servers are one', async () => {
  const store = await openTestStore();
  try {
    const { connection } = store;
    const former = firstTables.filter(({ name }) => name === 'episodes');
    for (const text of [...dropStatements('episodes', connection), ...tablesStatements(former, connection)])
      await connection.command(text);
    await connection.command('DELETE FROM migrations WHERE number > 4');
    await connection.command(
      `INSERT INTO events (account, feature, server, vendor, kind, time, seq, client, code, reason) VALUES
       ('acme', 'cad', 'a', 'd', 'denial', 1000, 0, 1, '-4', 'full'), ('acme', 'cad', 'b', 'd', 'denial', 1001, 0, 1, '-10', 'expired'),
       ('acme', 'cad', 'b', 'd', 'checkout', 1030, 0, 1, '', ''),
       ('acme', 'cad', 'a', 'd', 'denial', 1000, 1, 0, '-4', 'full'), ('acme', 'cad', 'a', 'd', 'denial', 1000, 2, 0, '-4', 'full')`,
    );
    await connection.command(
      `INSERT INTO episodes (account, feature, server, vendor, kind, time, last, client, lines, reason, grantAfter) VALUES
       ('acme', 'cad', 'a', 'd', 'denial', 1000, 1000, 1, 1, 'full', 30), ('acme', 'cad', 'b', 'd', 'denial', 1001, 1001, 1, 1, 'expired', 29),
       ('acme', 'cad', 'a', 'd', 'denial', 1000, 1000, 0, 2, 'full', -1)`,
    );
    expect(await migrate(connection)).toEqual([5, 6, 7, 8]);
    const { rows } = await connection.query(
      'SELECT server, client, lines, reason, reasons, servers, serverLines, grantAfter FROM episodes FINAL ORDER BY ALL',
    );
    expect(rows).toEqual([
      ['a', 0, 1, 'full', ['full'], ['a'], [1], '-1'],
      ['a', 0, 1, 'full', ['full'], ['a'], [1], '-1'],
      ['b', 1, 2, 'expired', ['full', 'expired'], ['a', 'b'], [1, 1], '29'],
    ]);
    const wrong = await findUnderived(connection);
    expect(wrong.filter(({ table }) => table === 'episodes')).toEqual([]);
    expect(await migrate(connection)).toEqual([]);
  } finally {
    await store.close();
  }
});

test('rows survive closing and opening the store', async () => {
  const store = await openTestStore();
  await store.connection.insert('clients', [
    { name: 'account', type: 'String', values: ['acme'] },
    { name: 'number', type: 'UInt32', values: [7] },
    { name: 'client', type: 'String', values: ['ann@pc1'] },
  ]);
  await store.connection.close();
  const again = await openStore({ directory: store.directory, maxThreads: 2 });
  expect((await again.query('SELECT account, number, client FROM clients')).rows).toEqual([['acme', 7, 'ann@pc1']]);
  await again.close();
  await store.close();
});
