import { alwaysStart, EntitlementsError, permanentEnd } from './entitlement.ts';
import { isLicenseFile, readEntitlements, requireEntitlements } from './read.ts';

const none = { account: '', server: '' };

function rowsOf(text: string, defaults = none) {
  return requireEntitlements(text, 'bought.csv', defaults).rows;
}

test('all columns, in any order and case', () => {
  const text =
    '\uFEFFFeature;Quantity;Account;Product;Package;Version;Model;Overdraft;Start;End;Server;Period\r\n' +
    'solver;10;acme;Flow Suite;flow;2026.1;concurrent;2;2026-01-01;2026-12-31;lic1;\r\n' +
    'tokens;2500.5;acme;Cloud;;;metered;unlimited;1-feb-2026;31-jan-2027;;month\r\n';
  expect(rowsOf(text)).toEqual([
    {
      account: 'acme',
      product: 'Flow Suite',
      package: 'flow',
      feature: 'solver',
      version: '2026.1',
      server: 'lic1',
      vendor: '',
      model: 'concurrent',
      period: 'term',
      quantity: 10,
      overdraft: 2,
      uncounted: false,
      start: '2026-01-01',
      end: '2026-12-31',
      origin: 'bought.csv:2',
    },
    expect.objectContaining({
      feature: 'tokens',
      model: 'metered',
      period: 'month',
      quantity: 2500.5,
      overdraft: -1,
      start: '2026-02-01',
      end: '2027-01-31',
      server: '',
    }),
  ]);
});

test('feature and quantity are enough; account and server given beside the file fill rows that name none', () => {
  const [first, second] = rowsOf('feature,quantity,account\nsolver,5,\nmesher,uncounted,globex', {
    account: 'acme',
    server: 'lic1',
  });
  expect(first).toMatchObject({
    account: 'acme',
    server: 'lic1',
    quantity: 5,
    model: 'concurrent',
    start: alwaysStart,
    end: permanentEnd,
    overdraft: 0,
  });
  expect(second).toMatchObject({ account: 'globex', server: 'lic1', uncounted: true, quantity: 0 });
});

test.each([
  ['permanent', permanentEnd],
  ['', permanentEnd],
  ['1-jan-0', permanentEnd],
  ['31-dec-9999', permanentEnd],
  ['2026-12-31', '2026-12-31'],
  ['31-Dec-2026', '2026-12-31'],
  ['5-mar-27', '2027-03-05'],
  ['2026-12-31T23:59:59Z', '2026-12-31'],
])('end %j is %s', (end, expected) => {
  expect(rowsOf(`feature,quantity,end\nsolver,1,${end}`)[0]?.end).toBe(expected);
});

test.each([
  ['10%', 2],
  ['unlimited', -1],
  ['3', 3],
  ['', 0],
])('overdraft %j of 20 licenses is %d', (overdraft, expected) => {
  expect(rowsOf(`feature,quantity,overdraft\nsolver,20,${overdraft}`)[0]?.overdraft).toBe(expected);
});

test('other names for the columns are known; unknown ones are said to be left out', () => {
  const reading = readEntitlements(
    'Customer,Item,Seats,Expiry Date,Expires,PO\nacme,solver,5,x,2026-12-31,4711',
    'b.csv',
    none,
  );
  expect(reading).toMatchObject({
    ok: true,
    rows: [{ account: 'acme', feature: 'solver', quantity: 5, end: '2026-12-31' }],
    notices: ['b.csv: columns left out: Expiry Date, PO'],
  });
});

test('a column of our own name goes before others that mean the same; two others are refused', () => {
  const reading = readEntitlements('Feature,Count,Quantity\nsolver,1,5', 'b.csv', none);
  expect(reading).toMatchObject({ ok: true, rows: [{ quantity: 5 }], notices: ['b.csv: columns left out: Count'] });
  expect(readEntitlements('Feature,Count,Seats\nsolver,1,5', 'b.csv', none)).toMatchObject({
    ok: false,
    problems: [{ column: 'quantity', found: '"Feature, Count, Seats"' }],
  });
});

test('a file with mistakes is refused whole, and every mistake is named', () => {
  const text = [
    'feature,quantity,model,start,end,overdraft,period',
    'solver,ten,concurrent,2026-01-01,2026-12-31,,',
    ',5,floating?,2026-13-01,31/12/2026,some,',
    'mesher,-1,,2026-05-01,2026-04-30,,',
    'mesher,5,,2026-05-01,2026-04-30,,',
    'good,5,,,,,',
    '"a note',
  ].join('\n');
  const unclosed = readEntitlements(text, 'b.csv', none);
  expect(unclosed).toMatchObject({ ok: false, problems: [{ line: 7, expected: 'a CSV line with its quotes closed' }] });

  const closed = text.replace('"a note', 'solver,5,,,,,week');
  expect(() => requireEntitlements(closed, 'b.csv', none)).toThrow(EntitlementsError);
  const reading = readEntitlements(closed, 'b.csv', none);
  expect(reading.ok ? [] : reading.problems.map(({ line, column, found }) => `${line} ${column} ${found}`)).toEqual([
    '2 quantity "ten"',
    '3 feature an empty field',
    '3 overdraft "some"',
    '3 model "floating?"',
    '3 start "2026-13-01"',
    '3 end "31/12/2026"',
    '4 quantity "-1"',
    '5 end "2026-04-30"',
    '7 period "week"',
  ]);
  expect(() => requireEntitlements(closed, 'b.csv', none)).toThrow(
    'b.csv, line 2, column "quantity": expected a number like 12 or 0.25, not negative, with at most 6 decimals, or "uncounted", found "ten".',
  );
});

test('twenty mistakes are shown, the rest is counted', () => {
  const text = `feature,quantity\n${'solver,many\n'.repeat(50)}`;
  expect(() => requireEntitlements(text, 'b.csv', none)).toThrow(
    /line 21, .*\n… and 30 more\.\nNothing of b\.csv was loaded/,
  );
});

test('a table of something else is refused with what a table of entitlements needs', () => {
  const reading = readEntitlements('time,kind,feature\n2026-01-01,OUT,solver', 'log.csv', none);
  expect(reading).toMatchObject({
    ok: false,
    problems: [{ line: 1, column: 'quantity', found: '"time, kind, feature"' }],
  });
});

test('tables whose header reads like a license file are still tables', () => {
  expect(isLicenseFile('feature\tversion\tquantity\nsolver\t1.0\t5')).toBe(false);
  expect(isLicenseFile('VENDOR,FEATURE,QUANTITY\nacmed,solver,5')).toBe(false);
  expect(isLicenseFile('feature name,quantity\nsolver,5')).toBe(false);
  expect(isLicenseFile('# licenses\nINCREMENT solver acmed 1.0 31-dec-2026 5 SIGN=0')).toBe(true);
  expect(isLicenseFile('SERVER lic1 ANY 27000\nVENDOR acmed')).toBe(true);
});
