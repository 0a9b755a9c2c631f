import fc from 'fast-check';
import { alwaysStart, permanentEnd } from './entitlement.ts';
import { readLicenseFile } from './license-file.ts';
import { readEntitlements } from './read.ts';

function read(text: string) {
  return readLicenseFile(text, 'acme.lic', { account: 'acme', server: 'lic1' });
}

/** Rows in short: feature, version, quantity, end. */
function short(text: string): string[] {
  const reading = read(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.rows.map(
    (row) => `${row.feature} ${row.version} ${row.uncounted ? 'uncounted' : row.quantity} ${row.end}`,
  );
}

function notices(text: string): readonly string[] {
  const reading = read(text);
  return reading.ok ? reading.notices : [];
}

test('a whole license file: servers, daemons, comments, continued lines, quoted values, signatures', () => {
  const text = `# Acme, order 4711
SERVER lic1.acme.example 0050568f1234 27000
VENDOR acmed PORT=27001
USE_SERVER
INCREMENT solver acmed 2026.0331 31-mar-2026 12 VENDOR_STRING="edition=full; site" \\
\tHOSTID=ANY BORROW=168 DUP_GROUP=UH ISSUED=1-apr-2025 START=1-apr-2025 \\
\tSN=1234-5678 SIGN="00AB 12CD 34EF \\
\t56AB"
FEATURE viewer acmed 1.0 permanent uncounted 2BC1D3E4F5 HOSTID=ANY NOTICE="for all"
`;
  const reading = read(text);
  expect(reading).toEqual({
    ok: true,
    kind: 'license file',
    notices: [],
    rows: [
      {
        account: 'acme',
        server: 'lic1',
        product: '',
        package: '',
        feature: 'solver',
        version: '2026.0331',
        vendor: 'acmed',
        model: 'concurrent',
        period: 'term',
        quantity: 12,
        overdraft: 0,
        uncounted: false,
        start: '2025-04-01',
        end: '2026-03-31',
        origin: 'acme.lic:5',
      },
      expect.objectContaining({
        feature: 'viewer',
        uncounted: true,
        start: alwaysStart,
        end: permanentEnd,
        origin: 'acme.lic:9',
      }),
    ],
  });
  expect(readEntitlements(text, 'acme.lic', { account: 'acme', server: 'lic1' })).toEqual(reading);
});

test.each([
  ['permanent', permanentEnd],
  ['0', permanentEnd],
  ['1-jan-0', permanentEnd],
  ['01-jan-00', permanentEnd],
  ['01-jan-0000', permanentEnd],
  ['7-may-27', '2027-05-07'],
  ['31-dec-99', '1999-12-31'],
  ['07-May-2027', '2027-05-07'],
])('expiry %s is %s', (expiry, end) => {
  expect(short(`INCREMENT solver acmed 1.0 ${expiry} 5`)).toEqual([`solver 1.0 5 ${end}`]);
});

test('a count of 0 is uncounted, OVERDRAFT is the overdraft', () => {
  expect(short('FEATURE solver acmed 1.0 permanent 0 HOSTID=ID=1')).toEqual([`solver 1.0 uncounted ${permanentEnd}`]);
  expect(read('INCREMENT solver acmed 1.0 permanent 5 OVERDRAFT=2')).toMatchObject({ rows: [{ overdraft: 2 }] });
});

test('INCREMENT lines add up; of equal FEATURE lines the first counts', () => {
  const text = `INCREMENT solver acmed 1.0 31-dec-2026 5
INCREMENT solver acmed 1.0 31-dec-2026 7
FEATURE mesher acmed 1.0 31-dec-2026 3
FEATURE mesher acmed 1.0 31-dec-2027 9
FEATURE mesher acmed 2.0 31-dec-2027 4
FEATURE mesher otherd 1.0 31-dec-2027 1`;
  expect(short(text)).toEqual([
    'solver 1.0 5 2026-12-31',
    'solver 1.0 7 2026-12-31',
    'mesher 1.0 3 2026-12-31',
    'mesher 2.0 4 2027-12-31',
    'mesher 1.0 1 2027-12-31',
  ]);
  expect(notices(text)).toEqual([
    'acme.lic: line 4 (FEATURE mesher) does not count: line 3 has the same FEATURE already',
  ]);
});

test('SUPERSEDE switches off lines that were issued before', () => {
  const text = `INCREMENT solver acmed 1.0 31-dec-2026 5 ISSUED=1-jan-2025
INCREMENT old acmed 1.0 31-dec-2026 5 ISSUED=1-jan-2025
INCREMENT solver acmed 1.0 31-dec-2027 8 ISSUED=1-jan-2026 SUPERSEDE="solver old"
INCREMENT solver acmed 1.0 31-dec-2027 1 ISSUED=1-feb-2026`;
  expect(short(text)).toEqual(['solver 1.0 8 2027-12-31', 'solver 1.0 1 2027-12-31']);
});

test('UPGRADE moves licenses to a newer version', () => {
  const text = `INCREMENT solver acmed 1.0 31-dec-2026 10
INCREMENT solver acmed 2.0 31-dec-2026 1
UPGRADE solver acmed 1.0 2.0 31-dec-2026 4 SIGN=0`;
  expect(short(text)).toEqual(['solver 1.0 6 2026-12-31', 'solver 2.0 4 2026-12-31', 'solver 2.0 1 2026-12-31']);
  expect(notices(text.replace(' 4 SIGN', ' 40 SIGN'))).toEqual([
    'acme.lic: line 3 (UPGRADE solver): 10 of 40 licenses found in versions 1.0 to 2.0',
  ]);
});

test('PACKAGE: its licenses are licenses of its components; as a suite also of itself', () => {
  const lines = (options: string): string => `PACKAGE office acmed 1.0 COMPONENTS="writer:2.0:1 drawer::3 \\
    reader" ${options} SUITE_DUP_GROUP=UHD SIGN=0
INCREMENT office acmed 1.0 31-dec-2026 5 SIGN=0
PACKAGE other acmed 3.0 COMPONENTS=x`;
  const components = ['writer 2.0 5 2026-12-31', 'drawer 1.0 15 2026-12-31', 'reader 1.0 5 2026-12-31'];
  expect(short(lines(''))).toEqual(components);
  expect(short(lines('OPTIONS=SUITE'))).toEqual(['office 1.0 5 2026-12-31', ...components]);
  expect(read(lines('OPTIONS=SUITE'))).toMatchObject({
    rows: Array.from({ length: 4 }, () => ({ product: 'office', package: 'office' })),
  });
  // Components are reserved for whoever took the first one; the package itself is not checked out.
  expect(short(lines('OPTIONS=SUITE_RESERVED'))).toEqual(components);
  expect(notices(lines(''))).toEqual([
    'acme.lic: line 4 (PACKAGE other) gives nothing: no FEATURE or INCREMENT line has its name and version',
  ]);
});

test('mistakes are named with line, field, what was expected and found; nothing is loaded', () => {
  const text = `INCREMENT solver acmed 1.0 32-dec-2026 5
INCREMENT solver acmed 1.0 31-dec-2026 five
INCREMENT solver acmed
PACKAGE office acmed 1.0
INCREMENT solver acmed 1.0 31-dec-2026 5 START=1-jan-2027`;
  const reading = read(text);
  expect(
    reading.ok
      ? []
      : reading.problems.map(({ line, column, expected, found }) => `${line} ${column}: ${expected}, ${found}`),
  ).toEqual([
    '1 expiry: a date like 2026-12-31 or 31-dec-2026, or "permanent", "32-dec-2026"',
    '2 count: a whole number of licenses or "uncounted", "five"',
    '3 : INCREMENT name vendor version expiry count, "INCREMENT solver acmed"',
    '4 : PACKAGE name vendor version COMPONENTS="…", "PACKAGE office acmed"',
    '5 expiry: a day not before START (2027-01-01), "31-dec-2026"',
  ]);
  expect(read('SERVER lic1 ANY\nVENDOR acmed')).toMatchObject({ ok: false, problems: [{ found: 'none' }] });
});

test('no text makes a reader of entitlements throw', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      'FEATURE ',
      'INCREMENT ',
      'UPGRADE ',
      'PACKAGE ',
      'COMPONENTS="',
      '\\\n',
      '\n',
      '"',
      ',',
      'feature,quantity\n',
      '1.0 ',
      'permanent ',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(typeof readEntitlements(pieces.join(''), 'x', { account: '', server: '' }).ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});
