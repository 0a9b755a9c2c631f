import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly user: string | undefined;
  /** Headers as they are on the wire, folded lines joined. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it came. */
  readonly raw: string;
}

export interface TestSmtp {
  readonly port: number;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

/** A refusal: what the server says instead of taking it. */
export const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

/** A real mail server on loopback that keeps what it is given; `options` say whom it refuses. */
export async function openTestSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure === true || options.key !== undefined ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, session, callback) {
      void buffer(stream).then((bytes) => {
        const { mailFrom, rcptTo } = session.envelope;
        const user: unknown = session.user;
        const raw = bytes.toString('utf8');
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: typeof user === 'string' ? user : undefined,
          headers: headersOf(raw),
          raw,
        });
        callback();
      });
    },
    ...options,
  });
  // A client that hangs up is no fault of the server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function headersOf(raw: string): ReadonlyMap<string, string> {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
}

export interface MailPart {
  readonly head: string;
  readonly body: string;
  /** As the sender had it. */
  readonly bytes: Buffer;
}

/** The parts of a multipart mail, decoded: what parts within parts hold stands in their place. */
export const partsOf = ({ raw, headers }: ReceivedMail): readonly MailPart[] =>
  partsIn(headers.get('content-type') ?? '', raw);

/** The kinds of the parts of a mail, as they are nested. */
export const treeOf = ({ raw, headers }: ReceivedMail): string => treeIn(headers.get('content-type') ?? '', raw);

const boundaryOf = (head: string): string | undefined => /boundary="([^"]+)"/.exec(head)?.[1];

function split(boundary: string, raw: string): readonly { readonly head: string; readonly body: string }[] {
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const at = part.indexOf('\r\n\r\n');
      return { head: part.slice(0, at).replace(/\r\n[ \t]+/g, ' '), body: part.slice(at + 4) };
    });
}

function partsIn(given: string, raw: string): readonly MailPart[] {
  const boundary = boundaryOf(given);
  if (boundary === undefined) return [];
  return split(boundary, raw).flatMap(({ head, body }) => {
    if (boundaryOf(head) !== undefined) return partsIn(head, body);
    const bytes = bytesOf(head, body);
    return [{ head, bytes, body: bytes.toString('utf8') }];
  });
}

function treeIn(head: string, raw: string): string {
  const kind = /(?:multipart|text|image|application)\/[\w.+-]+/.exec(head)?.[0] ?? '';
  const boundary = boundaryOf(head);
  if (boundary === undefined) return kind;
  return `${kind}(${split(boundary, raw)
    .map((part) => treeIn(part.head, part.body))
    .join(' ')})`;
}

export const decoded = (head: string, body: string): string => bytesOf(head, body).toString('utf8');

function bytesOf(head: string, body: string): Buffer {
  if (/base64/i.test(head)) return Buffer.from(body, 'base64');
  if (!/quoted-printable/i.test(head)) return Buffer.from(body);
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** The text of a header that has letters beyond ASCII (RFC 2047). */
export const headerText = (header: string | undefined): string =>
  (header ?? '')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decoded('quoted-printable', text.replaceAll('_', ' ')),
    );

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
  /** File of the certificate: it is its own authority. */
  readonly file: string;
  remove(): void;
}

/** A certificate for 127.0.0.1 and localhost, made by openssl. */
export function testCertificate(): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'la-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1,DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  return {
    key: readFileSync(key, 'utf8'),
    cert: readFileSync(cert, 'utf8'),
    file: cert,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
