import { head, useStore } from './given.ts';

/** Use that nobody has bought: what `quality` counts as unmapped, by name. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const out = (time: string, feature: string): string => `${time} (acmed) OUT: "${feature}" ana@ws1  \n`;

test('checkouts that no entitlement covers, by account, feature and server, the most first; together they are the unmapped', async () => {
  const { ask, askAs, ingest } = await given({
    log: head('3/2/2026') + out(' 9:00:00', 'cad') + out('10:00:00', 'extra') + out('11:00:00', 'gone'),
    entitlements: bought(
      'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,lic01,',
      'acme,,gone,,concurrent,5,0,2025-01-01,2026-03-02,,',
      'borealis,,extra,,concurrent,uncounted,0,2026-01-01,2026-12-31,,',
    ),
  });
  await ingest({
    server: 'lic02',
    log:
      head('3/2/2026') +
      out(' 9:00:00', 'cad') +
      out(' 9:30:00', 'cad') +
      out('23:59:59', 'gone') +
      ` 0:00:01 (acmed) OUT: "gone" ana@ws1  \n`,
  });
  await ingest({ account: 'borealis', server: 'lic03', log: head('3/2/2026') + out(' 9:00:00', 'extra') });
  const range = ['2026-03-01 00:00:00', '2026-03-10 00:00:00'] as const;
  const gaps = { measure: 'coverageGaps' };
  expect(await ask(gaps, ...range)).toEqual([
    ['acme', 'cad', 'lic02', 2],
    ['acme', 'extra', 'lic01', 1],
    // Its last day was 2 March.
    ['acme', 'gone', 'lic02', 1],
  ]);
  expect((await ask({ measure: 'quality' }, ...range))[0]?.[0]).toBe(4);
  expect(
    await ask({ ...gaps, filters: [{ dimension: 'server', operator: '=', values: ['lic01'] }] }, ...range),
  ).toEqual([['acme', 'extra', 'lic01', 1]]);
  expect(await ask({ ...gaps, having: { operator: '>=', value: 2 } }, ...range)).toEqual([['acme', 'cad', 'lic02', 2]]);
  expect(await askAs(['borealis'], gaps, ...range)).toEqual([]);
  await expect(ask({ ...gaps, groupBy: ['account'] })).rejects.toThrow(/leave groupBy out/);
});

test('percentages tell of the same use: not of groups without use in the range, uncounted or shared ones', async () => {
  const plain = {
    log:
      head('3/2/2026') +
      [' 9:00:00', '10:00:00']
        .flatMap((time) => ['cad', 'free', 'everyones', 'extra'].map((feature) => out(time, feature)))
        .join('') +
      `11:00:00 (acmed) OUT: "before" ana@ws1  \n11:30:00 (acmed) IN: "before" ana@ws1  \n`,
    entitlements: bought(
      'acme,,cad,,concurrent,5,0,2026-01-01,2026-12-31,,',
      'acme,,free,,concurrent,uncounted,0,2026-01-01,2026-12-31,,',
      ',,everyones,,concurrent,5,0,2026-01-01,2026-12-31,,',
    ),
  };
  const { ask, notices, ingest } = await given(plain);
  await ingest({ log: head('3/4/2026') + out(' 9:00:00', 'extra') + out(' 9:30:00', 'cad'), server: 'lic02' });
  for (const [from, expected] of [
    ['2026-03-02 00:00:00', ['before', 'extra']],
    ['2026-03-03 00:00:00', ['extra']],
  ] as const) {
    const range = [from, '2026-03-10 00:00:00'] as const;
    const gaps = (await ask({ measure: 'coverageGaps' }, ...range)).map(([, feature]) => feature);
    expect([...new Set(gaps)].sort()).toEqual(expected);
    for (const measure of ['usagePercentage', 'utilization', 'overdraft'])
      for (const groupBy of [[], ['account', 'feature'], ['server']])
        expect(await notices({ measure, groupBy }, ...range)).toContainEqual(
          expect.stringMatching(groupWords(groupBy.includes('server') && from < '2026-03-03' ? 3 : expected.length)),
        );
  }
});
const groupWords = (count: number): RegExp =>
  new RegExp(
    `^Used, but without an? [a-z]+: ${count} ${count === 1 ? 'group' : 'groups'}, covered by no entitlement\\. `,
  );
