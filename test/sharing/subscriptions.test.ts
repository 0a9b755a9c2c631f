import { createDeliveryWorker } from '../../src/server/delivery/worker.ts';
import type { DeliveryInfo, SubscriptionInfo } from '../../src/server/delivery/delivering.ts';
import { vendorTexts } from './vendor-texts.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { headerText, openTestSmtp, partsOf, refusal } from '../support/smtp.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** From the configuration to the mail in the box: the real store, the real engine, a real mail server. */
let smtp: TestSmtp;
let server: SharingServer;
let refuse: (() => Error) | undefined;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const owner = { caller: { name: 'local', level: 'admin' as const, accounts: 'all' as const } };

/** The day of the fixture, and Mondays at 7:00 on the clocks of Berlin. */
const weekly = {
  name: 'acme-weekly',
  account: 'acme',
  outlets: ['csv', 'link'],
  schedule: '0 7 * * 1',
  timezone: 'Europe/Berlin',
  range: { from: '2026-03-02', to: '2026-03-03' },
  recipients: ['ana@acme.example', 'jürgen@acme.example'],
};

beforeAll(async () => {
  smtp = await openTestSmtp({
    onRcptTo: (_address, _session, done) => {
      const why = refuse?.();
      if (why === undefined) done();
      else done(why);
    },
  });
  server = await openSharingServer({
    links: { baseUrl: 'https://licenses.example.com' },
    mail: { smtp: `smtp://127.0.0.1:${smtp.port}`, from: 'License Analytics <reports@example.com>', tls: 'none' },
    subscriptions: [weekly],
  });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

/** A worker as the server has one, from a start of its own. */
const startWorker = () => {
  const { mailing, adoptConfigured } = server.service;
  return createDeliveryWorker({
    mailing: mailing!,
    adoptConfigured,
    logger: silent,
    signal: new AbortController().signal,
  });
};
const log = async (): Promise<readonly DeliveryInfo[]> =>
  (await server.api('GET', 'deliveries?limit=1000')).body.deliveries;
const subscriptions = async (): Promise<readonly SubscriptionInfo[]> =>
  (await server.api('GET', 'subscriptions')).body.subscriptions;

/** Moves the clock to a moment after the subscription comes due next. */
async function goTo(name: string, after: number): Promise<string> {
  const next = (await subscriptions()).find((one) => one.name === name)!.next;
  server.clock.ahead = Date.parse(next) + after - Date.now();
  return next;
}

it('a configured subscription is mailed when it is due, once to each recipient, also by the server that starts next', async () => {
  await startWorker().look();
  expect(await subscriptions()).toMatchObject([
    { name: 'acme-weekly', origin: 'configuration', timezone: 'Europe/Berlin' },
  ]);
  expect(smtp.mails).toEqual([]);
  const due = await goTo('acme-weekly', 10_000);
  expect(new Date(due).getUTCDay()).toBe(1);
  const worker = startWorker();
  await worker.look();
  await worker.look();
  await startWorker().look();
  expect(smtp.mails.map(({ to }) => to)).toEqual([['ana@acme.example'], ['jürgen@acme.example']]);
  expect(await log()).toMatchObject([
    { due, recipient: 'ana@acme.example', state: 'sent', attempts: 1 },
    { due, recipient: 'jürgen@acme.example', state: 'sent', attempts: 1 },
  ]);
  expect(worker.state()).toMatchObject({ subscriptions: 1, sent: 2, failed: 0, waiting: 0, error: '' });
});

it('the mail says what happened, before and now, and what can be done; nothing of another account, and no sales texts', async () => {
  const [mail] = smtp.mails;
  expect(headerText(mail!.headers.get('subject'))).toBe('License usage of acme: 2 Mar 2026');
  const [text, csv] = partsOf(mail!);
  const lines = text!.body.replaceAll('\r\n', '\n');
  expect(lines).toMatch(/Highest usage of what was bought +100 % \(cad\) +before: 0 % \(cad\)/);
  expect(lines).toMatch(/Clients served +4 +before: 0/);
  expect(lines).toMatch(/Denials +2 +before: 0/);
  expect(lines).toMatch(/Next expiry +in 304 days \(cad\)/);
  expect(lines).toContain('Attached: license-usage-acme-2026-03-02-2026-03-02.csv');
  expect(csv!.head).toContain('license-usage-acme-2026-03-02-2026-03-02.csv');
  // 3 of 3 in use at once, for the feature that acme bought 3 of.
  expect(csv!.body.split(/\r?\n/).find((line) => line.includes('cad'))).toMatch(/\b100\b.*\b3\b/);
  const all = [mail!.raw, ...partsOf(mail!).map(({ body }) => body)].join('\n');
  expect(all).not.toMatch(/umbrella|tvirus|hive|wesker/i);
  for (const words of vendorTexts()) expect(all).not.toContain(words);
});

it('the link in each mail is its own, and opens without a token', async () => {
  const links = smtp.mails.map(
    (mail) => /https:\/\/licenses\.example\.com(\/s\/\S+)/.exec(partsOf(mail)[0]!.body)?.[1] ?? '',
  );
  expect(new Set(links).size).toBe(2);
  for (const path of links) expect((await fetch(server.url + path)).status).toBe(200);
  expect((await server.service.links(owner)).map(({ purpose, opened, state }) => [purpose, opened, state])).toEqual([
    ['subscription acme-weekly, ana@acme.example', 1, 'open'],
    ['subscription acme-weekly, jürgen@acme.example', 1, 'open'],
  ]);
});

it('a refusal for now is tried again later and leaves no link behind', async () => {
  smtp.mails.length = 0;
  await goTo('acme-weekly', 10_000);
  const worker = startWorker();
  refuse = () => refusal(451, 'greylisted');
  await worker.look();
  expect((await log()).slice(0, 2)).toMatchObject([
    { state: 'waiting', attempts: 1, note: expect.stringContaining('greylisted') as string },
    { state: 'waiting', attempts: 1 },
  ]);
  expect((await server.service.links(owner)).map(({ state }) => state)).toEqual(['open', 'open', 'revoked', 'revoked']);
  refuse = undefined;
  await worker.look();
  expect(smtp.mails).toEqual([]);
  server.clock.ahead += 61_000;
  await worker.look();
  expect(smtp.mails).toHaveLength(2);
  expect((await log()).slice(0, 2)).toMatchObject([
    { state: 'sent', attempts: 2 },
    { state: 'sent', attempts: 2 },
  ]);
});

it('a refusal for good is not tried again', async () => {
  smtp.mails.length = 0;
  await goTo('acme-weekly', 10_000);
  refuse = () => refusal(550, 'no such user');
  const worker = startWorker();
  await worker.look();
  refuse = undefined;
  server.clock.ahead += 3_600_000;
  await worker.look();
  expect(smtp.mails).toEqual([]);
  expect((await log())[0]).toMatchObject({
    state: 'failed',
    attempts: 1,
    next: '',
    note: expect.stringContaining('no such user') as string,
  });
  expect(worker.state()).toMatchObject({ failed: 2, sent: 0 });
});

it('one that came due while no server ran is sent within its grace time, else skipped', async () => {
  smtp.mails.length = 0;
  const first = await goTo('acme-weekly', 15 * 86_400_000);
  await startWorker().look();
  expect(smtp.mails).toEqual([]);
  const skipped = (await log()).filter(({ state }) => state === 'skipped');
  expect(skipped).toHaveLength(6);
  expect(skipped.at(-1)?.due).toBe(first);
});

describe('by the command line and the HTTP API', () => {
  const daily = {
    ...weekly,
    name: 'daily',
    outlets: ['html'],
    schedule: '0 6 * * *',
    recipients: ['ops@acme.example'],
  };
  const add = (json: object) => server.api('POST', 'subscriptions', { json });

  it('one can be added, tested and removed', async () => {
    smtp.mails.length = 0;
    expect((await add(daily)).status).toBe(200);
    const test = await server.api('POST', 'subscriptions/daily/test', { json: { to: 'me@example.com' } });
    expect(test.body).toMatchObject({ state: 'sent', recipient: 'me@example.com', test: true });
    expect(smtp.mails.map(({ to }) => to)).toEqual([['me@example.com']]);
    expect(headerText(smtp.mails[0]!.headers.get('subject'))).toMatch(/^\[Test\] License usage of acme/);
    const [, page] = partsOf(smtp.mails[0]!);
    expect(page!.head).toContain('license-usage-acme-2026-03-02-2026-03-02.html');
    expect(page!.body).toContain('Used against bought');
    // A test is no run: the next one is sent all the same.
    await goTo('daily', 10_000);
    await startWorker().look();
    expect(smtp.mails.map(({ to }) => to[0])).toContain('ops@acme.example');
    expect((await server.api('DELETE', 'subscriptions/daily')).status).toBe(200);
    expect((await subscriptions()).map(({ name }) => name)).toEqual(['acme-weekly']);
    smtp.mails.length = 0;
    server.clock.ahead += 86_400_000;
    await startWorker().look();
    expect(smtp.mails.flatMap(({ to }) => to)).not.toContain('ops@acme.example');
  });

  it.each([
    ['a name that is taken', weekly, 409, 'subscription_exists'],
    ['an account that is not known', { ...daily, account: 'acmee' }, 404, 'unknown_account'],
    ['a schedule that never comes due', { ...daily, schedule: '0 0 31 2 *' }, 400, 'invalid_request'],
    ['six fields', { ...daily, schedule: '* * * * * *' }, 400, 'invalid_request'],
    ['an end before its start', { ...daily, range: { from: 'now', to: 'now-1d' } }, 400, 'invalid_request'],
    ['two addresses in one', { ...daily, recipients: ['a@b.example, c@d.example'] }, 400, 'invalid_request'],
  ])('not with %s', async (_, json, status, code) => {
    const answer = await add(json);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('one of the configuration file is not removed by a command', async () => {
    const answer = await server.api('DELETE', 'subscriptions/acme-weekly');
    expect([answer.status, answer.body.code]).toEqual([409, 'subscription_configured']);
  });

  it('a test that fails is told at once, and logged', async () => {
    refuse = () => refusal(451, 'later');
    const test = await server.api('POST', 'subscriptions/acme-weekly/test', {
      json: { to: 'me@example.com' },
    });
    refuse = undefined;
    expect(test.body).toMatchObject({ state: 'failed', note: expect.stringContaining('later') as string });
    const evil = await server.api('POST', 'subscriptions/acme-weekly/test', {
      json: { to: 'me@example.com\r\nBcc: eve@evil.example' },
    });
    expect([evil.status, evil.body.code]).toEqual([400, 'invalid_request']);
  });

  it('a token that is limited to an account, or may only read, has no say in it', async () => {
    const limited = await server.service.createToken({ name: 'limited', scope: 'admin', accounts: ['acme'] }, owner);
    const reader = await server.service.createToken({ name: 'reader', scope: 'read', accounts: [] }, owner);
    for (const { token } of [limited, reader]) {
      for (const [method, path, json] of [
        ['GET', 'subscriptions', undefined],
        ['GET', 'deliveries', undefined],
        ['POST', 'subscriptions', { ...daily, name: 'evil' }],
        ['POST', 'subscriptions/acme-weekly/test', { to: 'eve@evil.example' }],
        ['DELETE', 'subscriptions/acme-weekly', undefined],
      ] as const) {
        expect((await server.api(method, path, { token, ...(json !== undefined && { json }) })).status).toBe(403);
      }
    }
  });
});
