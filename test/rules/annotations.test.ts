import { head, useStore } from './given.ts';

/** Marks on the time axis, and the values that a dashboard variable offers. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const day = '3/2/2026';
const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;
const denied = (time: string, who: string, feature = 'cad'): string =>
  `${time} (acmed) DENIED: "${feature}" ${who}  (Licensed number of users already reached. (-4,342))\n`;

describe('denial bursts', () => {
  test('three clients denied the same feature in a row; two are none', async () => {
    const { ask } = await given({
      log:
        head(day) +
        denied(' 9:00:00', 'ana@ws1') +
        denied(' 9:05:00', 'bob@ws2') +
        denied(' 9:06:00', 'bob@ws2') +
        denied(' 9:14:00', 'cyd@ws3') +
        denied(' 9:15:00', 'cyd@ws3', 'sim') +
        // More than ten minutes later: another burst, of two.
        denied('11:00:00', 'ana@ws1') +
        denied('11:01:00', 'bob@ws2'),
    });
    expect(await ask({ measure: 'denialBursts' }, ...march)).toEqual([
      [
        '2026-03-02T09:00:00Z',
        '2026-03-02T09:14:00Z',
        'Denial burst',
        '3 clients of acme were denied cad (4 lines), most often: All licenses in use.',
        'denials,acme,cad',
      ],
    ]);
    const sim = [{ dimension: 'feature', operator: '=', values: ['sim'] }];
    expect(await ask({ measure: 'denialBursts', filters: sim }, ...march)).toEqual([]);
  });
});

test('a renewal that changes the overdraft alone is no change of capacity', async () => {
  const { ask } = await given({
    log: `${head(day)} 9:59:00 (acmed) OUT: "cad" ana@ws1  \n`,
    entitlements:
      'account,feature,quantity,overdraft,start,end\nacme,cad,5,0,2026-01-01,2026-03-02\nacme,cad,5,2,2026-03-03,2026-12-31\n',
  });
  expect(await ask({ measure: 'capacityChanges' }, '2026-03-01 00:00:00', '2026-03-10 00:00:00')).toEqual([]);
});

test('restarts, capacity changes and expiries, of what the filters leave', async () => {
  const { ask } = await given({
    log: `${head(day)}10:00:00 (lmgrd) acmed exited with status 0\n10:01:00 (lmgrd) REStarted acmed (pid 12)\n 9:59:00 (acmed) OUT: "cad" ana@ws1  \n`,
    entitlements: [
      columns,
      'acme,,cad,,concurrent,5,0,2026-01-01,2026-03-09,,',
      'acme,,cad,,concurrent,8,0,2026-03-10,2026-03-19,,',
      'acme,,sim,,concurrent,1,0,2026-01-01,2026-12-31,,',
      '',
    ].join('\n'),
  });
  const marks = async (measure: string, filters: object[] = []) =>
    (await ask({ measure, filters }, ...march)).map(([time, , title, text]) => [time, title, text]);
  expect(await marks('capacityChanges')).toEqual([
    ['2026-03-10T00:00:00Z', 'Entitled quantity changed', 'cad for acme: 5 → 8.'],
  ]);
  expect(await marks('entitlementExpiries')).toEqual([
    ['2026-03-10T00:00:00Z', 'Entitlement expired', '5 of cad for acme.'],
    ['2026-03-20T00:00:00Z', 'Entitlement expired', '8 of cad for acme.'],
  ]);
  expect(await marks('entitlementExpiries', [{ dimension: 'feature', operator: '=', values: ['sim'] }])).toEqual([]);
  expect(await marks('serverRestarts')).toContainEqual([
    '2026-03-02T10:01:00Z',
    'Restart',
    'The vendor daemon acmed started on lic01: sessions open before it are closed.',
  ]);
  expect(await marks('serverRestarts', [{ dimension: 'server', operator: '=', values: ['lic09'] }])).toEqual([]);
});

test('values of a dimension: those of the range that the other filters leave', async () => {
  const { ask, ingest } = await given({ log: head(day) + denied(' 9:00:00', 'ana@ws1') });
  await ingest({ account: 'borealis', server: 'lic02', log: head(day) + denied(' 9:00:00', 'bob@ws2', 'sim') });
  const values = async (dimension: string, filters: object[] = []) =>
    (await ask({ measure: 'dimensionValues', groupBy: [dimension], filters }, ...march)).map((row) => row.slice(0, 3));
  expect(await values('feature')).toEqual([
    ['cad', 'cad', 'cad'],
    ['sim', 'sim', 'sim'],
  ]);
  expect(await values('feature', [{ dimension: 'account', operator: '=', values: ['borealis'] }])).toEqual([
    ['sim', 'sim', 'sim'],
  ]);
  expect(await values('denialFamily')).toEqual([['insufficient-count', 'insufficient-count', 'Insufficient count']]);
  await expect(ask({ measure: 'dimensionValues' })).rejects.toThrow(/needs 1 dimension/);
});
