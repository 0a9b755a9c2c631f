import type { Browser, Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../pages/browser.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** What is shared from the customer's page, by whom, and what whoever gets it can do. The vendor has a name of its own. */
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="19"/></svg>';
const times = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z', timezone: 'UTC' };
const query = new URLSearchParams(times).toString();
const others = /umbrella|tvirus|hive|wesker/i;

let folder: string;
let server: SharingServer;
let browser: Browser;
const tokens = { admin: '', writer: '', reader: '' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'la-brand-'));
  writeFileSync(join(folder, 'logo.svg'), picture);
  server = await openSharingServer({
    branding: { name: 'Kiln & Co', logo: join(folder, 'logo.svg'), colour: '#0b5cad', contact: 'help@kiln.example' },
    // Nothing is sent here: it comes due on Mondays.
    mail: { smtp: 'smtp://127.0.0.1:9', from: 'reports@kiln.example', tls: 'none' },
    links: { baseUrl: 'https://licenses.kiln.example' },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const path = (account: string): string => `/d/la-customer?var-account=${account}&${query}`;
const cookieOf = (token: string): string => `license_analytics_token=${Buffer.from(token).toString('base64url')}`;
/** A form as a browser sends it from the server's own page, unless `headers` say otherwise. */
const send = (action: string, fields: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}/d/la-customer/${action}`, {
    method: 'POST',
    body: new URLSearchParams({ account: 'acme', ...times, ...fields }),
    headers: { origin: server.url, 'sec-fetch-site': 'same-origin', ...headers },
  });

async function visited(visit: (page: Page) => Promise<void>, javaScriptEnabled = false): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled, acceptDownloads: true });
  try {
    await visit(await context.newPage());
  } finally {
    await context.close();
  }
}

const download = async (page: Page, click: () => Promise<void>) => {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return file.suggestedFilename();
};

describe('on this machine, without tokens and scripts', () => {
  test('a link says before who will see what, and after what its address is; withdrawn, it leads nowhere', () =>
    visited(async (page) => {
      await page.goto(server.url + path('acme'));
      await page.getByText(/^Share: link, PDF, Excel, weekly mail$/).click();
      const form = page.getByRole('form', { name: 'Copy link' });
      const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
      expect((await form.textContent())?.replace(/\s+/g, ' ')).toContain(
        'Whoever has the address sees the usage of acme',
      );
      expect(await form.getByLabel('Until when').locator('option').first().textContent()).toContain(day);
      await form.getByRole('button', { name: 'Copy link' }).click();
      const address = new URL(await page.getByLabel(/^The address/).inputValue());
      expect([address.origin, address.searchParams.get('from')]).toEqual(['https://licenses.kiln.example', times.from]);
      expect(await page.getByText(`without names of users, until ${day}`).count()).toBe(1);
      const opened = await fetch(server.url + address.pathname + address.search);
      const text = await opened.text();
      expect([opened.status, text.includes('acme'), others.test(text)]).toEqual([200, true, false]);
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      expect(await page.title()).toBe('Link to the usage of acme: withdrawn');
      expect((await fetch(server.url + address.pathname)).status).toBe(404);
    }));

  test('the time that is shown is had as files, users numbered unless they are to be named', () =>
    visited(async (page) => {
      await page.goto(server.url + path('acme'));
      await page.getByText(/^Share:/).click();
      for (const [button, extension] of [
        ['PDF', 'pdf'],
        ['Excel', 'xlsx'],
      ] as const)
        expect(await download(page, () => page.getByRole('button', { name: button, exact: true }).click())).toBe(
          `license-usage-acme-2026-03-02-2026-03-02.${extension}`,
        );
      const [numbered, named] = await Promise.all(
        ['numbers', 'names'].map(async (users) => (await send('report', { format: 'xlsx', users })).arrayBuffer()),
      );
      // Who was denied is a sheet of its own.
      expect(named!.byteLength).toBeGreaterThan(numbered!.byteLength);
    }));

  test('a weekly mail is a subscription, and says to whom and when', () =>
    visited(async (page) => {
      await page.goto(server.url + path('acme'));
      await page.getByText(/^Share:/).click();
      await page.getByLabel('Recipients').fill('ana@acme.example, bob@acme.example');
      await page.getByRole('button', { name: 'Mail weekly' }).click();
      expect(await page.locator('main').textContent()).toMatch(
        / 07:00 \(UTC\)[^]*ana@acme\.example, bob@acme\.example/,
      );
      const { subscriptions } = (await server.api('GET', 'subscriptions')).body;
      expect(subscriptions).toMatchObject([
        { name: 'acme weekly', account: 'acme', outlets: ['pdf', 'xlsx'], range: 'lastWeek', showUsers: false },
      ]);
      const refused = await send('mail', { recipients: 'ana@acme.example, nobody' });
      expect([refused.status, (await refused.text()).includes('nobody')]).toEqual([400, true]);
    }));

  test('with scripts the address is copied by a click', () =>
    visited(async (page) => {
      await page.goto(server.url + path('acme'));
      await page.getByText(/^Share:/).click();
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByText('Copied.').waitFor();
    }, true));

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('a form of %s shares nothing', async (_, headers) => {
    const before = (await server.api('GET', 'links')).body.links.length;
    for (const [action, fields] of [
      ['link', {}],
      ['report', { format: 'xlsx' }],
      ['mail', { recipients: 'x@evil.example' }],
      ['link/withdraw', { id: 'x' }],
    ] as const)
      expect([action, (await send(action, fields, headers)).status]).toEqual([action, 403]);
    expect((await server.api('GET', 'links')).body.links.length).toBe(before);
  });
});

describe('behind a link', () => {
  let address: string;
  beforeAll(async () => {
    address = (await server.api('POST', 'links', { json: { account: 'acme', expires: '1d' } })).body.path;
  });

  test('the files of its account are on its page, and nothing of another whatever is asked for', () =>
    visited(async (page) => {
      await page.goto(`${server.url}${address}?${query}`);
      for (const [name, extension] of [
        ['PDF', 'pdf'],
        ['Excel', 'xlsx'],
        ['CSV', 'csv'],
      ] as const)
        expect(await download(page, () => page.getByRole('link', { name, exact: true }).click())).toBe(
          `license-usage-acme-2026-03-02-2026-03-02.${extension}`,
        );
      for (const more of ['', '&account=umbrella', '&var-account=umbrella']) {
        const csv = await fetch(`${server.url}${address}?${query}&file=csv${more}`);
        const text = await csv.text();
        expect([csv.status, text.includes('cad'), others.test(text)]).toEqual([200, true, false]);
      }
      expect(await page.content()).not.toContain(address.split('/')[2]);
      // What a panel cuts is in its own CSV.
      await download(page, () => page.getByRole('link', { name: /^CSV ?: Denials and what to do$/ }).click());
      const denials = await fetch(`${server.url}${address}?${query}&file=csv&table=denials+and+what+to+do`);
      expect(await denials.text()).toMatch(/^\ufeff?Reason,Count,Advice/);
      const other = await fetch(`${server.url}${address}?${query}&file=csv&table=All+events`);
      expect([other.status, (await other.text()).includes('There is no such table')]).toEqual([400, true]);
    }));

  test('a file counts as an opening, and is guarded as the page is', async () => {
    const openings = async () =>
      (await server.service.links({ caller: { name: 'local', level: 'admin', accounts: 'all' } }))
        .filter(({ account }) => account === 'acme')
        .reduce((sum, { opened }) => sum + opened, 0);
    const before = await openings();
    await fetch(`${server.url}${address}?${query}&file=csv`);
    expect(await openings()).toBe(before + 1);
    expect((await fetch(`${server.url}${address}?file=exe`)).status).toBe(400);
    const wrong = await fetch(`${server.url}/s/${'A'.repeat(43)}?file=csv`);
    expect([wrong.status, wrong.headers.get('content-disposition')]).toEqual([404, null]);
    const long = await fetch(`${server.url}${address}?from=2020-01-01&to=now&file=pdf`);
    expect([long.status, long.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
  });

  test('without a Chromium no PDF is offered, and its address says what else there is', async () => {
    const { CHROMIUM } = process.env;
    process.env['CHROMIUM'] = join(folder, 'nothing');
    try {
      // Another time than the tests before: pages and files are kept for a minute.
      const later = 'from=2026-03-02&to=2026-03-04&timezone=UTC';
      const text = await (await fetch(`${server.url}${address}?${later}`)).text();
      expect([text.includes('file=xlsx'), text.includes('file=pdf')]).toEqual([true, false]);
      const refused = await fetch(`${server.url}${address}?${later}&file=pdf`);
      expect([refused.status, (await refused.text()).includes('take Excel')]).toEqual([501, true]);
    } finally {
      if (CHROMIUM === undefined) delete process.env['CHROMIUM'];
      else process.env['CHROMIUM'] = CHROMIUM;
    }
  });

  test('it speaks in the name of the vendor only, three sentences first', async () => {
    const answer = await fetch(`${server.url}${address}?${query}`);
    const text = await answer.text();
    expect(text).not.toContain('License Analytics');
    expect(text).toContain('Kiln &amp; Co, figures of');
    expect(text).toContain('Contact: help@kiln.example');
    expect(text).toContain(`src="data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}"`);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+' 'sha256-\S+'; script-src 'sha256-\S+'; img-src data:; base-uri/,
    );
    expect(text).toMatch(/<li>cad is used most: [\d.,]+ license-hours/);
    expect(text).toMatch(/<li>\S+(?: is short)?: .*(?:went without|h at 95 % or more)/);
    expect(text).toMatch(/<li>cad ends next: on /);
  });
});

describe('with tokens', () => {
  beforeAll(async () => {
    const create = async (name: keyof typeof tokens, json: object): Promise<void> => {
      const answer = await server.api('POST', 'tokens', {
        json: { name, ...json },
        ...(tokens.admin !== '' && { token: tokens.admin }),
      });
      tokens[name] = (answer.body as unknown as { readonly token: string }).token;
    };
    await create('admin', { scope: 'admin' });
    await create('writer', { scope: 'write', accounts: ['acme'] });
    await create('reader', { scope: 'read', accounts: ['acme'] });
  });

  test.each([
    ['admin', /Share: link, PDF, Excel, weekly mail/],
    ['writer', /Share: link, PDF, Excel</],
    ['reader', /Share: PDF, Excel</],
  ] as const)('%s is offered what it may do', async (name, offer) => {
    const page = await fetch(server.url + path('acme'), { headers: { cookie: cookieOf(tokens[name]) } });
    expect(await page.text()).toMatch(offer);
  });

  test('nobody shares more than the token sees and allows', async () => {
    const [writer, reader] = [tokens.writer, tokens.reader].map((token) => ({ cookie: cookieOf(token) }));
    const statuses = async (headers: Readonly<Record<string, string>>, account: string): Promise<readonly number[]> =>
      Promise.all(
        (['link', 'report', 'mail'] as const).map(
          async (action) =>
            (await send(action, { account, format: 'xlsx', recipients: 'a@b.example' }, headers)).status,
        ),
      );
    expect(await statuses(writer!, 'acme')).toEqual([200, 200, 403]);
    expect(await statuses(writer!, 'umbrella')).toEqual([403, 403, 403]);
    expect(await statuses(reader!, 'acme')).toEqual([403, 200, 403]);
    expect(await statuses({}, 'acme')).toEqual([401, 401, 401]);
  });
});
