import { z } from 'zod';
import { mailAddress } from '../share/subscriptions/subscription.ts';

/** Settings of what the server gives out by itself: links, and mails. */

export const linksSchema = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address under which readers of links reach this server, such as https://licenses.example.com.'),
    days: z.int().min(1).max(366).default(30).describe('How long the links of subscriptions are there.'),
    logAddresses: z.boolean().default(false).describe('Whether the network address of who opens a link is stored.'),
  })
  .describe('Addresses that show one account without a token.');

const named = /^(?<name>[^\p{Cc}<>"]*?)\s*<(?<address>[^<>]+)>$/u;

const sender = z
  .string()
  .transform((text) => {
    const { name = '', address = text } = named.exec(text)?.groups ?? {};
    return { name, address };
  })
  .refine(({ address }) => mailAddress.safeParse(address).success, {
    error: 'expected an address such as reports@example.com or "License Analytics <reports@example.com>"',
  });

export const mailSchema = z
  .strictObject({
    smtp: z
      .url({ protocol: /^smtps?$/ })
      .refine((url) => new URL(url).password === '', {
        error: 'expected an address without a password; it belongs into LICENSE_ANALYTICS_SMTP_PASSWORD',
      })
      .describe('Such as smtp://user@mail.example.com:587 or smtps://user@mail.example.com, without a password.'),
    from: sender.describe('Who the mails are from: an address, or a name and the address in angle brackets.'),
    tls: z
      .enum(['required', 'offered', 'none'])
      .default('required')
      .describe('STARTTLS with smtp://: required, taken when the server offers it, or none.'),
    ca: z.string().min(1).optional().describe('File of a certificate authority that is trusted too (PEM).'),
    graceHours: z
      .number()
      .min(0)
      .max(24 * 31)
      .default(24)
      .describe('How late a report is still sent when no server ran while it was due.'),
  })
  .refine(
    ({ smtp, tls }) => tls === 'required' || new URL(smtp).protocol === 'smtps:' || new URL(smtp).username === '',
    {
      error: 'expected `tls: required` where a user logs in: else the password travels readable',
      path: ['tls'],
    },
  )
  .describe('How mails are sent. With several servers on one store, only one of them has this.');
