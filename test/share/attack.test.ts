import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { remoteService } from '../../src/cli/remote.ts';
import { owner } from '../../src/server/caller.ts';
import type { TestServer } from '../support/server.ts';
import { runShare } from '../support/run-cli.ts';
import { hostile, mine, openTwoCustomers, others, othersAmounts, range, tokens } from './two-customers.ts';

let server: TestServer;
let folder: string;
const before = process.cwd();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'la-attack-'));
  process.chdir(folder);
  server = await openTwoCustomers();
});
afterAll(async () => {
  process.chdir(before);
  await server.close();
  rmSync(folder, { recursive: true });
});

const report = (outlet: string, ...more: readonly string[]): readonly string[] => [
  outlet,
  ...['--api', server.url, '--from', range.from, '--to', range.to, '--timezone', 'UTC', '--events', '100'],
  ...more,
];
const as = (token: keyof typeof tokens): NodeJS.ProcessEnv => ({ LICENSE_ANALYTICS_TOKEN: tokens[token] });

async function fileOf(outlet: string, ...more: readonly string[]): Promise<Uint8Array> {
  const file = join(folder, `report.${outlet}`);
  const { code, err } = await runShare([...report(outlet, '--account', mine, '--out', file), ...more], as('owner'));
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return readFileSync(file);
}
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
/** All parts of a workbook, as one text. */
const unzipped = (bytes: Uint8Array): string =>
  Object.values(unzipSync(bytes))
    .map((part) => strFromU8(part))
    .join('\n');

/** Amounts are whole numbers: a workbook writes times as fractions of days, in which any five digits may stand. */
const holds = (text: string, word: string): boolean =>
  /^\d+$/.test(word)
    ? new RegExp(`(?<![\\d.])${word}(?![\\d.])`).test(text)
    : text.toLowerCase().includes(word.toLowerCase());

/** What the outlets write, each read as its reader would; PDF is the HTML page printed. */
const outlets = [
  ['html', textOf, []],
  ['json', textOf, []],
  ['csv', textOf, []],
  ['csv', textOf, ['--table', 'All events']],
  ['xlsx', unzipped, []],
] as const;

describe('a report of one customer', () => {
  test.each(outlets)(
    'as %s holds nothing of another one, even for an owner who sees all',
    async (outlet, read, more) => {
      for (const users of [[], ['--show-users']]) {
        const text = read(await fileOf(outlet, ...more, ...users));
        expect(text).toMatch(/cad/);
        for (const word of [
          ...Object.values(others),
          ...othersAmounts,
          '9061',
          '8737',
          hostile.account,
          'strange-lic',
        ]) {
          expect(holds(text, word) ? word : 'nothing').toBe('nothing');
        }
        expect(/insight|opportunity|\bSELECT\b|127\.0\.0\.1/.exec(text)?.[0]).toBeUndefined();
      }
    },
  );

  test.each(outlets)('as %s names no user or host unless it may', async (outlet, read, more) => {
    const hidden = read(await fileOf(outlet, ...more));
    expect(hidden).not.toMatch(/\b(ana|cam|ws1|ws3)\b/);
    if (more.length > 0 || outlet !== 'csv') expect(hidden).toMatch(/user 1/);
    const named = read(await fileOf(outlet, ...more, '--show-users'));
    if (more.length > 0 || outlet !== 'csv') expect(named).toMatch(/\bana\b/);
    expect(named).not.toMatch(/user 1\b/);
  });

  test('has marks of its own on the time axis, and none of what happens to others or on servers', async () => {
    const page = textOf(await fileOf('html'));
    expect(page).toContain('3 of plot for acme.');
    const { marks } = JSON.parse(textOf(await fileOf('json'))) as {
      readonly marks: readonly {
        readonly title: string;
        readonly frames: readonly { data: { values: string[][] } }[];
      }[];
    };
    expect(marks.map(({ title }) => title)).toEqual(['Capacity changes', 'Entitlement expiries']);
    const texts = marks.flatMap(({ frames }) => frames.flatMap(({ data }) => data.values[3] ?? []));
    expect(texts).toContain('3 of plot for acme.');
    expect(texts.filter((text) => !text.includes('acme'))).toEqual([]);
    expect(page).not.toMatch(/Server restarts|Denial bursts|vendor daemon/);
  });

  test('numbers the same user the same way wherever it stands', async () => {
    const rows: readonly Record<string, string>[] = parse(await asBuffer('csv', '--table', 'All events'), {
      columns: true,
    });
    const named: readonly Record<string, string>[] = parse(
      await asBuffer('csv', '--table', 'All events', '--show-users'),
      {
        columns: true,
      },
    );
    const numbers = new Map(named.map((row, i) => [row['User'], rows[i]?.['User']]));
    expect(numbers.size).toBe(4);
    expect(new Set(numbers.values()).size).toBe(4);
    named.forEach((row, i) => expect(rows[i]?.['User']).toBe(numbers.get(row['User'])));
    for (const row of rows)
      if (row['Client'] !== '') expect(row['Client']).toBe(`${row['User'] ?? ''}@${row['Host'] ?? ''}`);
  });

  test('is refused to a token that may not see the account, without saying whether it exists', async () => {
    const refused = await runShare(report('json', '--account', mine, '--out', 'stolen.json'), as('others'));
    const unknown = await runShare(report('json', '--account', 'nobody', '--out', 'stolen.json'), as('owner'));
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`No account "${mine}" is known, or the token may not see it.`);
    expect(unknown.err).toContain('No account "nobody" is known, or the token may not see it.');
    expect(readdirSync(folder)).not.toContain('stolen.json');
  });

  test('is the same for a token that sees that account only', async () => {
    const withoutTime = (text: string): string => text.replace(/"takenAt":"[^"]*"/, '');
    const own = await runShare(report('json', '--account', mine, '--out', '-'), as('mine'));
    const all = await runShare(report('json', '--account', mine, '--out', '-'), as('owner'));
    expect(own.code).toBe(0);
    expect(withoutTime(own.out)).toBe(withoutTime(all.out));
  });
});

describe('the command line as one customer', () => {
  const asked = async (token: string, accounts: readonly string[]): Promise<readonly unknown[]> => {
    const { results } = await remoteService(server.url, token).ask(
      { ...range, queries: [{ refId: 'A', measure: 'checkouts', groupBy: ['account'] }] },
      { caller: { ...owner, accounts } },
    );
    const answer = results['A'];
    return answer !== undefined && 'frames' in answer ? (answer.frames[0]?.data.values[0] ?? []) : ['not answered'];
  };

  test('a running server answers for that customer only, also what names no account', async () => {
    expect(await asked(tokens.owner, [mine])).toEqual([mine]);
    expect(await asked(tokens.others, [mine])).toEqual([]);
    expect(await asked(tokens.mine, [mine, others.account])).toEqual([mine]);
  });
});

describe('names that are attacks', () => {
  test('an account name makes one file in this folder', async () => {
    const { code, out } = await runShare(report('csv', '--account', hostile.account), as('owner'));
    expect({ code, out }).toEqual({
      code: 0,
      out: 'license-usage-etc-img-src-x-onerror-alert-1-2026-03-02-2026-03-02.csv\n',
    });
    expect(readdirSync(folder)).toContain(out.trim());
  });

  test('HTML shows scripts as text', async () => {
    const text = textOf(await fileOf('html', '--show-users'));
    expect(text).toContain('&lt;script&gt;alert(');
    expect(text).not.toContain(hostile.script);
    expect(text.match(/<script/g)).toHaveLength(1);
  });

  test('CSV has no cell that a spreadsheet takes for a formula', async () => {
    for (const table of ['Used against bought', 'All events']) {
      const rows: readonly string[][] = parse(await asBuffer('csv', '--table', table, '--show-users'));
      const cells = rows.flat();
      expect(cells.filter((cell) => /^[=+@\t\r-]/.test(cell) && Number.isNaN(Number(cell)))).toEqual([]);
      expect(cells).toContain(`'${hostile.formula}`);
    }
  });

  test('XLSX has texts where texts are, and no formula', async () => {
    const parts = unzipSync(await fileOf('xlsx', '--show-users'));
    const sheets = Object.entries(parts).filter(([name]) => name.includes('worksheets/sheet'));
    expect(sheets.length).toBeGreaterThan(3);
    for (const [, sheet] of sheets) expect(strFromU8(sheet)).not.toMatch(/<f[ >]/);
    const strings = Object.entries(parts).find(([name]) => name.endsWith('sharedStrings.xml'));
    expect(strFromU8(strings![1])).toContain(`<t>${hostile.formula}</t>`);
    expect(strFromU8(strings![1])).toContain('&lt;script&gt;');
  });
});

const asBuffer = async (outlet: string, ...more: readonly string[]): Promise<Buffer> =>
  Buffer.from(await fileOf(outlet, ...more));
