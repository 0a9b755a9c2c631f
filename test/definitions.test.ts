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

/** Headings of a document as links name them. */
const anchorsOf = (document: string): readonly string[] =>
  [...readFileSync(document, 'utf8').matchAll(/^#{1,} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

/** `docs/definitions.md#session and #use`: what comments cite, each with the document that it is in. */
const cited = (text: string): readonly (readonly [document: string, anchor: string])[] =>
  [...text.matchAll(/\b(docs\/[\w/-]+\.md)((?:(?:,| and|, and)?\s*(?:\*\s*)?#[\w-]+)*)/g)].flatMap(
    ([, document = '', anchors = '']) => {
      const found = [...anchors.matchAll(/#([\w-]+)/g)].map(([, anchor = '']) => anchor);
      return found.length > 0 ? found.map((anchor) => [document, anchor] as const) : [[document, ''] as const];
    },
  );

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
  const documents = ['README.md', ...filesIn('docs')];
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

test('what a comment cites of the documents is there, and definitions are cited by their heading', () => {
  const citations = sources
    .filter((file) => !file.endsWith('definitions.test.ts'))
    .flatMap((file) => cited(readFileSync(file, 'utf8')).map(([document, anchor]) => ({ file, document, anchor })));
  const wrong = citations.filter(
    ({ document, anchor }) =>
      !existsSync(document) || (anchor === '' ? document === path : !anchorsOf(document).includes(anchor)),
  );
  expect(wrong).toEqual([]);
  expect(citations.length).toBeGreaterThan(60);
});

test('nothing cites documents that are not in the repository, or issues', () => {
  const folders = ['src', 'test', 'provisioning', 'dashboards', 'scripts', 'pkg', 'docs', 'bench'];
  const files = [...folders.flatMap(filesIn), ...readdirSync('.').filter((name) => name.endsWith('.md'))];
  expect(files.length).toBeGreaterThan(500);
  const elsewhere = new RegExp(
    [['DESIGN', 'md'].join('\\.'), ['\\bdomain', '\\w+\\.md'].join('/'), ['issue', '§'].join(' ')].join('|'),
  );
  expect(files.filter((file) => elsewhere.test(readFileSync(file, 'utf8')))).toEqual([]);
});
