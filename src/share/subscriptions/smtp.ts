import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SendOutcome } from './delivery.ts';

/** The mail server that mails are handed to. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); else as `tls` says. */
  readonly secure: boolean;
  /** STARTTLS: `required`, taken when `offered`, or `none`. */
  readonly tls: 'required' | 'offered' | 'none';
  readonly user?: string;
  readonly password?: string;
  /** File of a certificate authority that is trusted too, PEM. */
  readonly ca?: string;
}

/** Longest waits, ms: for a connection and the greeting, and for an answer to anything. */
const patience = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000, dnsTimeout: 10_000 };

/**
 * Hands one mail over, in a connection of its own. Never rejects for what the mail server does:
 * - accepted → `sent`, with its words;
 * - answered 5xx to the sender, the recipient or the message → `refused`;
 * - answered 4xx, or it failed before the first byte of the message (connection, TLS, login) → `postponed`;
 * - no answer after that → `unknown`: it may have taken it.
 */
export async function sendMail(
  server: SmtpServer,
  envelope: { readonly from: string; readonly to: string },
  bytes: Buffer,
): Promise<SendOutcome> {
  let ca: string | undefined;
  try {
    ca = server.ca === undefined ? undefined : readFileSync(server.ca, 'utf8');
  } catch (error) {
    return { kind: 'postponed', note: `mail.ca cannot be read: ${wordsOf(error)}` };
  }
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: !server.secure && server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    ...patience,
  });
  let begun = false;
  // It is read only when the server has agreed to take the message.
  const message = new Readable({
    read() {
      begun = true;
      this.push(bytes);
      this.push(null);
    },
  });
  try {
    const info = await handOver(connection, server, { ...envelope, size: bytes.length, use8BitMime: true }, message);
    return { kind: 'sent', note: info.response };
  } catch (error) {
    return outcomeOf(error, begun);
  } finally {
    connection.close();
  }
}

type Accepted = Parameters<Parameters<SMTPConnection['send']>[2]>[1];

function handOver(
  connection: SMTPConnection,
  { user, password }: SmtpServer,
  envelope: Parameters<SMTPConnection['send']>[0],
  message: Readable,
): Promise<NonNullable<Accepted>> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    const send = (): void =>
      connection.send(envelope, message, (error, info) => {
        if (error) reject(error);
        else resolve(info);
      });
    connection.connect((failed) => {
      if (failed) reject(failed);
      else if (user === undefined) send();
      else
        connection.login({ user, pass: password ?? '' }, (error) => {
          if (error) reject(error);
          else send();
        });
    });
  });
}

/** Commands whose refusal is about this mail. A refused login or greeting is about us, and may be put right meanwhile. */
const aboutTheMail = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

function outcomeOf(error: unknown, begun: boolean): SendOutcome {
  const { responseCode, command, code } = error as {
    readonly responseCode?: number;
    readonly command?: string;
    readonly code?: string;
  };
  const note = wordsOf(error);
  if (responseCode !== undefined && responseCode >= 500 && aboutTheMail.has(command ?? ''))
    return { kind: 'refused', note };
  // An address that nodemailer does not take, or a message larger than the server allows: no other day will change it.
  if (!begun && responseCode === undefined && (code === 'EENVELOPE' || code === 'EMESSAGE'))
    return { kind: 'refused', note };
  if (begun && responseCode === undefined) {
    return {
      kind: 'unknown',
      note: `the connection broke while the mail was handed over (${note}): it may have been sent, and is not sent again`,
    };
  }
  return { kind: 'postponed', note };
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
