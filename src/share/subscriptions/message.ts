import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Delivery } from './delivery.ts';
import type { Attachment } from './report.ts';
import { oneLine } from './content.ts';
import type { Picture } from '../picture.ts';

/** Who sends: as people see it, and where answers and bounces go. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

export interface Message {
  readonly from: Sender;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Says the same; programs show one of the two. */
  readonly html: string;
  /** A picture that the HTML shows: as part of the mail, since programs show neither `data:` addresses nor, without being asked, remote ones. */
  readonly picture: (Picture & { readonly cid: string }) | undefined;
  readonly attachments: readonly Attachment[];
  readonly messageId: string;
  readonly date: Date;
}

/**
 * The same mail has the same Message-ID, whoever sends it and how often: mail servers that look for copies drop a second one.
 * The domain is the sender's (RFC 5322, 3.6.4).
 */
export function messageIdOf({ subscription, due, recipient, test }: Delivery, from: Sender): string {
  const identity = createHash('sha256')
    .update(JSON.stringify([subscription, due, recipient, test]))
    .digest('hex');
  return `<${identity.slice(0, 40)}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`;
}

/** The bytes of a mail as they go over the wire, lines ended by CRLF. Nothing is read from files or the network for it. */
export function compose(message: Message): Promise<Buffer> {
  const { from, to, subject, text, html, picture, attachments, messageId, date } = message;
  return new MailComposer({
    from: { name: from.name, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(subject),
    text,
    html,
    attachments: [
      ...(picture === undefined ? [] : [inline(picture)]),
      ...attachments.map(({ filename, contentType, bytes }) => ({
        filename: fileName(filename),
        contentType,
        content: Buffer.from(bytes),
      })),
    ],
    messageId,
    date,
    // No out-of-office answers to a machine (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

const inline = ({ cid, type, bytes }: NonNullable<Message['picture']>) => ({
  cid,
  filename: `logo.${type.slice('image/'.length)}`,
  contentType: type,
  content: bytes,
  contentDisposition: 'inline' as const,
});

/** What a mail program may save under it: no folders, no control characters, nothing hidden. */
const fileName = (name: string): string =>
  oneLine(name)
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '_') || 'report';
