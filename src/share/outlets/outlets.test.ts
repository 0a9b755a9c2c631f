import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { kilnLogo } from '../../../test/support/logo.ts';
import { brandColour } from '../branding.ts';
import { contrast } from '../contrast.ts';
import { readDashboard } from '../dashboard.ts';
import { reportFileName } from '../file-name.ts';
import type { Snapshot } from '../snapshot.ts';
import { renderPage } from '../render/page.ts';
import { findChromium } from './chromium.ts';
import { snapshotDashboard } from './grafana/snapshot-dashboard.ts';
import { pdf, printablePage } from './pdf.ts';
import { sheetNames, xlsx } from './xlsx.ts';

const reportOf = (account: string): Snapshot => ({
  dashboard: readDashboard({ uid: 'u', title: account, time: { from: '', to: '' }, panels: [] }),
  answers: new Map(),
  marks: [],
  range: { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) },
  timezone: 'Europe/Berlin',
  account,
  variables: {},
  rules: ['Counted by hand.'],
  takenAt: Date.UTC(2026, 1, 1),
});

test('names of sheets are what Excel takes, each once', () => {
  expect(
    sheetNames(['Denials [all]: a/b', 'denials  all   a b', "'quoted'", '', 'x'.repeat(40), 'X'.repeat(40)]),
  ).toEqual(['Denials all a b', 'denials all a b (2)', 'quoted', 'Sheet', 'x'.repeat(31), `${'X'.repeat(27)} (2)`]);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (titles) => {
      const names = sheetNames(titles);
      for (const name of names) expect(name).toMatch(/^(?!')[^[\]:*?/\\]{1,31}(?<!')$/);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(titles.length);
    }),
  );
});

test('whatever an account is called, its report is one file in the folder it is meant for', () => {
  expect(reportFileName(reportOf('acme'), 'pdf')).toBe('license-usage-acme-2026-01-01-2026-02-01.pdf');
  expect(reportFileName(reportOf('../../etc/passwd\0'), 'csv')).toBe(
    'license-usage-etc-passwd-2026-01-01-2026-02-01.csv',
  );
  expect(reportFileName(reportOf('Büro & Söhne'), 'csv')).toBe('license-usage-Büro-Söhne-2026-01-01-2026-02-01.csv');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (account) => {
      const name = reportFileName(reportOf(account), 'csv');
      expect(name).toMatch(/^license-usage-[\p{L}\p{N}_-]+\.csv$/u);
      expect(Buffer.byteLength(name)).toBeLessThan(255);
    }),
  );
});

test('what stands around the page on paper cannot end its style', async () => {
  const page = await printablePage(reportOf('"}</style><script>alert(1)</script>\n'));
  expect(page.match(/<\/style>/g)).toHaveLength(2);
  expect(page).not.toContain('<script>alert');
  expect(page).toContain(
    '@top-right{content:"2026\\2d 01\\2d 01 01\\3a 00 to 2026\\2d 02\\2d 01 01\\3a 00 \\28 Europe\\2f Berlin\\29 "',
  );
});

describe("in the vendor's name", () => {
  const branding = { name: 'Kiln & Co', colour: brandColour('#ffee00'), contact: 'licensing@kiln.example' };

  test('a workbook says who made it, and its titles are in the colour, dark enough to be read', async () => {
    const parts = unzipSync(await buffer(await xlsx.open({ ...reportOf('acme'), branding })));
    const held = Object.entries(parts).map(([name, bytes]) => [name, strFromU8(bytes)] as const);
    const all = held.map(([, text]) => text).join('\n');
    for (const words of ['License usage of acme', 'Kiln &amp; Co', 'licensing@kiln.example'])
      expect(all).toContain(words);
    expect(all).not.toContain('License Analytics');
    const styles = held.find(([name]) => name.endsWith('styles.xml'))?.[1] ?? '';
    expect(styles.toLowerCase()).toContain(branding.colour.light.slice(1));
    expect(contrast(branding.colour.light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
  });

  const partsOf = async (logo: string): Promise<Record<string, Uint8Array>> =>
    unzipSync(await buffer(await xlsx.open({ ...reportOf('acme'), branding: { ...branding, logo } })));

  test('a workbook has the logo above what it is about, in its proportions', async () => {
    const parts = await partsOf(`data:image/png;base64,${kilnLogo.toString('base64')}`);
    const textOf = (name: string): string => strFromU8(parts[name] ?? new Uint8Array());
    const pictures = Object.keys(parts).filter((name) => name.startsWith('xl/media/'));
    expect(pictures).toHaveLength(1);
    expect(Buffer.from(parts[pictures[0]!]!)).toEqual(kilnLogo);
    const drawing = textOf('xl/drawings/drawing1.xml');
    // 168 × 42 pixels, each 9525 of Excel's units.
    expect(drawing).toContain('<xdr:ext cx="1600200" cy="400050"/>');
    expect(drawing).toContain('descr="Kiln &amp; Co"');
    expect(textOf('xl/worksheets/_rels/sheet1.xml.rels')).toContain('drawing1.xml');
    expect(textOf('[Content_Types].xml')).toContain('Extension="png"');
    expect(textOf('xl/worksheets/sheet1.xml')).toMatch(/<row r="1" ht="37.5" customHeight="1"[^>]*>/);
  });

  test('an SVG logo, which Excel does not show, is left out of a workbook', async () => {
    const parts = await partsOf('data:image/svg+xml;base64,PHN2Zy8+');
    expect(Object.keys(parts).filter((name) => /media|drawing/.test(name))).toEqual([]);
    expect(strFromU8(parts['xl/worksheets/sheet1.xml']!)).toMatch(/<row r="1" ht="22"/);
  });

  test('a page has the colour as it is above it, and a logo that can be seen on dark ground', () => {
    const logo = 'data:image/svg+xml;base64,PHN2Zy8+';
    const page = renderPage({ ...reportOf('acme'), branding: { ...branding, logo } });
    expect(page).toContain('border-top:4px solid #ffee00');
    expect(page).toContain(`--link:${branding.colour.dark}`);
    expect(page).toMatch(/prefers-color-scheme:dark\)\{\n[^@]*img\.logo\{background:#fff/);
    expect(page).toContain(`<img class="logo" src="${logo}" alt="Kiln &amp; Co"`);
  });

  test('where there is no logo, the name stands in its place; without a branding, nothing does', () => {
    const shown = (report: Snapshot): boolean => renderPage(report).includes('<p class="logo">Kiln &amp; Co</p>');
    expect(shown({ ...reportOf('acme'), branding })).toBe(true);
    expect(renderPage(reportOf('acme'))).not.toContain('class="logo"');
  });

  test('a snapshot in Grafana has the name in its title, and whom to ask; nothing in it names us', () => {
    const { title, ...rest } = snapshotDashboard({ ...reportOf('acme'), branding });
    expect(title).toBe('acme · Kiln & Co');
    expect(JSON.stringify(rest)).toContain('Contact: licensing@kiln.example');
    expect(JSON.stringify(rest)).not.toMatch(/license.analytics/i);
    expect(snapshotDashboard(reportOf('acme'))['title']).toBe('acme');
  });
});

test('without Chromium it is said what to install, or what to correct', async () => {
  await expect(findChromium({ PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'no_browser',
    message: 'A PDF is printed by Chromium, and none is installed here.',
  });
  await expect(findChromium({ CHROMIUM: '/nowhere/chromium' })).rejects.toThrow(
    'CHROMIUM: expected the path of a Chromium that can be run, found "/nowhere/chromium".',
  );
});

describe('with a program in the place of Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'la-chromium-'));
  const program = join(folder, 'chromium');
  const before = process.env['CHROMIUM'];
  beforeAll(() => void (process.env['CHROMIUM'] = program));
  afterAll(() => {
    if (before === undefined) delete process.env['CHROMIUM'];
    else process.env['CHROMIUM'] = before;
    rmSync(folder, { recursive: true });
  });
  const install = (script: string): void => writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  test('the PDF is what it prints, and it may reach no network', async () => {
    install('for a in "$@"; do case "$a" in --print-to-pdf=*) echo "$@" > "${a#--print-to-pdf=}";; esac; done');
    const printed = (await buffer(await pdf.open(reportOf('acme')))).toString();
    expect(printed).toContain('--host-resolver-rules=MAP * ~NOTFOUND --proxy-server=127.0.0.1:9');
    expect(printed).toMatch(/file:\/\/\S+report\.html/);
  });

  test('one that fails, or prints nothing, is told', async () => {
    install('echo cannot open display >&2; exit 3');
    await expect(pdf.open(reportOf('acme'))).rejects.toMatchObject({ code: 'pdf_failed' });
    install('exit 0');
    await expect(pdf.open(reportOf('acme'))).rejects.toMatchObject({ code: 'pdf_failed' });
  });
});
