import { openTestStore, type TestStore } from '../../test/support/store.ts';
import { requireEntitlements } from '../ingest/entitlements/read.ts';
import { listEntitlements, loadEntitlements, type StoredEntitlement } from './entitlements.ts';

const header = 'account,feature,quantity,start,end,model,period,overdraft';

describe.each(['embedded', 'remote'] as const)('entitlements in the %s store', (kind) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openTestStore(kind);
  });
  afterAll(() => store.close());

  const load = (document: string, lines: readonly string[], now: number) =>
    loadEntitlements(
      store.connection,
      document,
      requireEntitlements([header, ...lines].join('\n'), document, { account: '', server: '' }).rows,
      now,
    );
  const list = (account: string, current = true): Promise<readonly StoredEntitlement[]> =>
    listEntitlements(store.connection, { current }).then((rows) => rows.filter((row) => row.account === account));
  const short = (rows: readonly StoredEntitlement[]): string[] =>
    rows.map((row) => `${row.document} ${row.feature} ${row.quantity} ${row.loaded}-${row.superseded}`);

  test('come back as they were loaded', async () => {
    await load(
      'a.csv',
      ['a,tokens,2500.123456,2026-02-01,2027-01-31,metered,quarter,unlimited', 'a,viewer,uncounted,,permanent,,,'],
      1000,
    );
    const rows = await list('a');
    expect(rows).toMatchObject(
      [
        {
          feature: 'viewer',
          uncounted: true,
          start: '1970-01-01',
          end: '2199-12-31',
          model: 'concurrent',
          period: 'term',
          overdraft: 0,
          document: 'a.csv',
          origin: 'a.csv:3',
        },
        {
          feature: 'tokens',
          quantity: 2500.123456,
          start: '2026-02-01',
          end: '2027-01-31',
          model: 'metered',
          period: 'quarter',
          overdraft: -1,
          loaded: 1000,
          superseded: 0,
        },
      ].sort((x, y) => (x.feature < y.feature ? -1 : 1)),
    );
  });

  test('the same document again changes nothing; a changed one supersedes what it no longer says, and keeps it as history', async () => {
    const first = ['b,solver,10,2026-01-01,2026-12-31,,,', 'b,mesher,5,2026-01-01,2026-12-31,,,', 'b,viewer,1,,,,,'];
    expect(await load('b.csv', first, 2000)).toEqual({
      added: 3,
      unchanged: 0,
      superseded: 0,
      supersededElsewhere: [],
    });
    expect(await load('b.csv', [...first].reverse(), 3000)).toMatchObject({ added: 0, unchanged: 3, superseded: 0 });
    expect(await load('b.csv', ['b,solver,12,2026-01-01,2026-12-31,,,', 'b,viewer,1,,,,,'], 4000)).toMatchObject({
      added: 1,
      unchanged: 1,
      superseded: 2,
    });
    expect(short(await list('b')).sort()).toEqual(['b.csv solver 12 4000-0', 'b.csv viewer 1 2000-0']);
    expect(short(await list('b', false)).sort()).toEqual([
      'b.csv mesher 5 2000-4000',
      'b.csv solver 10 2000-4000',
      'b.csv solver 12 4000-0',
      'b.csv viewer 1 2000-0',
    ]);
  });

  test('equal rows of one document add up: each is a row of its own', async () => {
    const twice = ['c,solver,5,,,,,', 'c,solver,5,,,,,'];
    await load('c.csv', twice, 5000);
    expect(await list('c')).toHaveLength(2);
    expect(await load('c.csv', twice, 5500)).toMatchObject({ added: 0, unchanged: 2 });
    expect(await load('c.csv', ['c,solver,5,,,,,'], 6000)).toMatchObject({ unchanged: 1, superseded: 1 });
    expect(await list('c')).toHaveLength(1);
  });

  test('another document that says the same thing supersedes the older row, and says so', async () => {
    await load('d-old.csv', ['d,solver,5,2026-01-01,2026-12-31,,,', 'd,mesher,5,2026-01-01,2026-12-31,,,'], 7000);
    expect(await load('d-new.csv', ['d,solver,8,2026-01-01,2027-12-31,,,'], 8000)).toEqual({
      added: 1,
      unchanged: 0,
      superseded: 0,
      supersededElsewhere: [{ document: 'd-old.csv', rows: 1 }],
    });
    expect(short(await list('d')).sort()).toEqual(['d-new.csv solver 8 8000-0', 'd-old.csv mesher 5 7000-0']);
    // A new term is another row: it has another start.
    await load('d-next.csv', ['d,solver,9,2028-01-01,2028-12-31,,,'], 9000);
    expect(await list('d')).toHaveLength(3);
  });

  test('a clock that was put back does not hide a later load', async () => {
    await load('e.csv', ['e,solver,5,,,,,'], 20_000);
    await load('e.csv', ['e,solver,6,,,,,'], 10);
    expect((await list('e')).map(({ quantity }) => quantity)).toEqual([6]);
  });

  test('an empty document takes back all of its rows', async () => {
    await load('f.csv', ['f,solver,5,,,,,'], 30_000);
    expect(await load('f.csv', [], 31_000)).toMatchObject({ superseded: 1 });
    expect(await list('f')).toEqual([]);
  });
});
