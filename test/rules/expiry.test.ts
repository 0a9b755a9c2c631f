import { head, useStore } from './given.ts';

/** What runs out, and when: alert rules and renewal lists. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const log = `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n`;
/** In the afternoon of 20 March. */
const march = ['2026-03-01 00:00:00', '2026-03-20 14:00:00'] as const;
const days = { measure: 'daysToExpiry', groupBy: ['account', 'feature'] };
const soon = { measure: 'expiringEntitlements' };

describe('days to expiry', () => {
  test('1 on the day before the last day, 0 on the last day, −1 on the day after', async () => {
    const { ask } = await given({ log, entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-03-21,,') });
    const on = (end: string) => ask(days, '2026-03-01 00:00:00', end);
    expect(await on('2026-03-20 14:00:00')).toEqual([['acme', 'cad', 1]]);
    expect(await on('2026-03-21 00:00:00')).toEqual([['acme', 'cad', 0]]);
    expect(await on('2026-03-21 23:59:59')).toEqual([['acme', 'cad', 0]]);
    expect(await on('2026-03-22 00:00:00')).toEqual([['acme', 'cad', -1]]);
    expect(await on('2026-04-20 12:00:00')).toEqual([['acme', 'cad', -30]]);
    // Long gone: nobody renews that any more.
    expect(await on('2026-04-21 12:00:00')).toEqual([]);
  });

  test('days are those of the site’s calendar, also where the clocks change', async () => {
    // Berlin's 29 March has 23 hours; its 30 March ends at 22:00 UTC.
    const { ask } = await given({
      log,
      siteTimezone: 'Europe/Berlin',
      entitlements: bought('acme,,cad,,concurrent,5,0,2026-01-01,2026-03-30,,'),
    });
    const on = (end: string) => ask(days, '2026-03-01 00:00:00', end);
    expect(await on('2026-03-28 22:30:00')).toEqual([['acme', 'cad', 2]]);
    expect(await on('2026-03-28 23:30:00')).toEqual([['acme', 'cad', 1]]);
    expect(await on('2026-03-30 22:30:00')).toEqual([['acme', 'cad', -1]]);
  });

  test('a renewal that begins by then keeps it out; a smaller one, or one with a gap, does not', async () => {
    const { ask } = await given({
      log,
      entitlements: bought(
        'acme,,renewed,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,renewed,,concurrent,5,0,2026-04-01,2026-06-30,,',
        'acme,,early,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,early,,concurrent,8,0,2026-03-15,2027-03-14,,',
        'acme,,less,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,less,,concurrent,3,0,2026-04-01,2026-12-31,,',
        'acme,,gap,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,gap,,concurrent,5,0,2026-04-03,2026-12-31,,',
        'acme,,forever,,concurrent,5,0,2026-01-01,permanent,,',
        'acme,,free,,concurrent,uncounted,0,2026-01-01,permanent,,',
        'acme,,free,,concurrent,5,0,2026-01-01,2026-03-31,,',
        'acme,,counted,,concurrent,uncounted,0,2026-01-01,2026-03-31,,',
        'acme,,counted,,concurrent,5000,0,2026-01-01,2026-12-31,,',
      ),
    });
    // The renewal of 30 June is what runs out; 5 + 8 in force get 8; uncounted is more than any number.
    expect(await ask({ ...days, orderBy: 'feature' }, ...march)).toEqual([
      ['acme', 'counted', 11],
      ['acme', 'early', 11],
      ['acme', 'gap', 11],
      ['acme', 'less', 11],
      ['acme', 'renewed', 102],
    ]);
  });

  test('a coarser group has its earliest; other features and metered amounts do not make up for licenses', async () => {
    const { ask, askAs } = await given({
      log,
      entitlements: bought(
        'acme,Suite,cad,,concurrent,5,0,2026-01-01,2026-03-31,lic01,',
        'acme,Suite,cad,,metered,500,0,2026-01-01,2026-12-31,,year',
        'acme,Suite,sim,,concurrent,50,0,2026-03-25,2026-12-31,,',
        'borealis,Suite,cad,,concurrent,5,0,2026-01-01,2026-03-25,lic02,',
      ),
    });
    expect(await ask({ measure: 'daysToExpiry' }, ...march)).toEqual([[5]]);
    // The soonest first, since that is what has to be done.
    expect(await ask({ measure: 'daysToExpiry', groupBy: ['account'] }, ...march)).toEqual([
      ['borealis', 5],
      ['acme', 11],
    ]);
    expect(await ask({ measure: 'daysToExpiry', groupBy: ['product', 'model'] }, ...march)).toEqual([
      ['Suite', 'concurrent', 5],
      ['Suite', 'metered', 286],
    ]);
    expect(
      await ask({ ...days, filters: [{ dimension: 'server', operator: '=', values: ['lic01'] }], limit: 1 }, ...march),
    ).toEqual([['acme', 'cad', 11]]);
    expect(await ask({ ...days, having: { operator: '<', value: 10 } }, ...march)).toEqual([['borealis', 'cad', 5]]);
    expect(await askAs(['acme'], { measure: 'daysToExpiry' }, ...march)).toEqual([[11]]);
    await expect(ask({ measure: 'daysToExpiry', groupBy: ['user'] })).rejects.toThrow(
      /entitlements belong to accounts/,
    );
    await expect(ask({ measure: 'daysToExpiry', groupBy: ['denialReason'] })).rejects.toThrow(/know no denials/);
  });
});

test('expiring entitlements: what ends within 90 days or has ended within 30, and whether it is renewed', async () => {
  const { ask, askAs } = await given({
    log,
    entitlements: bought(
      'acme,Suite,cad,2026,concurrent,5,0,2026-01-01,2026-03-31,lic01,',
      'acme,Suite,cad,,concurrent,4,0,2026-04-01,2027-03-31,,',
      'acme,Suite,sim,,concurrent,7,0,,2026-04-30,,',
      'acme,Suite,sim,,concurrent,7,0,2026-05-01,2027-04-30,,',
      'acme,,gone,,metered,100,0,2025-03-01,2026-02-28,,month',
      'acme,,ages,,concurrent,1,0,2025-01-01,2025-12-31,,',
      'borealis,,free,,concurrent,uncounted,0,2026-01-01,2026-03-25,,',
      'borealis,,free,,concurrent,uncounted,0,2026-03-01,permanent,,',
      'borealis,,later,,concurrent,3,0,2026-01-01,2026-06-19,,',
    ),
  });
  expect(await ask(soon, ...march)).toEqual([
    ['acme', 'unmapped', 'gone', '', '', 'metered', 100, '2025-03-01', '2026-02-28', -20, 0, 'no'],
    ['borealis', 'unmapped', 'free', '', '', 'concurrent', null, '2026-01-01', '2026-03-25', 5, null, 'yes'],
    ['acme', 'Suite', 'cad', '2026', 'lic01', 'concurrent', 5, '2026-01-01', '2026-03-31', 11, 4, 'no'],
    ['acme', 'Suite', 'sim', '', '', 'concurrent', 7, '', '2026-04-30', 41, 7, 'yes'],
  ]);
  const features = async (filters: object[]) => (await ask({ ...soon, filters }, ...march)).map((row) => row[2]);
  expect(await features([{ dimension: 'product', operator: '=', values: ['Suite'] }])).toEqual(['cad', 'sim']);
  expect(await features([{ dimension: 'model', operator: '=', values: ['metered'] }])).toEqual(['gone']);
  expect((await askAs(['borealis'], soon, ...march)).map((row) => row[2])).toEqual(['free']);
  await expect(ask({ ...soon, groupBy: ['account'] })).rejects.toThrow(/one by one; leave groupBy out/);
});
