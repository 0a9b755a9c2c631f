import { head, useStore } from './given.ts';

/** Licenses used beyond what was bought: the same use, held against the same entitlements, as the usage percentage. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const byFeature = { measure: 'overdraft', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const day = '3/2/2026';
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;

test('five bought and a peak of seven is an overdraft of 2, at 140 %; use within what was bought is one of 0', async () => {
  const { ask } = await given({
    log: head(day) + use(7, ' 9:00:00', '10:00:00') + use(3, '11:00:00', '12:00:00', 'bob@ws2', 'sim'),
    entitlements: bought(
      'acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
      'acme,Suite,sim,,concurrent,4,0,2026-01-01,2026-12-31,,',
      'acme,Suite,idle,,concurrent,4,0,2026-01-01,2026-12-31,,',
    ),
  });
  expect(await ask(byFeature)).toEqual([
    ['acme', 'cad', 2],
    ['acme', 'idle', 0],
    ['acme', 'sim', 0],
  ]);
  expect(await ask({ ...byFeature, measure: 'usagePercentage' })).toContainEqual(['acme', 'cad', 140]);
  // A coarser group: the highest one, with its feature. Overdrafts of features are different licenses and do not add up.
  expect(await ask({ measure: 'overdraft', groupBy: ['account'] })).toEqual([['acme', 'cad', 2]]);
  expect(await ask({ ...byFeature, having: { operator: '>', value: 0 } })).toEqual([['acme', 'cad', 2]]);
  const hourly = { ...byFeature, orderBy: 'value', shape: 'timeSeries', bucket: '1h', filters: [feature('cad')] };
  expect(await ask(hourly, '2026-03-02 08:00:00', '2026-03-02 11:00:00')).toEqual([
    ['acme', 'cad', '2026-03-02T08:00:00Z', 0],
    ['acme', 'cad', '2026-03-02T09:00:00Z', 2],
    // Those open at ten o'clock still count at its start.
    ['acme', 'cad', '2026-03-02T10:00:00Z', 2],
  ]);
});

test('beyond quantity but within overdraft, and beyond both, are two things', async () => {
  const both = async (measure: string, from?: string, to?: string) =>
    (await ask({ ...byFeature, measure }, from, to)).map((row) => row.slice(1));
  const { ask } = await given({
    log:
      head(day) +
      [
        ['within', 6],
        ['beyond', 9],
        ['free', 99],
        ['sold', 4],
        ['plain', 6],
      ]
        .map(([feature, count], i) =>
          use(Number(count), `${9 + i}:00:00`.padStart(8), `${9 + i}:30:00`.padStart(8), 'ana@ws1', String(feature)),
        )
        .join(''),
    entitlements: bought(
      ...['within', 'beyond', 'sold'].map((one) => `acme,,${one},,concurrent,5,2,2026-01-01,2026-12-31,,`),
      'acme,,free,,concurrent,5,-1,2026-01-01,2026-12-31,,',
      'acme,,plain,,concurrent,5,,2026-01-01,2026-12-31,,',
      // Two entitlements add up: 5 + 5 bought, 2 + 1 allowed beyond them, from April on.
      'acme,,beyond,,concurrent,5,1,2026-04-01,2026-12-31,,',
    ),
  });
  expect(await both('overdraft')).toEqual([
    ['beyond', 4],
    ['free', 94],
    ['plain', 1],
    ['sold', 0],
    ['within', 1],
  ]);
  expect(await both('beyondOverdraft')).toEqual([
    ['beyond', 2],
    ['free', 0],
    ['plain', 1],
    ['sold', 0],
    ['within', 0],
  ]);
});

test('metered: consumed beyond the quantity of the period, and beyond its overdraft', async () => {
  const { ask } = await given({
    format: 'csv',
    log: 'time,kind,feature,user,host,model,quantity\n2026-03-05T10:00:00Z,checkout,render,ana,ws1,metered,115\n2026-04-05T10:00:00Z,checkout,render,ana,ws1,metered,130\n',
    entitlements: bought('acme,,render,,metered,100,20,2026-01-01,2026-12-31,,month'),
  });
  const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;
  const april = ['2026-04-01 00:00:00', '2026-05-01 00:00:00'] as const;
  const beyond = { ...byFeature, measure: 'beyondOverdraft' };
  expect([await ask(byFeature, ...march), await ask(beyond, ...march)]).toEqual([
    [['acme', 'render', 15]],
    [['acme', 'render', 0]],
  ]);
  expect([await ask(byFeature, ...april), await ask(beyond, ...april)]).toEqual([
    [['acme', 'render', 30]],
    [['acme', 'render', 10]],
  ]);
});

test('is taken from each stretch of constant quantity: a later purchase does not hide an earlier overdraft', async () => {
  const { ask } = await given({
    log: `${head('3/31/2026')}22:00:00 (acmed) OUT: "cad" ana@ws1  (7 licenses) \n 2:00:00 (acmed) IN: "cad" ana@ws1  (7 licenses) \n`,
    entitlements: bought(
      'acme,,cad,,concurrent,5,0,2026-01-01,2026-03-31,,',
      'acme,,cad,,concurrent,20,0,2026-04-01,2026-12-31,,',
    ),
  });
  expect(await ask(byFeature, '2026-03-31 00:00:00', '2026-04-02 00:00:00')).toEqual([['acme', 'cad', 2]]);
  expect(await ask(byFeature, '2026-04-01 00:00:00', '2026-04-02 00:00:00')).toEqual([['acme', 'cad', 0]]);
});

test('where there is no percentage there is no overdraft: unmapped or uncounted use', async () => {
  const { ask, notices } = await given({
    log: head(day) + use(7, ' 9:00:00', '10:00:00') + use(7, '11:00:00', '12:00:00', 'bob@ws2', 'sim'),
    entitlements: bought('acme,,cad,,concurrent,uncounted,0,2026-01-01,2026-12-31,,'),
  });
  expect(await ask(byFeature)).toEqual([
    ['acme', 'cad', null],
    ['acme', 'sim', null],
  ]);
  expect((await notices(byFeature)).join(' ')).toMatch(/without an overdraft: 1 group,/);
});

test('metered: consumed in the period beyond its quantity', async () => {
  const { ask } = await given({
    format: 'csv',
    log: 'time,kind,feature,user,host,model,quantity\n2026-03-05T10:00:00Z,checkout,render,ana,ws1,metered,90\n2026-03-20T10:00:00Z,checkout,render,ana,ws1,metered,30.5\n2026-04-05T10:00:00Z,checkout,render,ana,ws1,metered,40\n',
    entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
  });
  expect(await ask(byFeature, '2026-03-01 00:00:00', '2026-05-01 00:00:00')).toEqual([['acme', 'render', 20.5]]);
  expect(await ask(byFeature, '2026-04-01 00:00:00', '2026-05-01 00:00:00')).toEqual([['acme', 'render', 0]]);
});

const feature = (name: string) => ({ dimension: 'feature', operator: '=', values: [name] });
