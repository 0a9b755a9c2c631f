import type { Branding } from '../branding.ts';
import type { MailSummary } from './figures.ts';

/** What a mail says: as text for every program, and as HTML that says the same. */
export interface MailContent {
  readonly account: string;
  readonly period: string;
  readonly timezone: string;
  readonly summary: MailSummary;
  readonly attachments: readonly string[];
  /** What they leave out, a sentence each. */
  readonly missing: readonly string[];
  /** Address of the page, and until when it is there. */
  readonly link: { readonly url: string; readonly until: string } | undefined;
  readonly subscription: string;
  readonly branding: Branding;
}

/** Names come from logs and license servers: in a mail they take one line, whatever they hold. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Sentences that both forms of a mail have. */
export const words = {
  title: ({ account }: MailContent): string => `License usage of ${account}`,
  period: ({ period, timezone }: MailContent): string => `${period} (${timezone})`,
  before: 'before',
  denied: 'Why licenses were denied, and what you can do:',
  report: 'The report',
  until: (until: string): string => `It is there until ${until}. Whoever has this address can read it.`,
  attached: (names: readonly string[]): string => `Attached: ${names.join(', ')}`,
  sender: ({ branding, subscription }: MailContent): string =>
    `Sent by ${branding.name}, subscription "${subscription}".`,
  contact: (contact: string): string => `Contact: ${contact}`,
} as const;
