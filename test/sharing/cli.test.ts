import { runCli } from '../../src/cli/program.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { openTestSmtp } from '../support/smtp.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** Links and subscriptions by the command line, on a running server. */
let smtp: TestSmtp;
let server: SharingServer;
beforeAll(async () => {
  smtp = await openTestSmtp();
  server = await openSharingServer({
    mail: { smtp: `smtp://127.0.0.1:${smtp.port}`, from: 'reports@example.com', tls: 'none' },
  });
});
afterAll(async () => {
  process.exitCode = 0;
  await server.close();
  await smtp.close();
});

async function cli(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  process.exitCode = 0;
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    interactive: false,
    env: {},
    readStdin: () => Promise.resolve(''),
  };
  const code = await runCli([...args, '--api', server.url], io, { version: 'test', childEntry: '' });
  return { code, out, err };
}

it('a link is given out, listed when opened, and revoked by its id', async () => {
  const made = await cli('share', 'link', '--account', 'acme', '--expires', '2d', '--for', 'Ana');
  expect(made.code).toBe(0);
  // Standard output is the whole address, to be sent as it is.
  const address = new URL(made.out.trim());
  expect(address.origin).toBe(server.url);
  expect(address.pathname).toMatch(/^\/s\/[A-Za-z0-9_-]{43}$/);
  expect((await fetch(address)).status).toBe(200);
  const [link] = JSON.parse((await cli('share', 'list', '--format', 'json')).out) as Record<string, string>[];
  expect(link).toMatchObject({ account: 'acme', kind: 'link', opened: '1' });
  expect(made.err).toContain(`share revoke ${link?.['key'] ?? 'nothing'}`);
  expect(await cli('share', 'revoke', link?.['key'] ?? '')).toMatchObject({
    code: 0,
    err: 'The link to "acme" is revoked.\n',
  });
  expect((await fetch(address)).status).toBe(404);
  expect((await cli('share', 'list')).out).toContain('link, revoked');
  expect((await cli('share', 'revoke', link?.['key'] ?? '')).code).toBe(1);
});

it('a link is revoked by its address', async () => {
  const address = (await cli('share', 'link', '--account', 'acme', '--expires', '2d')).out.trim();
  expect(await cli('share', 'revoke', address)).toMatchObject({ code: 0, err: 'The link to "acme" is revoked.\n' });
  expect((await fetch(address)).status).toBe(404);
});

it('a link to an account that is not known is refused with what to do', async () => {
  const { code, err } = await cli('share', 'link', '--account', 'acmee');
  expect([code, err]).toEqual([1, expect.stringContaining('No use of an account "acmee" is known')]);
});

it('a subscription is added, listed, tested, logged and removed', async () => {
  expect(
    await cli(
      'subscribe',
      'add',
      'weekly',
      '--account',
      'acme',
      '--to',
      'ana@acme.example',
      '--outlets',
      'xlsx,csv',
      '--range',
      '2026-03-02..2026-03-03',
    ),
  ).toMatchObject({ code: 0 });
  expect(JSON.parse((await cli('subscribe', 'list', '--format', 'json')).out)).toMatchObject([
    { name: 'weekly', account: 'acme', outlets: 'xlsx, csv', recipients: 'ana@acme.example', origin: 'command' },
  ]);
  expect(await cli('subscribe', 'test', 'weekly', '--to', 'me@example.com')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^sent: 250/) as string,
  });
  expect(smtp.mails).toMatchObject([{ to: ['me@example.com'] }]);
  expect(smtp.mails[0]?.raw).toContain('.xlsx');
  expect(JSON.parse((await cli('subscribe', 'log', 'weekly', '--format', 'json')).out)).toMatchObject([
    { subscription: 'weekly', recipient: 'me@example.com', state: 'sent', test: 'test' },
  ]);
  expect((await cli('subscribe', 'remove', 'weekly')).code).toBe(0);
  expect((await cli('subscribe', 'list')).out).toBe('(nothing)\n');
  expect(await cli('subscribe', 'remove', 'weekly')).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no subscription "weekly"') as string,
  });
});

it.each([
  ['a wrong address', ['--to', 'a b@c.example'], 'recipients.0: expected one mail address'],
  ['a wrong outlet', ['--to', 'a@b.example', '--outlets', 'fax'], 'outlets.0'],
  ['a wrong schedule', ['--to', 'a@b.example', '--schedule', 'weekly'], 'schedule: expected five cron fields'],
])('%s is a mistake of the command line', async (_, options, message) => {
  const { code, err } = await cli('subscribe', 'add', 'x', '--account', 'acme', ...options);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it('a test that the mail server refuses fails the command', async () => {
  await cli('subscribe', 'add', 'gone', '--account', 'acme', '--to', 'ana@acme.example', '--outlets', 'csv');
  const mailing = smtp;
  await mailing.close();
  expect(await cli('subscribe', 'test', 'gone', '--to', 'me@example.com')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^failed: .*ECONNREFUSED/) as string,
  });
  smtp = await openTestSmtp();
});
