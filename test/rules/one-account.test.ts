import { head, useStore } from './given.ts';

/** docs/definitions.md#one-account: no line names an account. */
const given = useStore();
const use = (count: number, from: string, to: string, feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ana@ws1  (${count} licenses) \n${to} (acmed) IN: "${feature}" ana@ws1  (${count} licenses) \n`;
const log = head('3/2/2026') + use(4, ' 9:00:00', '10:00:00') + use(1, '11:00:00', '12:00:00', 'sim');
const plain = { log, account: '', entitlements: 'feature,quantity\ncad,5\n' };
const byPair = { measure: 'usagePercentage', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const account = (operator: string, ...values: string[]) => ({ filters: [{ dimension: 'account', operator, values }] });

test('everything belongs to one account, which has a name; rows without an account are its own', async () => {
  const { ask, frames } = await given(plain);
  expect(await ask(byPair)).toEqual([
    ['This company', 'cad', 80],
    ['This company', 'sim', null],
  ]);
  expect(await ask({ measure: 'dimensionValues', groupBy: ['account'] })).toEqual([
    ['This company', 'This company', 'This company', null],
  ]);
  expect(await ask({ measure: 'coverageGaps' })).toEqual([['This company', 'sim', 'lic01', 1]]);
  expect(await ask({ measure: 'events', groupBy: ['account'], shape: 'timeSeries', bucket: '1d' })).toEqual([
    ['This company', '2026-03-02T00:00:00Z', 4],
  ]);
  expect((await ask({ measure: 'utilization' })).map((row) => row.slice(0, 3))).toEqual([['This company', 'cad', 80]]);
  const [listing] = await frames({ measure: 'allEvents', limit: 1 });
  expect(listing?.data.values[2]).toEqual(['This company']);
});

test('its column is not shown in tables, and legends leave it out', async () => {
  const { frames } = await given(plain);
  const [table] = await frames(byPair);
  expect(table?.schema.fields.map(({ config }) => config?.custom?.hideFrom.viz ?? false)).toEqual([true, false, false]);
  const [series] = await frames({ ...byPair, shape: 'timeSeries', bucket: '1d' });
  expect(series?.schema.fields[1]?.config?.displayNameFromDS).toBe('cad');
});

test('the configured name is known to filters, scopes and entitlements', async () => {
  const { ask, askAs } = await given({
    ...plain,
    siteAccount: 'Acme',
    // Some rows say whose they are, some do not: they add up.
    entitlements: 'account,feature,product,quantity\nAcme,cad,Suite,3\n,cad,,2\n',
  });
  const cad = [['Acme', 'cad', 80]];
  expect(await ask({ ...byPair, ...account('in', 'Acme'), having: { operator: '>=', value: 0 } })).toEqual(cad);
  expect(await ask({ ...byPair, ...account('=~', '^A'), having: { operator: '>=', value: 0 } })).toEqual(cad);
  expect(await ask({ ...byPair, ...account('!~', '^A') })).toEqual([]);
  expect(await ask({ ...byPair, ...account('in', 'Other') })).toEqual([]);
  expect(await ask({ ...byPair, ...account('not in', 'Acme') })).toEqual([]);
  expect(await ask({ measure: 'usagePercentage', groupBy: ['product'] })).toEqual([
    ['Suite', 'cad', 80],
    ['unmapped', 'sim', null],
  ]);
  expect(await ask({ measure: 'allEvents', ...account('in', 'Acme'), limit: 100 })).toHaveLength(4);
  // Whoever may see this account sees its use and what it bought; others see nothing of it, nor does "every account" widen.
  expect(await askAs(['Acme'], { ...byPair, having: { operator: '>=', value: 0 } })).toEqual(cad);
  expect(await askAs(['Acme'], { measure: 'usagePercentage' })).toEqual([['cad', 80]]);
  expect(await askAs(['Other'], byPair)).toEqual([]);
  expect(await askAs(['Other'], { measure: 'entitled' })).toEqual([]);
  expect(await askAs(['Acme'], { measure: 'quality', groupBy: ['server'] })).toEqual([
    ['lic01', 1, 0, 0, 0, 0, 0, null, null, null],
  ]);
});

test('entitlements of other accounts stay theirs; then the column tells them apart', async () => {
  const { ask, frames } = await given({ ...plain, entitlements: 'account,feature,quantity\nbeta,cad,8\n,cad,5\n' });
  expect(await ask(byPair)).toEqual([
    ['This company', 'cad', 80],
    ['This company', 'sim', null],
    ['beta', 'cad', 0],
  ]);
  const [table] = await frames(byPair);
  expect(table?.schema.fields[0]?.config?.custom).toBeUndefined();
});

test('as soon as one line has an account, lines without one have none, and rows without one are shared', async () => {
  const { ask, askAs, ingest } = await given({ ...plain, siteAccount: 'Acme' });
  await ingest({
    log: 'time,kind,feature,user,host,quantity,account\n2026-03-02T13:00:00Z,checkout,cad,bob,ws2,1,beta\n',
    format: 'csv',
    server: 'lic02',
    account: '',
  });
  expect(await ask({ measure: 'checkouts', groupBy: ['account'], orderBy: 'account' })).toEqual([
    ['', 2],
    ['beta', 1],
  ]);
  expect(await askAs(['Acme'], { measure: 'checkouts', groupBy: ['account'] })).toEqual([]);
  expect(await askAs(['Acme'], { measure: 'entitled', groupBy: ['account'] })).toEqual([]);
});
