import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Delivery } from './delivery.ts';
import type { Attachment } from './report.ts';
import { oneLine } from './text.ts';

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
export function compose({ from, to, subject, text, attachments, messageId, date }: Message): Promise<Buffer> {
  return new MailComposer({
    from: { name: from.name, address: from.address },
    to: { name: '', address: to },
    subject: oneLine(subject),
    text,
    attachments: attachments.map(({ filename, contentType, bytes }) => ({
      filename: fileName(filename),
      contentType,
      content: Buffer.from(bytes),
    })),
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

/** What a mail program may save under it: no folders, no control characters, nothing hidden. */
const fileName = (name: string): string =>
  oneLine(name)
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '_') || 'report';
