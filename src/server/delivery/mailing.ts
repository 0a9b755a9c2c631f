import { DateTime } from 'luxon';
import type { Branding } from '../../share/branding.ts';
import { mailedPurpose, mailer } from '../../share/links/mailed.ts';
import type { Delivery, SendOutcome } from '../../share/subscriptions/delivery.ts';
import type { MailContent } from '../../share/subscriptions/content.ts';
import type { MailSummary } from '../../share/subscriptions/figures.ts';
import { mailSummaryOf } from '../../share/subscriptions/figures.ts';
import type { Fitted } from '../../share/subscriptions/fitting.ts';
import { fitting } from '../../share/subscriptions/fitting.ts';
import { htmlOf } from '../../share/subscriptions/mail-html.ts';
import { compose, messageIdOf } from '../../share/subscriptions/message.ts';
import type { RunningSubscription } from '../../share/subscriptions/plan.ts';
import type { Periods } from '../../share/subscriptions/range.ts';
import { addressOf, periodsOf } from '../../share/subscriptions/range.ts';
import type { AskAccount, Attachment, MakeAttachment, ReportRequest } from '../../share/subscriptions/report.ts';
import { sendMail } from '../../share/subscriptions/smtp.ts';
import type { FileOutlet } from '../../share/subscriptions/subscription.ts';
import { textOf } from '../../share/subscriptions/text.ts';
import { toApiError } from '../errors.ts';
import type { Links } from './links.ts';
import type { MailSettings } from './settings.ts';

/** A report as it is sent to every recipient of a due time. */
export interface MadeReport {
  readonly periods: Periods;
  readonly summary: MailSummary;
  readonly attachments: readonly Attachment[];
  /** What the attachments leave out, a sentence each. */
  readonly missing: readonly string[];
}

export interface MailingParts {
  readonly mail: MailSettings;
  readonly ask: AskAccount;
  /** Rejects for an account of which nothing is known: its reports would be empty. */
  readonly requireAccount: (account: string) => Promise<void>;
  /** Entitlements end on its clocks. */
  readonly siteTimezone: string;
  readonly branding: Branding;
  readonly attachment: MakeAttachment;
  readonly links: Pick<Links, 'make'>;
  /** How long links in mails are there, days. */
  readonly linkDays: number;
  readonly now: () => number;
}

/** Reports as mails. */
export interface Mailing {
  readonly make: (subscription: RunningSubscription, due: number, signal?: AbortSignal) => Promise<MadeReport>;
  readonly send: (subscription: RunningSubscription, report: MadeReport, delivery: Delivery) => Promise<SendOutcome>;
}

const day = 86_400_000;

export function createMailing(parts: MailingParts): Mailing {
  const { mail, ask, attachment, links, linkDays, now } = parts;

  async function linkFor({ account, showUsers, name }: RunningSubscription, { recipient }: Delivery) {
    const expires = now() + linkDays * day;
    const purpose = mailedPurpose({ subscription: name, recipient });
    return {
      expires,
      ...(await links.make({ account, showUsers, purpose, createdBy: mailer, expires })),
    };
  }

  return {
    async make(subscription, due, signal) {
      const { account, report, timezone, showUsers } = subscription;
      await parts.requireAccount(account);
      const periods = periodsOf(subscription, due);
      const madeAt = now();
      const request: ReportRequest = {
        account,
        report,
        range: periods.current,
        before: periods.before,
        timezone,
        showUsers,
        madeAt,
      };
      const summary = await mailSummaryOf((questions, range) => ask(account, questions, range), periods, {
        at: madeAt,
        zone: parts.siteTimezone,
      });
      const files: Fitted[] = [];
      for (const outlet of subscription.outlets.filter((one): one is FileOutlet => one !== 'link')) {
        files.push(fitting(await attachment(outlet, request, signal)));
      }
      return {
        periods,
        summary,
        attachments: files.map((file) => file.attachment),
        missing: files.flatMap(({ missing }) => missing ?? []),
      };
    },

    async send(subscription, { periods, summary, attachments, missing }, delivery) {
      const { account, name, timezone } = subscription;
      let link: Awaited<ReturnType<typeof linkFor>> | undefined;
      let bytes: Buffer;
      try {
        if (subscription.outlets.includes('link')) link = await linkFor(subscription, delivery);
        const content: MailContent = {
          account,
          period: periods.words,
          timezone,
          summary,
          attachments: attachments.map(({ filename }) => filename),
          missing,
          link:
            link === undefined
              ? undefined
              : {
                  url: `${link.url ?? link.path}?${addressOf(periods.current, timezone)}`,
                  until: DateTime.fromMillis(link.expires, { zone: timezone }).toFormat('d LLL yyyy'),
                },
          subscription: name,
          branding: parts.branding,
        };
        bytes = await compose({
          from: { ...mail.from, name: mail.from.name || parts.branding.name },
          to: delivery.recipient,
          subject: `${delivery.test ? '[Test] ' : ''}License usage of ${account}: ${periods.words}`,
          text: textOf(content),
          ...htmlOf(content),
          attachments,
          messageId: messageIdOf(delivery, mail.from),
          date: new Date(now()),
        });
      } catch (error) {
        // Nothing has left yet: another attempt may do better.
        return takenBack({ kind: 'postponed', note: `the mail could not be made: ${toApiError(error).message}` }, link);
      }
      return takenBack(await sendMail(mail.smtp, { from: mail.from.address, to: delivery.recipient }, bytes), link);
    },
  };
}

/** Nobody has got the link of a mail that was not taken; the next attempt makes another. */
async function takenBack(outcome: SendOutcome, link: { revoke(): Promise<void> } | undefined): Promise<SendOutcome> {
  if (link === undefined || outcome.kind === 'sent' || outcome.kind === 'unknown') return outcome;
  try {
    await link.revoke();
    return outcome;
  } catch (error) {
    // What became of the mail is known and must be stored; the link ends by itself.
    return { ...outcome, note: `${outcome.note}; its link could not be revoked: ${toApiError(error).message}` };
  }
}
