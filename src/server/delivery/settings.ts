import type { Config } from '../../config/schema.ts';
import type { Branding } from '../../share/branding.ts';
import { ownBranding } from '../../share/branding.ts';
import type { Sender } from '../../share/subscriptions/message.ts';
import type { SmtpServer } from '../../share/subscriptions/smtp.ts';
import type { Subscription } from '../../share/subscriptions/subscription.ts';

/** What this process gives out by itself: links, and mails. */
export interface DeliverySettings {
  readonly links: Config['links'];
  readonly branding: Branding;
  /** Absent: no mails are sent here. */
  readonly mail?: MailSettings;
  /** Those of the configuration file; more are in the store. */
  readonly subscriptions: readonly Subscription[];
}

export interface MailSettings {
  readonly smtp: SmtpServer;
  readonly from: Sender;
  /** How late a report may still be sent, ms. */
  readonly grace: number;
}

const hour = 3_600_000;

/** From the configuration, and the password that is not in it. */
export function deliverySettings(
  { links, mail, subscriptions }: Pick<Config, 'links' | 'mail' | 'subscriptions'>,
  password: string | undefined,
  branding: Branding = ownBranding,
): DeliverySettings {
  if (mail === undefined) return { links, subscriptions, branding };
  const url = new URL(mail.smtp);
  const secure = url.protocol === 'smtps:';
  const smtp = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    tls: mail.tls,
    ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
    ...(password !== undefined && { password }),
    ...(mail.ca !== undefined && { ca: mail.ca }),
  };
  return { links, subscriptions, branding, mail: { smtp, from: mail.from, grace: mail.graceHours * hour } };
}
