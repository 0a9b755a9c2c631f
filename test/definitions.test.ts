import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureNames, measureOf } from '../src/query/measures/registry.ts';

/** The definitions hold every measure, and what comments cite of them is there. */
const path = 'docs/definitions.md';
const definitions = readFileSync(path, 'utf8');
const headings = [...definitions.matchAll(/^#{2,} (.+)$/gm)].map(([, heading = '']) => heading);

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];
const sources = [...filesIn('src'), ...filesIn('test')].filter((file) => /\.tsx?$/.test(file));

/** Comments wrap: one that goes on in the next line is one text. */
const unwrapped = (text: string): string => text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, ' ');

/** `docs/definitions.md "Session" and "Use"`: the headings named right behind the file. */
const cited = (text: string): readonly string[] =>
  [...unwrapped(text).matchAll(/docs\/definitions\.md((?:,? (?:and )?"[^"]+")*)/g)].flatMap(([, names = '']) => {
    const found = [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    return found.length > 0 ? found : ['(none)'];
  });

test.each(measureNames)('%s is defined', (name) => {
  expect(definitions.split('\n').filter((line) => line.startsWith(`- **\`${name}\`**`))).toHaveLength(1);
});

test('docs/questions.md lists every measure, in the words of its help', () => {
  const listed = [...readFileSync('docs/questions.md', 'utf8').matchAll(/^- `(\w+)`: (.+)$/gm)];
  const text = Object.fromEntries(listed.map(([, name = '', help]) => [name, help]));
  expect(text).toEqual(
    Object.fromEntries(measureNames.map((name) => [name, measureOf(name).help.replaceAll('*', '\\*')])),
  );
});

test('what the documents lead to is there', () => {
  const documents = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))];
  const broken = documents.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => join(document, '..', target))
      .filter((target) => !existsSync(target))
      .map((target) => `${document}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('headings are told apart, links lead to one, and the contents to every one', () => {
  expect(new Set(headings).size).toBe(headings.length);
  const links = [...definitions.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);
  const anchors = headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
  expect(anchors.filter((anchor) => anchor !== 'contents' && !links.includes(anchor))).toEqual([]);
});

test('every heading that a comment cites is there', () => {
  const wrong = sources
    .filter((file) => !file.endsWith('definitions.test.ts'))
    .flatMap((file) =>
      cited(readFileSync(file, 'utf8'))
        .filter((heading) => !headings.includes(heading))
        .map((heading) => `${file}: "${heading}"`),
    );
  expect(wrong).toEqual([]);
  expect(sources.flatMap((file) => cited(readFileSync(file, 'utf8'))).length).toBeGreaterThan(40);
});

test('nothing cites the design that is not in the repository', () => {
  const folders = ['src', 'test', 'provisioning', 'dashboards', 'scripts', 'pkg', 'docs', 'bench'];
  const files = [...folders.flatMap(filesIn), ...readdirSync('.').filter((name) => name.endsWith('.md'))];
  expect(files.length).toBeGreaterThan(500);
  const design = ['DESIGN', 'md'].join('.');
  expect(files.filter((file) => readFileSync(file, 'utf8').includes(design))).toEqual([]);
});
