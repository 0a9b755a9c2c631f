import fc from 'fast-check';
import { compileAccountMapping, compileProductMapping } from './compile.ts';
import type { MappingRule } from './mapping.ts';
import { readPattern } from './pattern.ts';
import { readMapping, requireMapping } from './read.ts';

const who = (user: string, host = '', project = '', server = '') => ({ user, host, project, server });

const csvText = `# who belongs to whom
group simulation = anna, bob, host:hpc-*
group sim-guests = carl
user,host,group,project,server,account
zed,,,,,first
,,simulation,,,acme
,,/^sim-/,,,guests
,/^LAB-\\d+$/i,,,,university
,,,p-??,,projects
z*,,,,,late
,,,,lic-eu,europe
`;
const yamlText = `
groups:
  simulation: [anna, bob, "host:hpc-*"]
  sim-guests: [carl]
accounts:
  - { user: zed, account: first }
  - { group: simulation, account: acme }
  - { group: /^sim-/, account: guests }
  - { host: '/^LAB-\\d+$/i', account: university }
  - { project: p-??, account: projects }
  - { user: z*, account: late }
  - { server: lic-eu, account: europe }
`;

describe.each([
  ['CSV', csvText],
  ['YAML', yamlText],
])('accounts from %s', (_, text) => {
  test.each([
    [who('zed'), 'first'],
    [who('zoe'), 'late'],
    [who('anna', 'ws1'), 'acme'],
    [who('eve', 'hpc-07'), 'acme'],
    [who('carl'), 'guests'],
    [who('eve', 'lab-12'), 'university'],
    [who('eve', 'ws', 'p-42'), 'projects'],
    [who('eve', 'ws', 'p-421'), ''],
    [who('eve', 'ws', '', 'lic-eu'), 'europe'],
    [who('Anna'), ''],
    [who('', '', '', ''), ''],
  ])('%j belongs to "%s"', (event, account) => {
    const accountOf = compileAccountMapping(requireMapping(text, 'map'));
    expect(accountOf(event)).toBe(account);
    expect(accountOf(event)).toBe(account); // from the cache
  });
});

test('the first rule that matches wins, however it is written', () => {
  const rule = (pattern: string, value: string): MappingRule => ({ target: 'account', field: 'user', pattern, value });
  expect(compileAccountMapping([rule('a*', 'glob'), rule('anna', 'exact')])(who('anna'))).toBe('glob');
  expect(compileAccountMapping([rule('anna', 'exact'), rule('a*', 'glob')])(who('anna'))).toBe('exact');
  expect(compileAccountMapping([])(who('anna'))).toBe('');
});

test('products by feature', () => {
  const productOf = compileProductMapping(
    requireMapping('feature,product\nCFD_*,Flow Suite\n/mesh/i,Mesher\n', 'p.csv'),
  );
  expect(['CFD_solver', 'TetMesh', 'viewer'].map(productOf)).toEqual(['Flow Suite', 'Mesher', '']);
});

test('numbers and yes/no in YAML are names', () => {
  const accountOf = compileAccountMapping(requireMapping('accounts:\n  - { user: 007, account: no }\n', 'm.yaml'));
  expect(accountOf(who('007'))).toBe('no');
});

test('mistakes are named with their line, and nothing is loaded', () => {
  const csv = readMapping('user,host,account\nanna,ws1,acme\n,,acme\n/(/,,acme\nbob,,\n', 'm.csv');
  expect(csv.ok ? [] : csv.problems).toEqual([
    {
      line: 2,
      expected: 'one condition (user, host, group, project, server, feature)',
      found: 'user "anna" and host "ws1"',
    },
    { line: 3, expected: 'one condition (user, host, group, project, server, feature)', found: 'none' },
    { line: 4, expected: expect.stringContaining('a regular expression') as string, found: '"/(/"' },
    { line: 5, expected: 'the account that user "bob" belongs to', found: 'an empty field' },
  ]);
  const yaml = readMapping(
    'accounts:\n  - user: anna\n    account: acme\n  - group: sales\n    account: x\n',
    'm.yaml',
  );
  expect(yaml.ok ? [] : yaml.problems).toEqual([
    { line: 4, expected: 'a group of this file (no groups in this file)', found: '"sales"' },
  ]);
  const typo = readMapping('accounts:\n  - user: anna\n    acount: acme\n', 'm.yaml');
  expect(typo.ok ? [] : typo.problems.map(({ line, found }) => `${line} ${found}`).join('; ')).toMatch(/acount/);
  expect(() => requireMapping('time,kind\n', 'log.csv')).toThrow(
    /log\.csv, line 1: expected a header like "user,host.*found "time, kind"/,
  );
  expect(readMapping('accounts: [', 'm.yaml').ok).toBe(false);
  expect(readMapping('a: *b', 'm.yaml').ok).toBe(false);
});

test('globs mean what a regular expression with .* and . means', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '.');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 }),
      (glob, text) => {
        const pattern = readPattern(glob.join(''));
        const expression = new RegExp(
          `^${glob.map((c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c === '.' ? '.' : `x${c.charCodeAt(0).toString(16)}`}`)).join('')}$`,
        );
        const matches = pattern?.kind === 'exact' ? pattern.text === text : pattern?.matches(text);
        expect(matches).toBe(expression.test(text));
      },
    ),
    { numRuns: 1000 },
  );
});

test('no text makes a reader of mappings throw', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'accounts:',
      '\n',
      '  - ',
      'user: a',
      '{',
      '}',
      '&a ',
      '*a',
      '"',
      ',',
      'user,account\n',
      'group x = a\n',
      '/(/',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('m', 'm.yaml', 'm.csv'), (pieces, file) => {
      expect(typeof readMapping(pieces.join(''), file).ok).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});
