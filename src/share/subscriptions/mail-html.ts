import { ownBranding } from '../branding.ts';
import { fitted, logoBox, pictureOf } from '../picture.ts';
import type { Html } from '../render/html.ts';
import { html } from '../render/html.ts';
import { lightColours } from '../render/style.ts';
import { plain } from '../summary.ts';
import type { MailContent } from './content.ts';
import { words } from './content.ts';
import type { Message } from './message.ts';

/** In a mail the part is found by it; it has the form of a Message-ID (RFC 2392). */
const logoId = 'logo@report';

const { page, panel, text, muted, line, link: linkColour } = lightColours;
/** Each cell says it: Outlook does not hand it down into tables. */
const font = `font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;color:${text}`;
const styles = {
  body: `margin:0;padding:0;background:${page}`,
  outside: 'padding:16px 8px',
  // Long names must not make the mail wider than a telephone.
  inside: `${font};padding:20px;font-size:15px;line-height:1.5;text-align:left;word-break:break-word;overflow-wrap:anywhere`,
  paragraph: 'margin:0 0 12px',
  small: `margin:0 0 4px;font-size:13px;color:${muted}`,
  list: 'margin:0 0 16px;padding:0 0 0 20px',
  item: 'margin:0 0 6px',
  table: 'width:100%;border-collapse:collapse;margin:0 0 16px',
  heading: `${font};padding:6px 8px;border-bottom:2px solid ${line};font-size:13px;font-weight:600;color:${muted}`,
  cell: `${font};padding:6px 8px;border-bottom:1px solid ${line};font-size:15px;white-space:nowrap`,
} as const;
const rightOf = (style: string): string => `${style};text-align:right`;
const leftOf = (style: string): string => `${style};text-align:left`;

/**
 * The mail as HTML: what its text says, in the vendor's name. Mail programs drop style sheets and scripts, and show nothing from
 * elsewhere, so styles stand in the elements, and the logo goes along. Light, as programs that are dark turn colours by themselves.
 */
export function htmlOf(content: MailContent): Pick<Message, 'html' | 'picture'> {
  const { branding, summary } = content;
  const picture = pictureOf(branding.logo);
  const [above, colour] = [branding.colour?.own ?? linkColour, branding.colour?.light ?? linkColour];
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${words.title(content)}</title>
      </head>
      <body style="${styles.body}">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="${styles.body}">
          <tr>
            <td align="center" style="${styles.outside}">
              <table
                role="presentation"
                width="100%"
                cellpadding="0"
                cellspacing="0"
                style="max-width:640px;background:${panel};border:1px solid ${line};border-top:4px solid ${above}"
              >
                <tr>
                  <td style="${styles.inside}">
                    ${headOf(content, picture)}
                    <h1 style="margin:0 0 4px;font-size:20px;line-height:1.3;color:${colour}">
                      ${words.title(content)}
                    </h1>
                    <p style="${styles.small};margin-bottom:16px">${words.period(content)}</p>
                    <ul style="${styles.list}">
                      ${summary.sentences.map((sentence) => html`<li style="${styles.item}">${sentence}</li>`)}
                    </ul>
                    ${figuresOf(content)} ${adviceOf(content)} ${linkOf(content, colour)} ${notesOf(content)}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `;
  return { html: document.toString(), picture: picture && { ...picture, cid: logoId } };
}

/** As on pages: the logo, the name where there is none, nothing where nobody is configured. */
function headOf({ branding }: MailContent, picture: ReturnType<typeof pictureOf>): Html | undefined {
  if (branding === ownBranding) return undefined;
  if (picture === undefined) return html`<p style="${styles.paragraph};font-weight:600">${branding.name}</p>`;
  const { width, height } = fitted(picture, logoBox);
  return html`<img
    src="cid:${logoId}"
    width="${width}"
    height="${height}"
    alt="${branding.name}"
    style="display:block;border:0;margin:0 0 12px"
  />`;
}

function figuresOf(content: MailContent): Html {
  const { figures } = content.summary;
  const isCompared = figures.some(({ before }) => before !== '');
  return html`<table cellpadding="0" cellspacing="0" style="${styles.table}">
    <tr>
      <td style="${styles.heading}"></td>
      <th scope="col" style="${rightOf(styles.heading)}">${content.period}</th>
      ${isCompared ? html`<th scope="col" style="${rightOf(styles.heading)}">${words.before}</th>` : undefined}
    </tr>
    ${figures.map(
      ({ title, value, before }) =>
        html`<tr>
          <th scope="row" style="${leftOf(styles.cell)};font-weight:400">${title}</th>
          <td style="${rightOf(styles.cell)};font-weight:600">${value}</td>
          ${isCompared ? html`<td style="${rightOf(styles.cell)}">${before}</td>` : undefined}
        </tr>`,
    )}
  </table>`;
}

function adviceOf({ summary: { advice } }: MailContent): Html | undefined {
  if (advice.length === 0) return undefined;
  return html`<p style="${styles.paragraph};font-weight:600">${words.denied}</p>
    <ul style="${styles.list}">
      ${advice.map(
        ({ reason, count, share, advice: what }) =>
          html`<li style="${styles.item}">
            <strong>${reason}</strong> (${plain(count)}, ${plain(share)} %): ${what}
          </li>`,
      )}
    </ul>`;
}

function linkOf({ link }: MailContent, colour: string): Html | undefined {
  if (link === undefined) return undefined;
  // What can be read on a light page is a ground for white text.
  const button = `display:inline-block;padding:9px 18px;background:${colour};color:#ffffff;font-weight:600;text-decoration:none`;
  return html`<p style="${styles.paragraph}"><a href="${link.url}" style="${button}">${words.report}</a></p>
    <p style="${styles.small};margin-bottom:16px">${words.until(link.until)}</p>`;
}

function notesOf(content: MailContent): Html {
  const { attachments, missing, branding } = content;
  return html`${attachments.length === 0 ? undefined : html`<p style="${styles.small}">${words.attached(attachments)}</p>`}
    ${missing.map((sentence) => html`<p style="${styles.small}">${sentence}</p>`)}
    <p style="${styles.small};margin-top:16px;padding-top:12px;border-top:1px solid ${line}">
      ${words.sender(content)}
    </p>
    ${branding.contact === undefined ? undefined : html`<p style="${styles.small}">${words.contact(branding.contact)}</p>`}`;
}
