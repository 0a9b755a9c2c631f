import { z } from 'zod';
import { contrastOnLight, leastContrast } from '../share/branding.ts';

const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, { error: 'expected one line of text' });

const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'expected a colour such as #0b5cad' })
  .refine((hex) => !/^#[0-9a-fA-F]{6}$/.test(hex) || contrastOnLight(hex) >= leastContrast, {
    error: (issue) =>
      `expected a darker colour: text of it has a contrast of ${shownContrast(issue.input)} to 1 on a light page, and needs ${leastContrast}`,
  });

const shownContrast = (hex: unknown): string => (typeof hex === 'string' ? contrastOnLight(hex).toFixed(1) : '?');

export const brandingSchema = z
  .strictObject({
    name: oneLine.describe('In whose name customers are told: of pages, reports and mails.'),
    logo: z
      .string()
      .min(1)
      .optional()
      .describe('File of a picture (PNG, JPEG or SVG, 100 kB at most), relative to the configuration file.'),
    colour: colour
      .optional()
      .describe(
        'Of headings and links, such as #0b5cad: dark enough for light pages. For dark ones it is made lighter.',
      ),
    contact: oneLine.optional().describe('Whom customers ask: below reports and mails.'),
  })
  .describe("The vendor's name, logo, colour and contact in the place of ours.");

export type BrandingConfig = z.output<typeof brandingSchema>;
