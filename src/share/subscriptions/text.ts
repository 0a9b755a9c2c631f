import { plain } from '../summary.ts';
import type { MailContent } from './content.ts';
import { oneLine, words } from './content.ts';

/** The mail's text: plain, so that every program shows it. */
export function textOf(content: MailContent): string {
  const { summary, attachments, missing, link, branding } = content;
  const width = Math.max(...summary.figures.map(({ title }) => title.length)) + 2;
  const figures = summary.figures.map(({ title, value, before }) => {
    const line = `  ${title.padEnd(width)}${value}`;
    return before === '' ? line : `${line.padEnd(width + 30)}  ${words.before}: ${before}`;
  });
  const advice = summary.advice.map(
    ({ reason, count, share, advice: text }) => `  - ${reason} (${plain(count)}, ${plain(share)} %): ${text}`,
  );
  return [
    `${words.title(content)}, ${words.period(content)}`,
    '',
    ...summary.sentences,
    '',
    ...figures,
    ...(advice.length === 0 ? [] : ['', words.denied, '', ...advice]),
    ...(link === undefined ? [] : ['', `${words.report}: ${link.url}`, words.until(link.until)]),
    ...(attachments.length === 0 ? [] : ['', words.attached(attachments)]),
    ...missing,
    '',
    '--',
    words.sender(content),
    ...(branding.contact === undefined ? [] : [words.contact(branding.contact)]),
    '',
  ]
    .map((line) => (line.startsWith('  ') ? `  ${oneLine(line)}` : oneLine(line)))
    .join('\n');
}
