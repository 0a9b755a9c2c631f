import { head, useStore } from './given.ts';

/** docs/definitions.md "Entitlements": how high, of what, when, for how long, and who went without. */
const given = useStore();
const bought = (...rows: string[]): string =>
  ['account,product,feature,version,model,quantity,overdraft,start,end,server,period', ...rows, ''].join('\n');
const day = '3/2/2026';
const use = (count: number, from: string, to: string, who = 'ana@ws1', feature = 'cad'): string =>
  `${from} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n${to} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const denied = (at: string, who: string, feature = 'cad'): string =>
  `${at} (acmed) DENIED: "${feature}" ${who}  (Licensed number of users already reached. (-4,342)) \n`;
const byPair = { measure: 'utilization', groupBy: ['account', 'feature'], orderBy: 'account, feature' };
const march = ['2026-03-01 00:00:00', '2026-04-01 00:00:00'] as const;
const utc = (text: string): number => Date.parse(`${text}Z`);

describe('a peak stands beside what was bought then, and when it was', () => {
  test('where the quantity changes: 30 of 25, not 30 of 37', async () => {
    const { ask } = await given({
      log: head(day) + use(30, ' 9:00:00', ' 9:30:00') + use(32, '11:00:00', '11:00:00') + head('3/20/2026') + use(32, ' 9:00:00', '10:00:00'),
      entitlements: bought(
        'acme,,cad,,concurrent,25,0,2026-01-01,2026-03-01,,',
        'acme,,cad,,concurrent,27,0,2026-03-02,2026-03-10,,',
        'acme,,cad,,concurrent,37,0,2026-03-11,2026-12-31,,',
      ),
    });
    expect((await ask(byPair, ...march)).map((row) => row.slice(0, 6))).toEqual([
      ['acme', 'cad', (100 * 32) / 27, 32, 27, utc('2026-03-02T11:00:00')],
    ]);
  });
});
