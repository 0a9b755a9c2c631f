import { kilnLogo } from '../../test/support/logo.ts';
import { fitted, pictureOf } from './picture.ts';

const address = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`;

/** A JPEG up to its frame header, with a table before it whose marker lies among those of frame headers. */
const jpeg = (frame: number): Buffer =>
  Buffer.from(
    `ffd8 ffe00004 0000 ffc40005 aabbcc ff${frame.toString(16)}000b 08 0064 0190 01 011100`.replaceAll(' ', ''),
    'hex',
  );

test('a PNG says how large it is', () => {
  expect(pictureOf(address('image/png', kilnLogo))).toEqual({
    type: 'image/png',
    bytes: kilnLogo,
    width: 400,
    height: 100,
  });
});

test.each([0xc0, 0xc2])('so does a JPEG, after other segments (frame %i)', (frame) => {
  expect(pictureOf(address('image/jpeg', jpeg(frame)))).toMatchObject({ type: 'image/jpeg', width: 400, height: 100 });
});

test.each([
  ['SVG', 'data:image/svg+xml;base64,PHN2Zy8+'],
  ['none', undefined],
  ['a PNG that ends early', address('image/png', kilnLogo.subarray(0, 20))],
  ['a PNG without a size', address('image/png', Buffer.concat([kilnLogo.subarray(0, 16), Buffer.alloc(8)]))],
  ['a JPEG that ends early', address('image/jpeg', jpeg(0xc0).subarray(0, 18))],
])('%s is no picture for mails and workbooks', (_, given) => {
  expect(pictureOf(given)).toBeUndefined();
});

test('it keeps its proportions in a box, and is never made larger', () => {
  expect(fitted({ width: 400, height: 100 }, { width: 192, height: 42 })).toEqual({ width: 168, height: 42 });
  expect(fitted({ width: 900, height: 100 }, { width: 192, height: 42 })).toEqual({ width: 192, height: 21 });
  expect(fitted({ width: 40, height: 10 }, { width: 192, height: 42 })).toEqual({ width: 40, height: 10 });
  expect(fitted({ width: 5000, height: 3 }, { width: 192, height: 42 })).toEqual({ width: 192, height: 1 });
});
