import type { Ran } from '../support/run-cli.ts';
import { runCommand } from '../support/run-cli.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { openTestSmtp } from '../support/smtp.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** Links and subscriptions by the command line, on a running server. */
let smtp: TestSmtp;
let server: SharingServer;
beforeAll(async () => {
  smtp = await openTestSmtp();
  server = await openSharingServer(config());
});
afterAll(async () => {
  process.exitCode = 0;
  await server.close();
  await smtp.close();
});

const config = () => ({
  mail: { smtp: `smtp://127.0.0.1:${smtp.port}`, from: 'reports@example.com', tls: 'none' },
});

const cli = (...args: readonly string[]): Promise<Ran> => {
  process.exitCode = 0;
  return runCommand([...args, '--api', server.url]);
};

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
  expect((await cli('share', 'list')).out).toMatch(/link, revoked +\d.*Ana +local +numbered/);
  expect((await cli('share', 'revoke', link?.['key'] ?? '')).code).toBe(1);
});

it('a link is revoked by its address', async () => {
  const address = (await cli('share', 'link', '--account', 'acme', '--expires', '2d')).out.trim();
  expect(await cli('share', 'revoke', address)).toMatchObject({ code: 0, err: 'The link to "acme" is revoked.\n' });
  expect((await fetch(address)).status).toBe(404);
});

it('a link to an account that is not known is refused with what to do', async () => {
  const { code, err } = await cli('share', 'link', '--account', 'acmee');
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('No account "acmee" is known, or the token may not see it.'),
  ]);
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

describe('a mistake of the command line names the option, what it should be, and what was found', () => {
  it.each([
    [['--to', 'me'], '--to: expected up to 100 mail addresses, separated by commas, such as ana@acme.example'],
    [['--to', 'me'], 'found "me". Correct it'],
    [
      ['--outlets', 'pdf,doc'],
      '--outlets: expected some of html, pdf, xlsx, csv, link, separated by commas; found "doc".',
    ],
    [['--schedule', 'weekly'], '--schedule: expected five cron fields (minute hour day month weekday)'],
    [
      ['--range', 'last-week'],
      '--range: expected lastWeek, lastMonth, or FROM..TO with FROM before TO, such as now-7d/d..now/d',
    ],
    [['--range', 'last-week'], 'found "last-week". Correct it'],
    [['--range', 'now..now-7d'], 'found "now..now-7d". Correct it'],
    [['--timezone', 'Berlin'], '--timezone: expected an IANA time zone such as UTC or Europe/Berlin; found "Berlin".'],
  ])('subscribe add %j', async (options, message) => {
    const { code, err } = await cli('subscribe', 'add', 'x', '--account', 'acme', '--to', 'a@b.example', ...options);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toMatch(/recipients\.0|outlets\.\d|Invalid/);
  });

  it.each([
    [
      ['link', '--expires', 'soon'],
      '--expires: expected how long from now on (12h, 30d, 8w, 3M, 1y) or a later time (2027-01-31), found "soon". Correct it.',
    ],
    [['link', '--expires', '20y'], '--expires: expected at most 366 days from now on'],
    [
      ['html', '--from', 'yesterday'],
      '--from: expected an ISO time (2026-01-31T08:00:00Z), epoch milliseconds or a relative time',
    ],
    [['html', '--from', 'now', '--to', 'now-1d'], '--from, --to: expected "from" before "to"'],
    [
      ['html', '--timezone', 'Berlin'],
      '--timezone: expected an IANA time zone such as UTC or Europe/Berlin, found "Berlin". Correct it.',
    ],
  ])('share %j', async ([command = '', ...options], message) => {
    const { code, err } = await cli('share', command, '--account', 'acme', ...options);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toContain('question');
  });

  it.each([
    [{ recipients: ['me'] }, 'recipients.0: expected one mail address such as ana@acme.example, found "me".'],
    [
      { range: 'last-week' },
      'range: expected lastWeek, lastMonth, or from and to such as {"from": "now-7d/d", "to": "now/d"}, found "last-week".',
    ],
    [{ outlets: ['pdf', 'doc'] }, 'outlets.1: expected one of html, pdf, xlsx, csv, link, found "doc".'],
  ])('over HTTP its field: %j', async (json, message) => {
    const { status, body } = await server.api('POST', 'subscriptions', {
      json: { name: 'x', account: 'acme', recipients: ['a@b.example'], ...json },
    });
    expect([status, body.error]).toEqual([400, message]);
  });
});

it('the list says what a link is for, who made it and whether users are named, and is short enough to read', async () => {
  const made = await cli('share', 'link', '--account', 'acme', '--for', 'review with Ana', '--show-users');
  const rows = JSON.parse((await cli('share', 'list', '--format', 'json')).out) as Record<string, string>[];
  expect(rows.at(-1)).toMatchObject({
    for: 'review with Ana',
    by: 'local',
    users: 'named',
    lastAddress: '',
    created: expect.stringMatching(/T[\d:]+\.\d{3}Z$/) as string,
  });
  const table = (await cli('share', 'list')).out;
  expect(table).toMatch(/for +by +users/);
  expect(table).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\dZ.*review with Ana +local +named/);
  expect(table).not.toContain('lastAddress');
  expect(made.code).toBe(0);
});

it('removing a subscription says how many mailed links are revoked', async () => {
  await server.restartWith({ ...config(), links: { baseUrl: server.url } });
  await cli('subscribe', 'add', 'linked', '--account', 'acme', '--to', 'ana@acme.example', '--outlets', 'link');
  expect((await cli('subscribe', 'test', 'linked', '--to', 'me@example.com')).code).toBe(0);
  expect(await cli('subscribe', 'remove', 'linked')).toMatchObject({
    code: 0,
    err: 'Subscription "linked" is removed; a link that it had mailed is revoked.\n',
  });
});

it('a subscription where no mail server is configured is added with a note, and doctor tells of it', async () => {
  await server.restartWith({});
  const added = await cli('subscribe', 'add', 'unsent', '--account', 'acme', '--to', 'ana@acme.example');
  expect(added.code).toBe(0);
  expect(added.err).toContain('note: No mail server is configured where it was added, so nothing is sent from there.');
  expect((await cli('doctor')).out).toMatch(/Subscriptions: 1 is there, but this server has no mail server to send by/);
  await cli('subscribe', 'remove', 'unsent');
  await server.restartWith(config());
});

it('doctor tells of a configured subscription to an account that nobody knows', async () => {
  const misspelt = { name: 'misspelt', account: 'acmee', recipients: ['ana@acme.example'] };
  await server.restartWith({ ...config(), subscriptions: [misspelt] });
  await server.service.adoptConfigured();
  expect((await cli('doctor')).out).toContain(
    '"misspelt" is about the account "acmee", of which nothing is known: its reports are not sent',
  );
  await server.restartWith(config());
  await server.service.adoptConfigured();
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
