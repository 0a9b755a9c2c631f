import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kilnLogo } from '../support/logo.ts';
import { plain } from '../../src/share/render/given.test-helper.ts';
import { createDeliveryWorker } from '../../src/server/delivery/worker.ts';
import type { DeliveryInfo, SubscriptionInfo } from '../../src/server/delivery/delivering.ts';
import { vendorTexts } from './vendor-texts.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { headerText, openTestSmtp, partsOf, refusal, treeOf } from '../support/smtp.ts';
import type { SharingServer } from './given.ts';
import { lastDay, openSharingServer } from './given.ts';

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

/** On the clock of the server, UTC. */
const today = (): string => new Date(Date.now() + server.clock.ahead).toISOString().slice(0, 10);
/** Addresses that stand in mails, as paths of the server. */
const pathsIn = (mails: readonly TestSmtp['mails'][number][]): readonly string[] =>
  mails.map((mail) => /https:\/\/licenses\.example\.com(\/s\/\S+)/.exec(partsOf(mail)[0]!.body)?.[1] ?? '');

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
  const [text, html, csv] = partsOf(mail!);
  const lines = text!.body.replaceAll('\r\n', '\n');
  expect(lines).toMatch(/\ncad is used most: [\d.,]+ license-hours.*, at most 3 of 3 at once \(100 %\)\.\n/);
  expect(lines).toMatch(/\n\S+(?: is short)?: .*(?:went without|h at 95 % or more)/);
  expect(lines).toMatch(/Clients served +4 +before: 0/);
  expect(lines).toMatch(/Denials +3 +before: 0/);
  // Counted from the day that it was made, not from the end of the days that it is about.
  const days = (Date.parse(lastDay) - Date.parse(today())) / 86_400_000;
  expect(lines).toContain(`\ncad ends next: on ${lastDay}, in ${days} days.\n`);
  expect(lines).toContain('Attached: license-usage-acme-2026-03-02-2026-03-02.csv');
  expect(csv!.head).toContain('license-usage-acme-2026-03-02-2026-03-02.csv');
  // 3 of 3 in use at once, for the feature that acme bought 3 of.
  expect(csv!.body.split(/\r?\n/).find((line) => line.includes('cad'))).toMatch(/\b100\b.*\b3\b/);
  // The HTML says the same, to the same address.
  const [path] = pathsIn([mail!]);
  expect(html!.body).toContain(`href="https://licenses.example.com${path!.replaceAll('&', '&amp;')}"`);
  expect(plain(html!.body)).toMatch(/ Denials 3 0 /);
  expect(plain(html!.body)).toContain(` cad ends next: on ${lastDay}, in ${days} days. `);
  const all = [mail!.raw, ...partsOf(mail!).map(({ body }) => body)].join('\n');
  expect(all).not.toMatch(/umbrella|tvirus|hive|wesker/i);
  for (const words of vendorTexts()) expect(all).not.toContain(words);
});

it('the table that is attached holds every row, however many features the customer has', async () => {
  const features = Array.from({ length: 1200 }, (_, i) => `feature_${i}`);
  const lines = features.map(
    (name) => ` 9:00:00 (acmed) OUT: "${name}" ana@ws1\n 9:10:00 (acmed) IN: "${name}" ana@ws1\n`,
  );
  const log = ` 8:00:00 (lmgrd) FlexNet Licensing (v11.16.2.0) started on lic07 (linux) (3/2/2026)\n${lines.join('')}`;
  await fetch(`${server.url}/api/v1/ingest?file=wide.log&account=wide&server=lic07`, { method: 'POST', body: log });
  await server.api('POST', 'subscriptions', { json: { ...weekly, name: 'wide', account: 'wide', outlets: ['csv'] } });
  await server.api('POST', 'subscriptions/wide/test', { json: { to: 'me@example.com' } });
  const rows = new Set(
    partsOf(smtp.mails.pop()!)[2]!
      .body.split('\r\n')
      .map((row) => row.split(',')[0]),
  );
  expect(features.filter((name) => !rows.has(name))).toEqual([]);
  await server.api('DELETE', 'subscriptions/wide');
});

it('the link in each mail is its own, and opens without a token', async () => {
  const links = pathsIn(smtp.mails);
  expect(new Set(links).size).toBe(2);
  for (const path of links) expect((await fetch(server.url + path)).status).toBe(200);
  expect((await server.service.links(owner)).map(({ purpose, opened, state }) => [purpose, opened, state])).toEqual([
    ['subscription acme-weekly, ana@acme.example', 1, 'open'],
    ['subscription acme-weekly, jürgen@acme.example', 1, 'open'],
  ]);
});

it('the page behind the link in a mail shows what the mail says, on its clocks, days to expiry included', async () => {
  const [path = ''] = pathsIn(smtp.mails);
  expect(path).toMatch(/\?from=2026-03-01T23:00:00Z&to=2026-03-02T23:00:00Z&timezone=Europe\/Berlin$/);
  const text = (await (await fetch(server.url + path)).text()).replace(/\s+/g, ' ');
  expect(text).toContain('2026-03-02 00:00 to 2026-03-03 00:00 (Europe/Berlin)');
  const figureOf = (title: string): string =>
    new RegExp(`${title}</h2>.*?class="figure"[^>]*>(.*?)</p>`)
      .exec(text)?.[1]
      ?.replace(/<[^>]+>/g, '')
      .trim() ?? 'none';
  const mail = partsOf(smtp.mails[0]!)[0]!.body.replaceAll('\r\n', '\n');
  const mailed = (pattern: RegExp): string => pattern.exec(mail)?.[1] ?? 'not mailed';
  expect(figureOf('Denials')).toBe(mailed(/Denials +(\d+)/));
  expect(figureOf('Days to the next expiry')).toBe(`${mailed(/in (\d+) days/)} d`);
  expect(text).toContain(`Days to expiry are counted from ${today()}, when this report was made.`);
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
    const [, , page] = partsOf(smtp.mails[0]!);
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

  it('removing one revokes the links that it mailed, and says how many; other links stay', async () => {
    smtp.mails.length = 0;
    const mailing = {
      ...daily,
      name: 'linked',
      outlets: ['csv', 'link'],
      recipients: ['ops@acme.example', 'ana@acme.example'],
    };
    const others = { ...mailing, name: 'linked, too', recipients: ['ops@acme.example'] };
    const byHand = await server.service.createLink(
      { account: 'acme', expires: '300d', purpose: 'subscription linked, ana@acme.example' },
      { caller: { ...owner.caller, name: 'subscription' } },
    );
    for (const one of [mailing, others]) expect((await add(one)).status).toBe(200);
    await goTo('linked', 10_000);
    await startWorker().look();
    const mailsOf = (name: string) =>
      smtp.mails.filter((mail) => partsOf(mail)[0]!.body.includes(`subscription "${name}"`));
    const [own, foreign] = [pathsIn(mailsOf('linked')), pathsIn(mailsOf('linked, too'))];
    expect([own.length, foreign.length]).toEqual([2, 1]);
    const removed = await server.api('DELETE', 'subscriptions/linked');
    expect([removed.status, removed.body.revokedLinks]).toEqual([200, 2]);
    for (const path of own) expect((await fetch(server.url + path)).status).toBe(404);
    for (const path of [...foreign, `${byHand.path}?from=2026-03-02&to=2026-03-03`])
      expect((await fetch(server.url + path)).status).toBe(200);
    expect((await server.api('DELETE', `subscriptions/${encodeURIComponent('linked, too')}`)).body.revokedLinks).toBe(
      1,
    );
  });

  it('a link in a mail shows 400 days at most, so no longer report has one', async () => {
    const range = { from: 'now-3y', to: 'now' };
    const refused = await add({ ...daily, name: 'long', outlets: ['link'], range });
    expect([refused.status, refused.body.error]).toEqual([
      400,
      'range: expected at most 400 days where a link is mailed, found more.',
    ]);
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
});

it("a mail in the vendor's name has its logo in it, and nothing from elsewhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'la-logo-'));
  const logo = join(folder, 'logo.png');
  writeFileSync(logo, kilnLogo);
  const mail = { smtp: `smtp://127.0.0.1:${smtp.port}`, from: 'reports@example.com', tls: 'none' };
  const branding = { name: 'Kiln & Co', logo, colour: '#ffee00', contact: 'licensing@kiln.example' };
  await server.restartWith({
    links: { baseUrl: 'https://licenses.example.com' },
    mail,
    subscriptions: [weekly],
    branding,
  });
  rmSync(folder, { recursive: true });
  await startWorker().look();
  smtp.mails.length = 0;
  await server.api('POST', 'subscriptions/acme-weekly/test', { json: { to: 'me@example.com' } });
  const [received] = smtp.mails;
  expect(treeOf(received!)).toBe(
    'multipart/mixed(multipart/alternative(text/plain multipart/related(text/html image/png)) text/csv)',
  );
  const [text, html, picture] = partsOf(received!);
  expect(picture!.head).toMatch(/^Content-Id: <logo@report>$/im);
  expect(picture!.bytes).toEqual(kilnLogo);
  // 400 × 100 pixels in a box of 192 × 42.
  expect(html!.body.replace(/\s+/g, ' ')).toContain(
    '<img src="cid:logo@report" width="168" height="42" alt="Kiln &amp; Co"',
  );
  expect(html!.body).toContain('border-top:4px solid #ffee00');
  expect(html!.body).toContain('Contact: licensing@kiln.example');
  for (const part of [text!, html!]) expect(part.body).not.toContain('License Analytics');
  expect(html!.body.match(/(?:src|href|url)\s*[=(]\s*"?[^"\s]*/g)).toEqual([
    'src="cid:logo@report',
    expect.stringMatching(/^href="https:\/\/licenses\.example\.com\/s\//),
  ]);
});

describe('what the configuration says at the next start', () => {
  const links = { baseUrl: 'https://licenses.example.com' };
  const startedWith = async (subscriptions: readonly object[]) => {
    const mail = { smtp: `smtp://127.0.0.1:${smtp.port}`, from: 'reports@example.com', tls: 'none' };
    await server.restartWith({ links, mail, subscriptions });
    const worker = startWorker();
    await worker.look();
    return worker;
  };
  const states = async (purpose: RegExp): Promise<readonly string[]> =>
    (await server.service.links(owner)).filter((link) => purpose.test(link.purpose)).map(({ state }) => state);

  it('a recipient that it no longer has loses the links, the others keep theirs', async () => {
    await goTo('acme-weekly', 10_000);
    await startWorker().look();
    expect(await states(/acme-weekly, jürgen/)).toContain('open');
    await startedWith([{ ...weekly, recipients: ['ana@acme.example'] }]);
    expect(await states(/acme-weekly, jürgen/)).not.toContain('open');
    expect(await states(/acme-weekly, ana/)).toContain('open');
  });

  it('one that it no longer has loses all its links', async () => {
    expect(await states(/acme-weekly/)).toContain('open');
    await startedWith([]);
    expect(await states(/acme-weekly/)).not.toContain('open');
    expect((await subscriptions()).map(({ name }) => name)).not.toContain('acme-weekly');
  });

  it('one that has the name of another made by command is left out, and told; the other goes on', async () => {
    const mine = { ...weekly, name: 'mine', outlets: ['html'], recipients: ['ops@acme.example'] };
    expect((await server.api('POST', 'subscriptions', { json: mine })).status).toBe(200);
    const theirs = { ...mine, recipients: ['other@acme.example'] };
    expect((await startedWith([theirs])).state()).toMatchObject({ refused: ['mine'], error: '' });
    await startedWith([]);
    expect(await subscriptions()).toMatchObject([
      { name: 'mine', origin: 'command', recipients: ['ops@acme.example'] },
    ]);
  });

  it('an account that nobody knows gets no empty report: the mail waits, and says why', async () => {
    smtp.mails.length = 0;
    const misspelt = { ...weekly, name: 'misspelt', account: 'acmee', outlets: ['html'] };
    const worker = await startedWith([misspelt]);
    await goTo('misspelt', 10_000);
    await worker.look();
    expect(smtp.mails.map(({ to }) => to[0])).not.toContain('ana@acme.example');
    expect((await log()).find(({ subscription }) => subscription === 'misspelt')).toMatchObject({
      state: 'waiting',
      attempts: 1,
      note: expect.stringContaining('No account "acmee" is known') as string,
    });
  });
});

it('a token that is limited to an account, or may only read, has no say in it', async () => {
  const limited = await server.service.createToken({ name: 'limited', scope: 'admin', accounts: ['acme'] }, owner);
  const reader = await server.service.createToken({ name: 'reader', scope: 'read', accounts: [] }, owner);
  for (const { token } of [limited, reader]) {
    for (const [method, path, json] of [
      ['GET', 'subscriptions', undefined],
      ['GET', 'deliveries', undefined],
      ['POST', 'subscriptions', { ...weekly, name: 'evil' }],
      ['POST', 'subscriptions/acme-weekly/test', { to: 'eve@evil.example' }],
      ['DELETE', 'subscriptions/acme-weekly', undefined],
    ] as const) {
      expect((await server.api(method, path, { token, ...(json !== undefined && { json }) })).status).toBe(403);
    }
  }
});
