import { readFileSync } from 'node:fs';
import type { Branding } from '../share/branding.ts';
import { brandColour, ownBranding } from '../share/branding.ts';
import type { BrandingConfig } from './branding.ts';
import { ConfigError } from './load.ts';

/** In every page and report it is contained, so it is small. */
const mostBytes = 100_000;

/** The branding of the configuration, with its logo read. Throws `ConfigError`. */
export function readBranding(given: BrandingConfig | undefined): Branding {
  if (given === undefined) return ownBranding;
  const { name, logo, contact } = given;
  return {
    name,
    contact,
    ...(given.colour !== undefined && { colour: brandColour(given.colour.toLowerCase()) }),
    ...(logo !== undefined && { logo: logoOf(logo) }),
  };
}

function logoOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`branding.logo: expected a readable picture, found ${file} (${why}).`]);
  }
  if (bytes.length > mostBytes)
    throw new ConfigError([
      `branding.logo: expected at most ${mostBytes / 1000} kB, found ${file} with ${Math.ceil(bytes.length / 1000)} kB. It stands in every page: make it smaller.`,
    ]);
  const type = pictures.find(({ is }) => is(bytes))?.type;
  if (type === undefined)
    throw new ConfigError([`branding.logo: expected a PNG, JPEG or SVG picture, found ${file}, which is none.`]);
  return `data:${type};base64,${bytes.toString('base64')}`;
}

/** By their content: names of files say anything. */
const pictures: readonly { readonly type: string; readonly is: (bytes: Buffer) => boolean }[] = [
  { type: 'image/png', is: (bytes) => bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) },
  { type: 'image/jpeg', is: (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) },
  {
    type: 'image/svg+xml',
    is: (bytes) =>
      /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/.test(bytes.toString('utf8')),
  },
];
