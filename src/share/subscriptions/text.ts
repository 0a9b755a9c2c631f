import type { Branding } from '../branding.ts';
import { plain } from '../summary.ts';
import type { MailSummary } from './figures.ts';

export interface MailText {
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

/** The mail's text: plain, so that every program shows it. */
export function textOf({
  account,
  period,
  timezone,
  summary,
  attachments,
  missing,
  link,
  subscription,
  branding,
}: MailText): string {
  const width = Math.max(...summary.figures.map(({ title }) => title.length)) + 2;
  const figures = summary.figures.map(({ title, value, before }) => {
    const line = `  ${title.padEnd(width)}${oneLine(value)}`;
    return before === '' ? line : `${line.padEnd(width + 30)}  before: ${oneLine(before)}`;
  });
  const advice = summary.advice.map(
    ({ reason, count, share, advice: text }) =>
      `  - ${oneLine(reason)} (${plain(count)}, ${plain(share)} %): ${oneLine(text)}`,
  );
  return [
    `License usage of ${oneLine(account)}, ${period} (${timezone})`,
    '',
    ...summary.sentences.map(oneLine),
    '',
    ...figures,
    ...(advice.length === 0 ? [] : ['', 'Why licenses were denied, and what you can do:', '', ...advice]),
    ...(link === undefined
      ? []
      : ['', `The report is at ${link.url}`, `until ${link.until}. Whoever has this address can read it.`]),
    ...(attachments.length === 0 ? [] : ['', `Attached: ${attachments.map(oneLine).join(', ')}`]),
    ...missing.map(oneLine),
    '',
    '--',
    `Sent by ${branding.name}, subscription "${oneLine(subscription)}".`,
    ...(branding.contact === undefined ? [] : [`Contact: ${branding.contact}`]),
    '',
  ].join('\n');
}
