import stringWidth from 'string-width';
import { formatTable } from './format.ts';
import { figure, text } from './section.ts';

const columns = [text('account', 'account'), text('feature', 'feature'), figure('used', 'used')];
const lines = (rows: readonly Readonly<Record<string, string | number>>[], width?: number): readonly string[] =>
  formatTable({ columns, rows }, '', width).trimEnd().split('\n');

test('names that take two places a character are whole, and figures stand below each other', () => {
  const account = '株式会社日本ライセンス分析';
  const shown = lines([
    { account, feature: '構造解析', used: 7 },
    { account: 'acme', feature: 'cad', used: 12 },
  ]);
  expect(shown.join('\n')).toContain(account);
  expect(shown.join('\n')).not.toContain('…');
  const rows = shown.filter((line) => !line.includes('─'));
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map((line) => stringWidth(line))).size).toBe(1);
});

test.each([
  ['spaces between none of its words', '日本語'.repeat(30)],
  ['no space at all', 'x'.repeat(90)],
])('a name with %s goes on in the next line', (_, account) => {
  const shown = lines([{ account, feature: 'cad', used: 1 }], 60);
  expect(shown.every((line) => stringWidth(line) <= 60)).toBe(true);
  expect(shown.map((line) => line.split(/\s/)[0]).join('')).toContain(account);
});
