import { channels, contrast } from './contrast.ts';

/** In whose name pages, reports and mails speak. */
export interface Branding {
  readonly name: string;
  /** `data:` address of the picture. */
  readonly logo?: string | undefined;
  readonly colour?: BrandColour | undefined;
  /** A line for those who want to ask: an address, a number. */
  readonly contact?: string | undefined;
}

/** The vendor's colour: as it is for what is not read, and of links and headings as it can be read on light and on dark pages. */
export interface BrandColour {
  readonly own: string;
  readonly light: string;
  readonly dark: string;
}

/** Who speaks where nobody else is configured. */
export const ownBranding: Branding = { name: 'License Analytics' };

/** Grounds of pages (`render/style.ts`), each the one on which text of its scheme is read worst. */
const grounds = { light: '#f4f5f5', dark: '#181b1f' } as const;

/** WCAG 2 AA. */
const leastContrast = 4.5;

/** The colour, and as much darker as light pages need and lighter as dark ones do. */
export const brandColour = (hex: string): BrandColour => ({
  own: hex,
  light: towards('#000000', hex, grounds.light),
  dark: towards('#ffffff', hex, grounds.dark),
});

/** As little of the other colour is mixed in as makes it read on the ground. */
function towards(other: string, hex: string, ground: string): string {
  const target = channels(other);
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = `#${channels(hex)
      .map((value, i) => Math.round(value + ((target[i] ?? 0) - value) * share))
      .map((value) => value.toString(16).padStart(2, '0'))
      .join('')}`;
    if (contrast(mixed, ground) >= leastContrast) return mixed;
  }
  return other;
}
