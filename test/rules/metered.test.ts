import { useStore } from './given.ts';

/** docs/definitions.md#periods and #entitlements: metered use. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const byFeature = { measure: 'usagePercentage', groupBy: ['account', 'feature'], orderBy: 'account, feature' };

describe('metered', () => {
  const consumed = (...rows: [time: string, amount: number][]): string =>
    [
      'time,kind,feature,user,host,model,quantity',
      ...rows.map(([time, amount]) => `${time},checkout,render,ana,ws1,metered,${amount}`),
      '',
    ].join('\n');

  test('consumed in the period so far ÷ its quantity; the highest period that overlaps the range', async () => {
    const { ask, figure } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 30], ['2026-03-20T10:00:00Z', 45.5], ['2026-04-02T10:00:00Z', 20]),
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    // March 75.5, April 20
    expect(await ask(byFeature, '2026-03-01 00:00:00', '2026-05-01 00:00:00')).toEqual([['acme', 'render', 75.5]]);
    // From the period's start, though the range begins later: 30 until the range's end.
    expect(await ask(byFeature, '2026-03-10 00:00:00', '2026-03-15 00:00:00')).toEqual([['acme', 'render', 30]]);
    expect(await ask(byFeature, '2026-04-01 00:00:00', '2026-04-15 00:00:00')).toEqual([['acme', 'render', 20]]);
    // Nothing is known of these days.
    expect(await ask(byFeature, '2026-04-10 00:00:00', '2026-04-15 00:00:00')).toEqual([['acme', 'render', null]]);
    expect(await figure({ measure: 'consumed' })).toBe(95.5);
    expect(await figure({ measure: 'consumed' }, '2026-03-10 00:00:00', '2026-04-01 00:00:00')).toBe(45.5);
    // Metered use is not concurrent use, and metered rows are no licenses.
    expect(await figure({ measure: 'peakConcurrent' })).toBeNull();
    expect((await ask({ ...byFeature, measure: 'entitled' })).filter((row) => row[2] !== null && row[2] !== 0)).toEqual(
      [],
    );
  });

  test('values to choose from stand by usage where that is asked for', async () => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 30]) + '2026-03-05T10:00:00Z,checkout,cad,ana,ws1,metered,1\n',
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    const features = { measure: 'dimensionValues', groupBy: ['feature'] };
    expect((await ask(features)).map((row) => row.slice(2))).toEqual([
      ['cad', null],
      ['render', null],
    ]);
    expect(
      (await ask({ ...features, orderBy: 'usagePercentage desc, text', limit: 1 })).map((row) => row.slice(2)),
    ).toEqual([['render', 30]]);
  });

  test('what does not apply is empty and says so', async () => {
    const { ask, figure, frames, notices } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 30]),
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    for (const measure of ['peakConcurrent', 'averageConcurrent', 'licenseHours', 'uniqueClients']) {
      expect([measure, await figure({ measure })]).toEqual([measure, null]);
      expect(await notices({ measure })).toEqual([expect.stringMatching(/^Only metered licenses are used here/)]);
    }
    // Of tables and lists too, and of what is made of licenses that were bought.
    const metered = 'Only metered licenses are used here';
    const others = [
      { measure: 'licenseHours', groupBy: ['client'] },
      { measure: 'uniqueClients', groupBy: ['feature'] },
      { measure: 'timeAtLicenses' },
      { measure: 'sessionLengths' },
      { measure: 'sessionDuration' },
      { measure: 'entitled' },
      { measure: 'clientsPerLicense' },
    ];
    for (const question of others) {
      const figures = (await ask(question)).map((row) => row.at(-1));
      expect([question, figures.filter((value) => value !== null)]).toEqual([question, []]);
      expect(await notices(question)).toEqual([expect.stringContaining(metered)]);
    }
    const [frame] = await frames({ measure: 'entitled' });
    expect(frame?.schema.fields[0]?.config?.mappings).toMatchObject([{ options: { result: { text: 'metered' } } }]);
    // What nobody used is not metered for that.
    const nothing = { filters: [{ dimension: 'feature', operator: '=', values: ['other'] }] };
    expect(await notices({ measure: 'uniqueClients', ...nothing })).toEqual([
      'No data in this time range: no license server has a line of what is asked for.',
    ]);
  });

  test('consumed, bought, rest and pace of the current period; what is bought and unused too', async () => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-03-31T10:00:00Z', 30], ['2026-04-05T00:00:00Z', 20], ['2026-04-10T23:59:59.999Z', 10]),
      entitlements: bought(
        'acme,Suite,render,,metered,100,0,2026-01-01,2026-12-31,,month',
        'acme,,idle,,metered,50,0,2026-01-01,2026-12-31,,term',
        'acme,,gone,,metered,50,0,2026-01-01,2026-02-28,,term',
      ),
    });
    const rows = await ask({ measure: 'meteredUse' }, '2026-03-15 00:00:00', '2026-04-11 00:00:00');
    // 30 of 100 in 10 of 30 days: 90 at this pace.
    expect(rows[0]?.slice(0, 10)).toEqual([
      'acme',
      'Suite',
      'render',
      30,
      expect.closeTo(33.333, 2),
      expect.closeTo(90, 2),
      30,
      100,
      70,
      'month',
    ]);
    expect(rows[0]?.slice(10)).toEqual(['2026-04-01', '2026-04-30']);
    expect(rows.slice(1).map((row) => row.slice(2, 10))).toEqual([
      ['idle', 0, expect.closeTo((100 * 100) / 365, 2), 0, 0, 50, 50, 'term'],
    ]);
  });

  test.each(['UTC', 'America/New_York', 'Asia/Tokyo'])(
    'a period shows its days on the calendar of the site (%s); without a start or an end it shows none, and has no pace',
    async (siteTimezone) => {
      const { ask } = await given({
        format: 'csv',
        siteTimezone,
        log: consumed(['2026-03-31T10:00:00Z', 30]),
        entitlements: bought(
          'acme,,render,,metered,100,0,,,,term',
          'acme,,begun,,metered,100,0,2026-01-01,,,term',
          'acme,,bounded,,metered,100,0,2026-01-01,2026-12-31,,term',
        ),
      });
      const rows = await ask(
        { measure: 'meteredUse', orderBy: 'feature' },
        '2026-03-15 00:00:00',
        '2026-04-11 00:00:00',
      );
      expect(rows.map((row) => [row[2], row[4] === null, ...row.slice(10)])).toEqual([
        ['begun', true, '2026-01-01', ''],
        ['bounded', false, '2026-01-01', '2026-12-31'],
        ['render', true, '', ''],
      ]);
    },
  );

  test('is unknown after the data end', async () => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 30], ['2026-03-06T10:00:00Z', 20]),
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    const series = await ask(
      { ...byFeature, orderBy: 'value desc', shape: 'timeSeries', bucket: '1d' },
      '2026-03-04 00:00:00',
      '2026-03-08 00:00:00',
    );
    expect(series.map((row) => row[3])).toEqual([0, 30, 50, null]);
  });

  test("`term`, which is the default, is from the row's start to its end", async () => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-02-28T10:00:00Z', 1000], ['2026-03-05T10:00:00Z', 30], ['2026-06-20T10:00:00Z', 45]),
      entitlements: bought('acme,,render,,metered,300,0,2026-03-01,2026-12-31,,'),
    });
    // 75 ÷ 300: what was consumed before the term does not count
    expect(await ask(byFeature, '2026-06-01 00:00:00', '2026-07-01 00:00:00')).toEqual([['acme', 'render', 25]]);
  });

  test.each([
    // 10 in January, 20 in February, 40 in May, of 100 bought
    ['month', 40],
    ['quarter', 40], // 30 in the first quarter, 40 in the second
    ['year', 70],
  ])('period %s', async (period, value) => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-01-15T10:00:00Z', 10], ['2026-02-15T10:00:00Z', 20], ['2026-05-15T10:00:00Z', 40]),
      entitlements: bought(`acme,,render,,metered,100,0,2026-01-01,2026-12-31,,${period}`),
    });
    expect(await ask(byFeature, '2026-01-01 00:00:00', '2026-12-31 00:00:00')).toEqual([['acme', 'render', value]]);
    const february = { month: 20, quarter: 30, year: 30 }[period];
    expect(await ask(byFeature, '2026-02-01 00:00:00', '2026-03-01 00:00:00')).toEqual([['acme', 'render', february]]);
  });

  test("months begin at midnight in the site's time zone", async () => {
    const { ask } = await given({
      siteTimezone: 'Europe/Berlin',
      format: 'csv',
      // 22:30 UTC on 31 March is 0:30 on 1 April in Berlin.
      log: consumed(['2026-03-31T21:30:00Z', 30], ['2026-03-31T22:30:00Z', 50], ['2026-04-02T10:00:00Z', 20]),
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month'),
    });
    // March 30, April 70
    expect(await ask(byFeature, '2026-03-31 21:00:00', '2026-03-31 22:00:00')).toEqual([['acme', 'render', 30]]);
    expect(await ask(byFeature, '2026-04-01 00:00:00', '2026-05-01 00:00:00')).toEqual([['acme', 'render', 70]]);
  });

  test('rows that follow each other inside one period take turns', async () => {
    const log = consumed(['2026-03-02T10:00:00Z', 40], ['2026-03-20T10:00:00Z', 40]);
    const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;
    const early = ['2026-03-01 00:00:00', '2026-03-10 00:00:00'] as const;
    const inTurn = await given({
      format: 'csv',
      log,
      entitlements: bought(
        'acme,,render,,metered,100,0,2026-01-01,2026-03-15,,month',
        'acme,,render,,metered,200,0,2026-03-16,2026-12-31,,month',
      ),
    });
    // Never were 300 in force: 40 ÷ 100 until the 15th, 80 ÷ 200 at the month's end.
    expect(await inTurn.ask(byFeature, ...early)).toEqual([['acme', 'render', 40]]);
    expect(await inTurn.ask(byFeature, ...march)).toEqual([['acme', 'render', 40]]);
    // From the period's start, though the row began on the 16th: 80 ÷ 200.
    expect(await inTurn.ask(byFeature, '2026-03-18 00:00:00', '2026-03-21 00:00:00')).toEqual([['acme', 'render', 40]]);
  });

  test('rows in force together add up', async () => {
    const { ask } = await given({
      format: 'csv',
      log: consumed(['2026-03-02T10:00:00Z', 40], ['2026-03-20T10:00:00Z', 40]),
      entitlements: bought(
        'acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month',
        'acme,,render,,metered,60,0,2026-03-01,2026-12-31,,month',
      ),
    });
    // 80 ÷ (100 + 60)
    expect(await ask(byFeature, '2026-03-01 00:00:00', '2026-04-01 00:00:00')).toEqual([['acme', 'render', 50]]);
  });

  test('what no row covers on another server does not count, and is said beside the answer', async () => {
    const { ask, notices, ingest } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 40], ['2026-03-06T10:00:00Z', 5]),
      entitlements: bought('acme,,render,,metered,100,0,2026-01-01,2026-12-31,lic01,month'),
    });
    await ingest({ format: 'csv', server: 'lic02', log: consumed(['2026-03-05T11:00:00Z', 60]) });
    // 45 ÷ 100, not 105 ÷ 100
    expect(await ask(byFeature)).toEqual([['acme', 'render', 45]]);
    expect(await notices(byFeature)).toContainEqual(expect.stringMatching(/no entitlement covers.*unmapped/));
    const byServer = { measure: 'usagePercentage', groupBy: ['server'], orderBy: 'server' };
    expect(await ask(byServer)).toEqual([
      ['lic01', 'render', 45],
      ['lic02', 'render', null],
    ]);
    expect((await ask({ measure: 'quality' }))[0]?.[0]).toBe(1);
  });

  test('an empty server covers all of them', async () => {
    const { ask, notices, ingest } = await given({
      format: 'csv',
      log: consumed(['2026-03-05T10:00:00Z', 40]),
      entitlements: bought(
        'acme,,render,,metered,100,0,2026-01-01,2026-12-31,lic01,month',
        'acme,,render,,metered,100,0,2026-01-01,2026-12-31,,month',
      ),
    });
    await ingest({ format: 'csv', server: 'lic02', log: consumed(['2026-03-05T11:00:00Z', 60]) });
    // (40 + 60) ÷ 200
    expect(await ask(byFeature)).toEqual([['acme', 'render', 50]]);
    expect(await notices(byFeature)).toEqual([]);
  });
});
