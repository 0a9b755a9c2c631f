/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = __dirname;
const file = 'locales/en-US/licenseanalytics-licenseserver-datasource.json';

/** Every `t('key', 'text')` of the sources, as the nested object that translators get. */
function textsOfSources(): Record<string, unknown> {
  const texts: Record<string, unknown> = {};
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
  );
  for (const source of sources)
    for (const [, key = '', single, double] of readFileSync(join(root, source), 'utf8').matchAll(
      /\bt\(\s*'([^']+)',\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g,
    )) {
      const path = key.split('.');
      const last = path.pop() ?? '';
      const group = path.reduce<Record<string, unknown>>((into, part) => {
        into[part] ??= {};
        return into[part] as Record<string, unknown>;
      }, texts);
      const text = single ?? double;
      if (group[last] !== undefined && group[last] !== text) throw new Error(`${key} has two texts, one in ${source}.`);
      group[last] = text;
    }
  return texts;
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => a.localeCompare(b, 'en'))
          .map(([key, one]) => [key, sorted(one)]),
      )
    : value;

test('translators get every text of the sources, and no other', () => {
  const expected = `${JSON.stringify(sorted(textsOfSources()), null, 2)}\n`;
  expect(readFileSync(join(root, file), 'utf8')).toBe(expected);
});

test('the texts are those of this plugin', () => {
  const plugin = JSON.parse(readFileSync(join(root, '../../plugin.json'), 'utf8')) as {
    id: string;
    languages: string[];
  };
  expect(plugin.languages.map((language) => `locales/${language}/${plugin.id}.json`)).toEqual([file]);
  expect(readFileSync(join(root, 'module.ts'), 'utf8')).toContain(`initPluginTranslations('${plugin.id}')`);
});
