/** A picture that mail programs and workbooks show, and how large it is in pixels. */
export interface Picture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

/** The picture of a `data:` address. Undefined for SVG, which most mail programs and Excel do not show, and for one whose size is not to be found. */
export function pictureOf(address: string | undefined): Picture | undefined {
  const [, type, base64 = ''] = /^data:(image\/png|image\/jpeg);base64,(.*)$/s.exec(address ?? '') ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (type === 'image/png') return sized(type, bytes, pngSize(bytes));
  return type === 'image/jpeg' ? sized(type, bytes, jpegSize(bytes)) : undefined;
}

/** The most that a logo takes in mails and workbooks, pixels: as on pages (`render/style.ts`). */
export const logoBox = { width: 192, height: 42 } as const;

/** Its size in a box, in the same proportions; never larger than it is. */
export function fitted(
  { width, height }: Pick<Picture, 'width' | 'height'>,
  most: Pick<Picture, 'width' | 'height'>,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

type Size = readonly [width: number, height: number];

function sized(type: Picture['type'], bytes: Buffer, size: Size | undefined): Picture | undefined {
  const [width = 0, height = 0] = size ?? [];
  return width > 0 && height > 0 ? { type, bytes, width, height } : undefined;
}

/** Its first chunk says it (PNG, 11.2.1). */
const pngSize = (bytes: Buffer): Size | undefined =>
  bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
    : undefined;

/** The frame header says it (ITU T.81, B.2.2): the first segment from SOF0 to SOF15 that is no table, extension or condition. */
function jpegSize(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
  return undefined;
}
