import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import type { Message } from '../../src/share/subscriptions/message.ts';
import { compose, messageIdOf } from '../../src/share/subscriptions/message.ts';
import type { SmtpServer } from '../../src/share/subscriptions/smtp.ts';
import { sendMail } from '../../src/share/subscriptions/smtp.ts';
import { mailAddress, subscriptionSchema } from '../../src/share/subscriptions/subscription.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { headerText, openTestSmtp, partsOf, refusal, testCertificate, treeOf } from '../support/smtp.ts';

/** Mails over a real mail server on loopback. */
const message: Message = {
  from: { name: 'Lizenzen GmbH & Söhne', address: 'reports@example.com' },
  to: 'ana@acme.example',
  subject: 'License usage of Ümlaut & Söhne AG: 16 Nov 2026 to 22 Nov 2026',
  text: 'Clients served: 5\n.\nA line with a dot alone must not end the mail.\n',
  html: '<p>Clients served: <b>5</b></p>\n<img src="cid:logo@report" alt="Lizenzen GmbH &amp; Söhne">\n',
  picture: undefined,
  attachments: [
    {
      filename: 'Ümlaut & Söhne 2026-11-16.csv',
      contentType: 'text/csv; charset=utf-8',
      bytes: Buffer.from('feature,peak\ncäd,3\n'),
    },
    {
      filename: '../../etc/passwd',
      contentType: 'application/pdf',
      bytes: Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 255]),
    },
  ],
  messageId: '<1@example.com>',
  date: new Date('2026-11-23T07:00:10Z'),
};
const envelope = { from: 'reports@example.com', to: 'ana@acme.example' };

let open: TestSmtp | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const at = (port: number, more: Partial<SmtpServer> = {}): SmtpServer => ({
  host: '127.0.0.1',
  port,
  secure: false,
  tls: 'none',
  ...more,
});

async function send(options: SMTPServerOptions = {}, more: Partial<SmtpServer> = {}, given: Message = message) {
  open = await openTestSmtp(options);
  return sendMail(at(open.port, more), { ...envelope, to: given.to }, await compose(given));
}

it('a mail arrives with its headers, its text and its attachments, in any script', async () => {
  expect(await send()).toMatchObject({ kind: 'sent' });
  const [mail] = open!.mails;
  expect(mail).toMatchObject({ from: 'reports@example.com', to: ['ana@acme.example'] });
  const { headers } = mail!;
  expect(headerText(headers.get('from'))).toMatch(/^"?Lizenzen GmbH & Söhne"? <reports@example\.com>$/);
  expect(headerText(headers.get('subject'))).toBe(message.subject);
  expect(headers.get('to')).toBe('ana@acme.example');
  expect(headers.get('message-id')).toBe('<1@example.com>');
  expect(headers.get('auto-submitted')).toBe('auto-generated');
  expect(headers.get('date')).toBe('Mon, 23 Nov 2026 07:00:10 +0000');
  const [text, html, csv, pdf] = partsOf(mail!);
  expect(text!.body.replaceAll('\r\n', '\n').trimEnd()).toBe(message.text.trimEnd());
  expect(html!.body.replaceAll('\r\n', '\n').trimEnd()).toBe(message.html.trimEnd());
  expect(csv!.body).toBe('feature,peak\ncäd,3\n');
  expect(decodeURIComponent(csv!.head.replace(/; filename\*\d\*?=/g, ''))).toContain('Ümlaut & Söhne 2026-11-16.csv');
  // A mail program must not save it anywhere else.
  expect(pdf!.head).toMatch(/filename="?_+\.*_*etc_passwd/);
  expect(pdf!.head).not.toContain('/etc');
});

it('text and HTML are one or the other; a picture belongs to the HTML and is no attachment', async () => {
  const plainly = 'multipart/alternative(text/plain text/html)';
  await send({}, {}, { ...message, attachments: [] });
  expect(treeOf(open!.mails[0]!)).toBe(plainly);
  await open!.close();
  await send();
  expect(treeOf(open!.mails[0]!)).toBe(`multipart/mixed(${plainly} text/csv application/pdf)`);
  await open!.close();
  const picture = {
    type: 'image/png',
    bytes: Buffer.from('89504e470d0a1a0aff00', 'hex'),
    width: 2,
    height: 1,
  } as const;
  await send({}, {}, { ...message, picture: { ...picture, cid: 'logo@report' } });
  const [mail] = open!.mails;
  expect(treeOf(mail!)).toBe(
    'multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) text/csv application/pdf)',
  );
  const [, , logo] = partsOf(mail!);
  expect(logo!.head).toMatch(/^Content-Id: <logo@report>$/im);
  expect(logo!.head).toMatch(/^Content-Disposition: inline; filename=logo\.png$/im);
  expect(logo!.bytes).toEqual(picture.bytes);
});

it.each([
  [
    '451 to the recipient',
    { onRcptTo: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(refusal(451, 'greylisted')) },
    'postponed',
  ],
  [
    '550 to the recipient',
    { onRcptTo: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(refusal(550, 'no such user')) },
    'refused',
  ],
  [
    '452 to the sender',
    { onMailFrom: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(refusal(452, 'disk full')) },
    'postponed',
  ],
  [
    '553 to the sender',
    { onMailFrom: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(refusal(553, 'not allowed')) },
    'refused',
  ],
  [
    '421 as a greeting',
    { onConnect: (_s: unknown, done: (e: Error) => void) => done(refusal(421, 'busy')) },
    'postponed',
  ],
  [
    '554 as a greeting',
    { onConnect: (_s: unknown, done: (e: Error) => void) => done(refusal(554, 'not you')) },
    'postponed',
  ],
] as const)('%s: %s', async (_, options, kind) => {
  const outcome = await send(options);
  expect(outcome.kind).toBe(kind);
  expect(outcome.note).toMatch(/\d{3}/);
  expect(open!.mails).toEqual([]);
});

it.each([
  [451, 'postponed'],
  [554, 'refused'],
] as const)('%d to the whole message: %s', async (code, kind) => {
  const outcome = await send({
    onData(stream, _session, callback) {
      stream.resume().on('end', () => callback(refusal(code, 'content')));
    },
  });
  expect(outcome.kind).toBe(kind);
});

it('a message larger than the server takes is refused, not tried again', async () => {
  expect((await send({ size: 500 })).kind).toBe('refused');
});

/** A mail server that hangs up at one line of the dialogue. */
async function hangsUp(when: 'connect' | 'mail' | 'message'): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (when === 'connect') {
      socket.destroy();
      return;
    }
    socket.write('220 test ESMTP\r\n');
    let inMessage = false;
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      if (inMessage) {
        if (text.endsWith('\r\n.\r\n')) socket.destroy();
      } else if (text.startsWith('EHLO')) socket.write('250 test\r\n');
      else if (text.startsWith('MAIL') && when === 'mail') socket.destroy();
      else if (text.startsWith('DATA')) {
        inMessage = true;
        socket.write('354 go on\r\n');
      } else socket.write('250 ok\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

it.each([
  ['connect', 'postponed'],
  ['mail', 'postponed'],
  // Nobody knows whether it had taken the mail by then.
  ['message', 'unknown'],
] as const)('a server that hangs up at %s: %s', async (when, kind) => {
  const { server, port } = await hangsUp(when);
  try {
    expect((await sendMail(at(port), envelope, await compose(message))).kind).toBe(kind);
  } finally {
    server.close();
  }
});

it('a mail server that is not there is tried again', async () => {
  const { server, port } = await hangsUp('connect');
  await new Promise((resolve) => server.close(resolve));
  expect(await sendMail(at(port), envelope, await compose(message))).toMatchObject({
    kind: 'postponed',
    note: expect.stringContaining('ECONNREFUSED') as string,
  });
});

describe('TLS', () => {
  const certificate = testCertificate();
  afterAll(() => certificate.remove());
  const { key, cert, file } = certificate;
  const login: SMTPServerOptions = {
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'reporter' && password === 'geheim' ? done(null, { user: username }) : done(refusal(535, 'wrong')),
  };

  it('smtp:// goes over to TLS before anything is said, and logs in', async () => {
    expect(
      await send({ key, cert, ...login }, { tls: 'required', ca: file, user: 'reporter', password: 'geheim' }),
    ).toMatchObject({ kind: 'sent' });
    expect(open!.mails).toMatchObject([{ secure: true, user: 'reporter' }]);
  });

  it('smtps:// is TLS from the first byte', async () => {
    expect(await send({ key, cert, secure: true }, { secure: true, ca: file })).toMatchObject({ kind: 'sent' });
    expect(open!.mails).toMatchObject([{ secure: true }]);
  });

  it('a server without TLS gets nothing where it is required', async () => {
    const outcome = await send({}, { tls: 'required' });
    expect([outcome.kind, open!.mails.length]).toEqual(['postponed', 0]);
    expect(outcome.note).toMatch(/STARTTLS/);
  });

  it('a certificate that nobody vouches for is not accepted', async () => {
    const outcome = await send({ key, cert }, { tls: 'required' });
    expect([outcome.kind, open!.mails.length]).toEqual(['postponed', 0]);
    expect(outcome.note).toMatch(/self-signed certificate/);
  });

  it('a wrong password is tried again: it may be put right meanwhile', async () => {
    const outcome = await send(
      { key, cert, ...login },
      { tls: 'required', ca: file, user: 'reporter', password: 'falsch' },
    );
    expect([outcome.kind, open!.mails.length]).toEqual(['postponed', 0]);
    expect(outcome.note).not.toContain('falsch');
  });

  it('a certificate file that is not there is told by its setting', async () => {
    expect((await send({ key, cert }, { tls: 'required', ca: '/nowhere/ca.pem' })).note).toMatch(
      /^mail\.ca cannot be read/,
    );
  });
});

describe('header injection', () => {
  it.each([
    'ana@acme.example\r\nBcc: eve@evil.example',
    'ana@acme.example\nX: y',
    'ana@acme.example, eve@evil.example',
    'ana@acme.example;eve@evil.example',
    'Eve <eve@evil.example>',
    '"a b"@acme.example',
    'ana@acme.example>\r\nRCPT TO:<eve@evil.example',
    'ana@acme.example ',
    'ana@@acme.example',
    'ana',
    'list:ana@acme.example;',
    'ana\u2028@acme.example',
    '',
  ])('the recipient %j is refused', (recipient) => {
    expect(mailAddress.safeParse(recipient).success).toBe(false);
  });

  it.each([
    'ana@acme.example',
    'ana+licenses@sub.acme.example',
    "o'brien@acme.example",
    'jürgen@bücher.example',
    '用户@例子.example',
  ])('the recipient %j is taken', (recipient) => {
    expect(mailAddress.safeParse(recipient).success).toBe(true);
  });

  it('an account or a subscription with a line break is refused', () => {
    const given = { name: 'weekly', account: 'acme', recipients: ['ana@acme.example'] };
    expect(subscriptionSchema.safeParse(given).success).toBe(true);
    for (const evil of ['acme\r\nBcc: eve@evil.example', 'acme\u2029x', 'a\u0000b', 'a\u001b[31m']) {
      expect(subscriptionSchema.safeParse({ ...given, account: evil }).success).toBe(false);
      expect(subscriptionSchema.safeParse({ ...given, name: evil }).success).toBe(false);
    }
  });

  it('whatever the subject and the file names hold, the mail has the same headers and one recipient', async () => {
    const evil = 'x\r\nBcc: eve@evil.example\r\n\r\n<script>';
    await send(
      {},
      {},
      {
        ...message,
        subject: evil,
        attachments: [{ ...message.attachments[0]!, filename: `${evil}".csv` }],
        from: { name: evil, address: 'reports@example.com' },
      },
    );
    const [mail] = open!.mails;
    expect([...mail!.headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-auto-response-suppress',
    ]);
    expect(mail!.to).toEqual(['ana@acme.example']);
    expect(partsOf(mail!)[2]!.head).not.toMatch(/^bcc/im);
  });
});

it('the same mail has the same Message-ID, another one another', () => {
  const delivery = {
    subscription: 'weekly',
    due: 1,
    recipient: 'ana@acme.example',
    test: false,
    state: 'sending',
    attempts: 1,
    next: 0,
    note: '',
    updated: 1,
  } as const;
  const id = messageIdOf(delivery, message.from);
  expect(id).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
  expect(messageIdOf({ ...delivery, attempts: 2, updated: 9 }, message.from)).toBe(id);
  for (const other of [{ due: 2 }, { recipient: 'bob@acme.example' }, { subscription: 'x' }, { test: true }]) {
    expect(messageIdOf({ ...delivery, ...other }, message.from)).not.toBe(id);
  }
});
