import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { detectFormat } from '../input.ts';
import { reading, type Reading } from './reading.test-helper.ts';
import { formats } from './registry.ts';

type Options = Readonly<Record<string, unknown>>;

const formatOf = (text: string, options?: Options): string =>
  detectFormat(Buffer.from(text), formats, 'auto', 'usage.csv', options).format.name;

/** As `ingest` reads it: the format found by itself. */
function ingested(text: string, options: Options): Reading {
  const { format } = detectFormat(Buffer.from(text), formats, 'auto', 'usage.csv', options);
  return reading(format, text, { file: 'usage.csv', options });
}

/** The n-th block of docs/loading.md in this language, as a reader copies it. */
function printed(language: string, nth = 0): string {
  const document = readFileSync(resolve('docs/loading.md'), 'utf8');
  const blocks = [...document.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))];
  return blocks[nth]?.[1] ?? '';
}

describe('a table with columns of its own, as docs/loading.md prints it', () => {
  test('is found by its mapping and read', () => {
    const got = ingested(printed('csv'), parse(printed('yaml')) as Options);
    expect(got.unreadable).toEqual([]);
    expect(got.events.map(({ kind, user, feature, quantity }) => [kind, user, feature, quantity])).toEqual([
      ['checkout', 'anna', 'solver', 1],
      ['denial', 'ben', 'solver', 1],
      ['checkin', 'anna', 'solver', 1],
    ]);
  });

  test('of metered use needs no kind', () => {
    const table = printed('csv').replaceAll(/,[^,\n]*$/gm, '');
    expect(table).toMatch(/^when,login,item,amount\n/);
    const got = ingested(table, parse(printed('yaml', 1)) as Options);
    expect(got.unreadable).toEqual([]);
    expect(got.events.map(({ kind, model }) => `${kind} ${model}`)).toEqual(Array(3).fill('checkout metered'));
  });
});

describe('the format by the mapping', () => {
  const columns = { time: 'when', kind: 'what', feature: 'item' };

  test('JSON lines by keys and paths, with a byte order mark; where only a later row has a key', () => {
    const lines = '{"at":1,"item":{"name":"a"}}\n{"at":2,"item":{"name":"b"},"what":"OUT"}\n';
    expect(formatOf(`\uFEFF${lines}`, { columns: { time: 'at', kind: 'what', feature: 'item.name' } })).toBe('ndjson');
  });

  test('numbers of columns, without a header', () => {
    const options = { header: false, columns: { time: 1, kind: 2, feature: 3 } };
    expect(formatOf('2026-03-27T10:00:00Z;OUT;solver\n', options)).toBe('csv');
    expect(() => formatOf('2026-03-27T10:00:00Z;OUT\n', options)).toThrow(/it has no column for feature \(3\)/);
  });

  test('a preset names its own format; a FlexNet log is one whatever the mapping says', () => {
    const row = '2026-01-31T23:59:59Z,12,Render Minutes,ACT-100\n';
    expect(formatOf(row, { preset: 'fno-historical-usage' })).toBe('fno-historical-usage');
    const header = 'USAGE_TIME,ITEM,COUNT\n2026-01-31T23:59:59Z,render,12\n';
    expect(() => formatOf(header)).toThrow(/expected/);
    expect(formatOf(header, { preset: 'data-warehouse-usage' })).toBe('data-warehouse-usage');
    expect(
      formatOf(' 9:00:01 (acmed) OUT: "solver" anna@ws1\n 9:00:02 (acmed) TIMESTAMP 3/27/2026\n', { columns }),
    ).toBe('flexnet');
  });

  test('a mapping that does not fit says which column is missing', () => {
    expect(() => formatOf('When,Action,Item\n2026-03-27,TAKE,solver\n', { columns })).toThrow(
      /its first line has no column for kind \(what\): the mapping does not fit it/,
    );
  });

  test('a table where some rows are metered: those of the others without a kind are unreadable', () => {
    const got = ingested('time,feature,model\n2026-03-27,minutes,metered\n2026-03-27,solver,concurrent\n', {});
    expect(got.events.map(({ kind, feature }) => `${kind} ${feature}`)).toEqual(['checkout minutes']);
    expect(got.unreadable[0]?.reason).toMatch(/kind.*expected one of checkout/);
  });
});
