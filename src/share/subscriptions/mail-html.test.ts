import * as fc from 'fast-check';
import { kilnLogo } from '../../../test/support/logo.ts';
import { brandColour, ownBranding } from '../branding.ts';
import { contrast } from '../contrast.ts';
import { plain } from '../render/given.test-helper.ts';
import { hostile, hostileExamples, shapeOf } from '../render/hostile.test-helper.ts';
import type { MailContent } from './content.ts';
import { htmlOf } from './mail-html.ts';
import { textOf } from './text.ts';

const logo = `data:image/png;base64,${kilnLogo.toString('base64')}`;

/** A mail with everything in it, and every text of it the same. */
const filled = (text: string): MailContent => ({
  account: text,
  period: '16 Nov 2026 to 22 Nov 2026',
  timezone: 'Europe/Berlin',
  summary: {
    sentences: [text, `${text} is used most: 1,204 license-hours.`, text],
    figures: [
      { title: 'Clients served', value: '14', before: '12' },
      { title: 'Denials', value: text, before: '' },
    ],
    advice: [{ reason: text, count: 5, share: 62.5, advice: text }],
  },
  attachments: [`${text}.csv`],
  missing: [`${text}.csv has the first 3 of 5 rows.`],
  link: { url: `https://licenses.example.com/s/abc?from=1&to=2&timezone=${text}`, until: '7 Dec 2026' },
  subscription: text,
  branding: { name: text, contact: text, colour: brandColour('#ffee00'), logo },
});

test('text from data never becomes markup', () => {
  const expected = shapeOf(htmlOf(filled('x')).html);
  fc.assert(
    fc.property(hostile, (text) => {
      expect(shapeOf(htmlOf(filled(text)).html)).toEqual(expected);
    }),
    { numRuns: 200, examples: hostileExamples },
  );
});

test('it says what the text says, and no more', () => {
  const words = (text: string): ReadonlySet<string> =>
    new Set(
      text
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&')
        .split(/[\s:,]+/)
        .filter((word) => /[\p{L}\p{N}]/u.test(word)),
    );
  for (const one of ['acme', 'Kiln & Co', "O'Brien"])
    for (const content of [
      filled(one),
      { ...filled(one), link: undefined, attachments: [], missing: [], branding: ownBranding },
      { ...filled(one), summary: { ...filled(one).summary, advice: [] } },
    ]) {
      const [text, html] = [words(textOf(content)), words(plain(htmlOf(content).html))];
      // The address stands behind a link.
      const address = words(content.link?.url ?? '');
      expect([...html].filter((word) => !text.has(word))).toEqual([]);
      expect([...text].filter((word) => !html.has(word) && !address.has(word))).toEqual([]);
    }
});

test('nothing in it comes from elsewhere, runs or needs a style sheet', () => {
  const { html, picture } = htmlOf(filled('acme'));
  expect(html).not.toMatch(/<(?:script|style|link|form|iframe|object|svg)\b|\son\w+=|url\(|class=|data:/i);
  expect(html.match(/src="[^"]*"/g)).toEqual(['src="cid:logo@report"']);
  expect(picture).toMatchObject({ cid: 'logo@report', type: 'image/png', bytes: kilnLogo });
});

test('the colour is as it is above the mail, and dark enough where it is read', () => {
  const { html } = htmlOf(filled('acme'));
  expect(html).toContain('border-top:4px solid #ffee00');
  const [, ground = '', text = ''] =
    /background:(#\w{6});color:(#\w{6});font-weight:600;text-decoration/.exec(html) ?? [];
  expect(contrast(ground, text)).toBeGreaterThanOrEqual(4.5);
  const [, title = ''] = /<h1[^>]*[;"]color:(#\w{6})/.exec(html) ?? [];
  expect(contrast(title, '#ffffff')).toBeGreaterThanOrEqual(4.5);
});

test.each([
  ['SVG', 'data:image/svg+xml;base64,PHN2Zy8+'],
  ['none', undefined],
])('where there is no logo that mail programs show (%s), the name stands in its place', (_, given) => {
  const content = filled('acme');
  const { html, picture } = htmlOf({ ...content, branding: { ...content.branding, name: 'Kiln', logo: given } });
  expect([picture, /<img/.test(html)]).toEqual([undefined, false]);
  expect(html).toMatch(/<p style="[^"]*">Kiln<\/p>\s*<h1/);
});

test('without a branding nothing stands above the title', () => {
  const { html } = htmlOf({ ...filled('acme'), branding: ownBranding });
  expect(html).toMatch(/text-align:left[^"]*">\s*<h1/);
});
