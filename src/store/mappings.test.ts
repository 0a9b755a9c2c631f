import { openTestStore, type TestStore } from '../../test/support/store.ts';
import { compileAccountMapping, compileProductMapping } from '../ingest/mappings/compile.ts';
import { requireMapping } from '../ingest/mappings/read.ts';
import { listMappings, loadMapping } from './mappings.ts';

describe.each(['embedded', 'remote'] as const)('mappings in the %s store', (kind) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore(kind);
  });
  afterAll(() => store.close());

  const load = (document: string, text: string) =>
    loadMapping(store.connection, document, requireMapping(text, document), 1000);

  test('are tried in the order of their document; a later load of it replaces them, also by fewer', async () => {
    expect(await listMappings(store.connection)).toEqual([]);
    const first = 'user,host,feature,account,product\nanna,,,acme,\n,ws-*,,lab,\n,,CFD_*,,Flow\na*,,,others,\n';
    expect(await load('m.csv', first)).toEqual({ rules: 4, replaced: 0 });
    const rules = await listMappings(store.connection);
    expect(rules.map(({ target, field, pattern, value }) => [target, field, pattern, value])).toEqual([
      ['account', 'user', 'anna', 'acme'],
      ['account', 'host', 'ws-*', 'lab'],
      ['account', 'user', 'a*', 'others'],
      ['product', 'feature', 'CFD_*', 'Flow'],
    ]);
    const accountOf = compileAccountMapping(rules);
    const event = { host: '', project: '', server: '' };
    expect(['anna', 'adam', 'eve'].map((user) => accountOf({ ...event, user }))).toEqual(['acme', 'others', '']);
    expect(compileProductMapping(rules)('CFD_x')).toBe('Flow');

    expect(await load('m.csv', 'user,account\nanna,globex\n')).toEqual({ rules: 1, replaced: 4 });
    expect((await listMappings(store.connection)).map(({ value }) => value)).toEqual(['globex']);
    expect(await load('m.csv', first)).toEqual({ rules: 4, replaced: 1 });
    expect(await listMappings(store.connection)).toEqual(rules);
  });

  test('several documents stand side by side, by name', async () => {
    await load('l.yaml', 'accounts: [{ user: "*", account: all }]');
    const values = (await listMappings(store.connection)).map(({ document, value }) => `${document} ${value}`);
    expect(values[0]).toBe('l.yaml all');
    expect(values).toContain('m.csv acme');
  });
});
