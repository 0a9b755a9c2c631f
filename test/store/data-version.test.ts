import type { Connection } from '../../src/store/connection.ts';
import { dataVersion } from '../../src/store/data-version.ts';
import { loadMapping } from '../../src/store/mappings.ts';
import { openStore } from '../../src/store/open.ts';
import { openTestStore } from '../support/store.ts';

const source = (connection: Connection, state: 'clean' | 'dirty', updated: number): Promise<void> =>
  connection.insert('sources', [
    { name: 'server', type: 'String', values: ['lic01'] },
    { name: 'state', type: 'String', values: [state] },
    { name: 'updated', type: 'UInt64', values: [updated] },
  ]);

const token = (connection: Connection): Promise<void> =>
  connection.insert('tokens', [{ name: 'id', type: 'String', values: ['t1'] }]);

test.each(['embedded', 'remote'] as const)('moves with every own write that may change an answer, %s', async (kind) => {
  const { connection, close } = await openTestStore(kind);
  try {
    const versions = [await dataVersion(connection), await dataVersion(connection)];
    await token(connection);
    versions.push(await dataVersion(connection));
    expect(new Set(versions).size).toBe(1);
    await connection.command('TRUNCATE TABLE events');
    versions.push(await dataVersion(connection));
    await source(connection, 'clean', 1);
    versions.push(await dataVersion(connection));
    await expect(connection.command('TRUNCATE TABLE nowhere')).rejects.toThrow();
    versions.push(await dataVersion(connection));
    expect(new Set(versions).size).toBe(4);
  } finally {
    await close();
  }
});

test('of a ClickHouse server also with what others write; while they ingest there is none', async () => {
  const { connection, url = '', close } = await openTestStore('remote');
  const other = await openStore({ url });
  try {
    const before = await dataVersion(connection);
    await token(other);
    expect(await dataVersion(connection)).toBe(before);
    await source(other, 'dirty', 2);
    expect(await dataVersion(connection)).toBeUndefined();
    await source(other, 'clean', 3);
    const read = await dataVersion(connection);
    // The other's clock may be behind.
    await loadMapping(
      other,
      'products.csv',
      [{ target: 'product', field: 'feature', pattern: 'cad', value: 'CAD' }],
      1,
    );
    const mapped = await dataVersion(connection);
    expect(new Set([before, read, mapped]).size).toBe(3);
  } finally {
    await other.close();
    await close();
  }
});
