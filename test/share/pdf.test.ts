import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadPdf } from '../support/pdf.ts';
import { readPdf, unpackedPdf } from '../support/pdf.ts';
import type { TestServer } from '../support/server.ts';
import { runShare } from '../support/run-cli.ts';
import { hostile, mine, openTwoCustomers, others, othersAmounts, range, tokens } from './two-customers.ts';

/** The PDF that the installed Chromium prints, read back. Without a Chromium these tests fail, and say what to install. */
let server: TestServer;
let folder: string;
let temporary: readonly string[];
let bytes: Buffer;
let report: ReadPdf;

async function printed(account: string): Promise<Buffer> {
  const file = join(folder, 'report.pdf');
  const common = ['--api', server.url, '--from', range.from, '--to', range.to, '--timezone', 'UTC', '--events', '100'];
  const { code, err } = await runShare(['pdf', '--account', account, '--out', file, ...common], {
    LICENSE_ANALYTICS_TOKEN: tokens.owner,
  });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return readFileSync(file);
}
/** Folders of a Chromium that prints; the stand-in of other tests has no profile. */
const printing = (): readonly string[] =>
  readdirSync(tmpdir()).filter(
    (name) => name.startsWith('license-analytics-pdf-') && existsSync(join(tmpdir(), name, 'profile')),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'la-pdf-'));
  server = await openTwoCustomers();
  temporary = printing();
  bytes = await printed(mine);
  report = await readPdf(bytes);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** All that a reader can come to see or hear of it, in one line: narrow columns break their words. */
const textOf = ({ pages, info, metadata, outline }: ReadPdf): string =>
  [...pages.flatMap(({ text, alternatives }) => [text, ...alternatives]), JSON.stringify([info, metadata, outline])]
    .join('\n')
    .replace(/\s+/g, ' ');

test('it has the figures of the report as text that can be searched and copied', () => {
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const text = textOf(report);
  // 3 of 4 licenses in use at once, by two clients.
  expect(text).toMatch(/ cad 75% \d+ 0 h 3 4 2026-03-02 /);
  expect(text).toContain('Repeated lines of one client count once. 1 ');
  expect(text).toContain('What acme uses of what it bought, who was denied, and what ends soon.');
  expect(text).toMatch(/2026-03-02 09:06:00 denial cad acme No reason given 75% user \d 1 3 4 host \d /);
  // Charts are heard, not seen.
  expect(text).toContain('Licenses in use over time, over time. cad: at most 3;');
});

test('every page is A4 and says whose it is, about when, and which of how many', () => {
  expect(report.pages.length).toBeGreaterThan(1);
  for (const [i, { text, size }] of report.pages.entries()) {
    expect(text).toContain('acme 2026-03-02 00:00 to 2026-03-03 00:00 (UTC)');
    expect(text).toContain(`Page ${i + 1} of ${report.pages.length}`);
    expect(size.map(Math.round).sort()).toEqual([595, 842]);
  }
});

test('no column is cut off at the edge of the paper', () => {
  const text = textOf(report);
  // The titles of the last columns: of the list of entitlements, and of the list of events.
  expect(text).toMatch(/Remaining Renewed/);
  expect(text).toMatch(/Denial family/);
});

test('it holds nothing of another customer, and names no user, host or server but its own', () => {
  const [text, raw] = [textOf(report), unpackedPdf(bytes)];
  for (const word of [...Object.values(others), hostile.account, 'strange-lic'])
    for (const held of [text, raw])
      expect(held.toLowerCase().includes(word.toLowerCase()) ? word : 'none').toBe('none');
  for (const amount of [...othersAmounts, '9061', '8737']) expect(text.includes(amount) ? amount : 'none').toBe('none');
  expect(/\b(?:ana|cam|ws1|ws3)\b/.exec(text)?.[0]).toBeUndefined();
  expect(/insight|opportunity|\bSELECT\b/.exec(text)?.[0]).toBeUndefined();
});

test('it says nothing of the machine that made it: no path, no name, no browser, no address', () => {
  const held = [textOf(report), unpackedPdf(bytes)].join('\n');
  const local = [tmpdir(), homedir(), process.cwd(), 'license-analytics-pdf-', 'report.html', server.url];
  for (const word of [...local, 'file:', '127.0.0.1', 'Linux', 'Mozilla', 'Headless'])
    expect(held.includes(word) ? word : 'none').toBe('none');
  expect(textOf(report).split(/[^\w.-]+/)).not.toContain(hostname());
  const { info, metadata } = report;
  expect(metadata).toBeNull();
  // Of a document's information dictionary: no author, subject or keywords.
  expect(
    Object.keys(info)
      .filter((key) => !/^(?:Is|PDFFormat|EncryptFilter|Language)/.test(key))
      .sort(),
  ).toEqual(['CreationDate', 'Creator', 'ModDate', 'Producer', 'Title']);
  expect([info['Title'], info['Creator']]).toEqual(['acme', 'License Analytics']);
  expect(info['Producer']).toMatch(/^Skia\/PDF m\d+$/);
});

test('it runs nothing, opens nothing and leads nowhere outside', () => {
  const { scripts, openAction, attachments, pages } = report;
  expect({ scripts, openAction, attachments }).toEqual({ scripts: null, openAction: null, attachments: null });
  expect(pages.map((page) => page.scripts)).toEqual(pages.map(() => null));
  const annotations = pages.flatMap((page) => page.annotations);
  // Links to the notes of the same document.
  expect(annotations.filter(({ subtype }) => subtype !== 'Link')).toEqual([]);
  expect(annotations.filter(({ url, unsafeUrl }) => url !== undefined || unsafeUrl !== undefined)).toEqual([]);
  expect(/\/(?:JavaScript|JS|URI|Launch|GoToR|EmbeddedFile|AcroForm|OpenAction)\b/.exec(unpackedPdf(bytes))?.[0]).toBe(
    undefined,
  );
});

test('names that are attacks are text on it, also around the page', async () => {
  expect(textOf(report)).toContain("=cmd|' /C calc'!A0");
  expect(textOf(report)).toMatch(/<script>alert\("stolen"\) ?<\/script>/);
  const attacked = await readPdf(await printed(hostile.account));
  expect(attacked.info['Title']).toBe(hostile.account);
  for (const { text } of attacked.pages) expect(text).toContain(`${hostile.account} 2026-03-02`);
});

test('the page, the profile of the browser and the PDF are gone from the disk afterwards', async () => {
  const left = (): readonly string[] => printing().filter((name) => !temporary.includes(name));
  // Other tests may print at the same time: theirs go by themselves.
  for (let tries = 0; left().length > 0 && tries < 120; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 500));
  expect(left()).toEqual([]);
});
