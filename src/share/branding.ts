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

/** The colour of links and headings, as it can be read on light and on dark pages. */
export interface BrandColour {
  readonly light: string;
  readonly dark: string;
}

/** Who speaks where nobody else is configured. */
export const ownBranding: Branding = { name: 'License Analytics' };

/** Grounds of pages (`render/style.ts`), each the one on which text of its scheme is read worst. */
const grounds = { light: '#f4f5f5', dark: '#181b1f' } as const;

/** WCAG 2 AA. */
export const leastContrast = 4.5;

/** How well text of it is read on a light page. */
export const contrastOnLight = (hex: string): number => contrast(hex, grounds.light);

/** A colour that can be read on light pages, and as much lighter as dark ones need. */
export function brandColour(hex: string): BrandColour {
  for (let share = 0; share < 1; share += 0.02) {
    const dark = `#${channels(hex)
      .map((value) =>
        Math.round(value + (255 - value) * share)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
    if (contrast(dark, grounds.dark) >= leastContrast) return { light: hex, dark };
  }
  return { light: hex, dark: '#ffffff' };
}
