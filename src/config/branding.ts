import { z } from 'zod';

const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, { error: 'expected one line of text' });

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, { error: 'expected a colour such as #0b5cad' });

export const brandingSchema = z
  .strictObject({
    name: oneLine.describe('In whose name customers are told: of pages, reports and mails.'),
    logo: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of a picture (PNG, JPEG or SVG, 100 kB at most), relative to the configuration file. Mails and Excel show no SVG.',
      ),
    colour: colour
      .optional()
      .describe(
        'Such as #0b5cad. Headings and links are as much darker on light pages, and lighter on dark ones, as they need to be read.',
      ),
    contact: oneLine.optional().describe('Whom customers ask: below reports and mails.'),
  })
  .describe("The vendor's name, logo, colour and contact in the place of ours.");

export type BrandingConfig = z.output<typeof brandingSchema>;
