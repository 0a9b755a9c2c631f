import { head, useStore } from './given.ts';

/** docs/definitions.md#product: it comes from the entitlements (feature → product), else from a mapping. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const day = '3/2/2026';
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const only = (operator: string, ...values: string[]) => ({ filters: [{ dimension: 'product', operator, values }] });
const byProduct = { groupBy: ['product'], orderBy: 'product' };

/** cad is part of Suite A and Suite B, sim of Suite A alone; extra was not bought. */
const log =
  head(day) +
  use(4, ' 9:00:00', '10:00:00') +
  use(3, '11:00:00', '12:00:00', 'bob@ws2', 'sim') +
  use(1, '13:00:00', '14:00:00', 'cam@ws3', 'extra');
const entitlements = bought(
  'acme,Suite A,cad,,concurrent,15,0,2026-01-01,2026-12-31,,',
  'acme,Suite B,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
  'acme,Suite A,sim,,concurrent,4,0,2026-01-01,2026-12-31,,',
);

describe('a feature in two products', () => {
  test('has one name in use, entitled and percentage', async () => {
    const { ask } = await given({ log, entitlements });
    expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([
      ['Suite A', 3],
      ['Suite A + Suite B', 4],
      ['unmapped', 1],
    ]);
    // 3 ÷ 4; 4 ÷ (15 + 5)
    expect(await ask({ measure: 'usagePercentage', ...byProduct })).toEqual([
      ['Suite A', 'sim', 75],
      ['Suite A + Suite B', 'cad', 20],
      ['unmapped', 'extra', null],
    ]);
    expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([
      ['Suite A', 4],
      ['Suite A + Suite B', 20],
    ]);
  });

  test.each([
    { filter: only('=', 'Suite A'), cad: true, sim: true },
    { filter: only('=', 'Suite B'), cad: true, sim: false },
    { filter: only('=', 'Suite A + Suite B'), cad: true, sim: false },
    { filter: only('=~', '^Suite B$'), cad: true, sim: false },
    { filter: only('!=', 'Suite B'), cad: false, sim: true },
    { filter: only('!~', '^Suite B$'), cad: false, sim: true },
    { filter: only('=', 'Suite'), cad: false, sim: false },
  ])('is found by a filter on either: $filter', async ({ filter, cad, sim }) => {
    const { ask } = await given({ log, entitlements });
    const extra = filter.filters[0]?.operator.startsWith('!') === true;
    const group = { ...filter, groupBy: ['feature'], orderBy: 'feature' };
    expect(await ask({ measure: 'peakConcurrent', ...group })).toEqual([
      ...(cad ? [['cad', 4]] : []),
      ...(extra ? [['extra', 1]] : []),
      ...(sim ? [['sim', 3]] : []),
    ]);
    // All 20 of cad, whichever of its products is asked for.
    expect(await ask({ measure: 'usagePercentage', ...group })).toEqual([
      ...(cad ? [['cad', 20]] : []),
      ...(extra ? [['extra', null]] : []),
      ...(sim ? [['sim', 75]] : []),
    ]);
    expect(await ask({ measure: 'entitled', ...group })).toEqual([
      ...(cad ? [['cad', 20]] : []),
      ...(sim ? [['sim', 4]] : []),
    ]);
  });

  test('in one account only: others keep their own product', async () => {
    const { ask, ingest } = await given({
      log: head(day) + use(4, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,Suite A,cad,,concurrent,15,0,2026-01-01,2026-12-31,,',
        'acme,Suite B,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
        'borealis,Suite B,cad,,concurrent,10,0,2026-01-01,2026-12-31,,',
      ),
    });
    await ingest({ account: 'borealis', server: 'lic02', log: head(day) + use(3, ' 9:30:00', '10:30:00') });
    expect(await ask({ measure: 'usagePercentage', ...byProduct })).toEqual([
      ['Suite A + Suite B', 'cad', 20],
      ['Suite B', 'cad', 30],
    ]);
    expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([
      ['Suite A + Suite B', 20],
      ['Suite B', 10],
    ]);
  });
});

test('a row without a product: unmapped in use, entitled and percentage', async () => {
  const { ask } = await given({
    log: head(day) + use(4, ' 9:00:00', '10:00:00'),
    entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
  });
  expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([['unmapped', 4]]);
  expect(await ask({ measure: 'usagePercentage', ...byProduct })).toEqual([['unmapped', 'cad', 80]]);
  expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([['unmapped', 5]]);
});

test('a mapping names the product of features that no entitlement names one of', async () => {
  const { ask } = await given({ log, entitlements, products: { cad: 'Other', 'ext*': 'Extras' } });
  expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual([
    ['Extras', 1],
    ['Suite A', 3],
    ['Suite A + Suite B', 4],
  ]);
  expect(await ask({ measure: 'peakConcurrent', ...only('=', 'Extras') })).toEqual([[1]]);
});

test('… and of what was bought without naming one', async () => {
  const { ask } = await given({
    log: head(day) + use(1, ' 9:00:00', '10:00:00'),
    entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,'),
    products: { cad: 'Suite' },
  });
  expect(await ask({ measure: 'usagePercentage', ...byProduct })).toEqual([['Suite', 'cad', 20]]);
  expect(await ask({ measure: 'entitled', ...byProduct })).toEqual([['Suite', 5]]);
  expect(await ask({ measure: 'entitled', ...only('=', 'Suite') })).toEqual([[5]]);
  expect(await ask({ measure: 'entitled', ...only('!=', 'Suite') })).toEqual([]);
});

test('a pattern means the same in every measure: its flags, and signs that SQL would read otherwise', async () => {
  const { ask } = await given({
    log:
      head(day) +
      use(2, ' 9:00:00', '10:00:00', 'ana@ws1', 'CAD_pro') +
      use(1, ' 9:00:00', '10:00:00', 'ana@ws1', 'sim+'),
    entitlements: bought(
      'acme,,CAD_pro,,concurrent,5,0,2026-01-01,2026-12-31,,',
      'acme,,sim+,,concurrent,5,0,2026-01-01,2026-12-31,,',
    ),
    products: { '/^cad/i': 'Suite', 'sim+': 'Simulation' },
  });
  const expected = (figures: readonly [number, number]) => [
    ['Simulation', figures[0]],
    ['Suite', figures[1]],
  ];
  expect(await ask({ measure: 'peakConcurrent', ...byProduct })).toEqual(expected([1, 2]));
  expect(await ask({ measure: 'checkouts', ...byProduct })).toEqual(expected([1, 1]));
  expect(await ask({ measure: 'uniqueClients', ...byProduct })).toEqual(expected([1, 1]));
  expect(await ask({ measure: 'entitled', ...byProduct })).toEqual(expected([5, 5]));
  expect((await ask({ measure: 'usagePercentage', ...byProduct })).map(([product]) => product)).toEqual([
    'Simulation',
    'Suite',
  ]);
  expect(await ask({ measure: 'checkouts', ...only('=', 'Suite') })).toEqual([[1]]);
  expect((await ask({ measure: 'dimensionValues', groupBy: ['product'] })).map(([value]) => value)).toEqual([
    'Simulation',
    'Suite',
  ]);
});
