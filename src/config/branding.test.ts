import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brandingSchema } from './branding.ts';
import { readBranding } from './read-branding.ts';
import { brandColour } from '../share/branding.ts';
import { contrast } from '../share/contrast.ts';

/** A vendor's name, colour and logo: what is taken and what is refused. */
const folder = mkdtempSync(join(tmpdir(), 'la-logo-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['#0b5cad', '#003366', '#000000', '#8f1010', '#5c6169', '#fff7b0', '#ffee00', '#ffffff', '#808080'])(
  '%s can be read on light and dark pages',
  (hex) => {
    const { own, light, dark } = brandColour(hex);
    expect(own).toBe(hex);
    expect(contrast(light, '#f4f5f5')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, '#181b1f')).toBeGreaterThanOrEqual(4.5);
  },
);

test.each([
  ['red', /expected a colour such as #0b5cad/],
  ['#fff;}body{display:none', /expected a colour/],
])('the colour %s is refused', (colour, why) => {
  expect(
    brandingSchema
      .safeParse({ name: 'Kiln', colour })
      .error?.issues.map(({ message }) => message)
      .join(),
  ).toMatch(why);
});

test.each([
  ['logo.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'data:image/svg+xml;base64,'],
  ['logo.png', Buffer.from('89504e470d0a1a0a00', 'hex'), 'data:image/png;base64,'],
  ['photo', Buffer.from('ffd8ffe000', 'hex'), 'data:image/jpeg;base64,'],
] as const)('%s is known by its content', (name, content, start) => {
  writeFileSync(join(folder, name), content);
  expect(readBranding({ name: 'Kiln', logo: join(folder, name) }).logo?.startsWith(start)).toBe(true);
});

test.each([
  ['page.svg', '<html><svg/></html>', /PNG, JPEG or SVG/],
  ['large.svg', `<svg>${' '.repeat(100_001)}</svg>`, /at most 100 kB/],
  ['missing.png', undefined, /readable picture/],
])('%s is refused', (name, content, why) => {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  expect(() => readBranding({ name: 'Kiln', logo: join(folder, name) })).toThrow(why);
});
