import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { dashboardTitles } from '../../dashboards/source/links.ts';
import { entitlementsCsv, flexnetLog, meteredCsv } from '../golden/fixture.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { openBrowser } from './browser.ts';

/** What somebody without Grafana sees in a browser, on a small license server's day with names that mean harm. */
const attack = '<script>document.title="taken"</script>"onmouseover="x';
const range = 'from=2026-03-01T00:00:00Z&to=2026-04-05T00:00:00Z';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await openTestServer();
  await server.load('ingest?file=lic01.log&account=acme&server=lic01&timezone=UTC', flexnetLog);
  await server.load('ingest?file=cloud01.csv&account=acme&server=cloud01', meteredCsv);
  await server.load('entitlements?file=bought.csv', entitlementsCsv);
  await server.load(
    `ingest?file=harm.csv&account=${encodeURIComponent(attack)}&server=harm01`,
    `time,kind,feature,user,host,model,quantity\n2026-03-02T09:15:00Z,checkout,"<img src=x onerror=alert(1)>",=cmd|1,ws1,metered,30\n`,
  );
  const many = Array.from(
    { length: 20 },
    (_, i) => `2026-03-02T10:00:00Z,checkout,tool${i},user${i},pc${i},concurrent,1`,
  );
  await server.load(
    'ingest?file=many.csv&account=many&server=many01',
    `time,kind,feature,user,host,model,quantity\n${many.join('\n')}\n`,
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function withPage(
  options: Parameters<Browser['newContext']>[0],
  visit: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const outside: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) outside.push(request.url());
  });
  page.on('console', (message) => {
    // The browser itself tells of pages that answer with an error status.
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await visit(page, context);
    expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
  } finally {
    await context.close();
  }
}

/** Every dashboard, and that of one customer beside the one that lets choose it. */
const uids: readonly (readonly [uid: string, chosen: string])[] = [
  ...Object.keys(dashboardTitles).map((uid) => [uid, ''] as const),
  ['la-customer', '&var-account=acme'],
];
const phone = { viewport: { width: 390, height: 844 } };
const desk = { viewport: { width: 1280, height: 900 } };

/**
 * Rules of accessibility that a page breaks, with the first elements. Only they are written down, and without a second page that puts
 * frames together (there are none): that is most of the time.
 */
async function violationsOf(page: Page): Promise<readonly object[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html) }));
}

test.each(uids)(
  '%s%s can be read by everyone: light on a desk, dark on a phone',
  (uid, chosen) =>
    withPage({}, async (page) => {
      await page.goto(`${server.url}/d/${uid}?${range}${chosen}`);
      // The page is the same: its style alone follows the screen.
      for (const { viewport, colorScheme } of [
        { ...desk, colorScheme: 'light' },
        { ...phone, colorScheme: 'dark' },
      ] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page)).toEqual([]);
        // Nothing is wider than the screen; tables scroll by themselves.
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(viewport.width);
      }
    }),
  // The check looks at every element; a machine that is busy takes its time for it.
  400_000,
);

test('harmful names are shown as they are, and do nothing', () =>
  withPage(desk, async (page) => {
    await page.goto(`${server.url}/d/la-events?${range}`);
    await expectTitle(page, 'All events');
    const cells = await page.locator('table.sortable td', { hasText: 'document.title' }).allTextContents();
    expect(cells).toContain(attack);
    await page.goto(`${server.url}/d/la-customer?${range}&var-account=${encodeURIComponent(attack)}`);
    await expectTitle(page, 'Customer');
    expect(await page.locator('img').count()).toBe(0);
  }));

test('from the overview to the single event, without scripts', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/?${range}`);
    await expectTitle(page, 'Overview');
    const active = page.getByRole('article', { name: 'Most active customers' });
    await active.getByRole('link', { name: 'acme', exact: true }).click();
    await expectTitle(page, 'Customer');
    expect(new URL(page.url()).searchParams.get('var-account')).toBe('acme');
    await page
      .getByRole('article', { name: 'Most used features' })
      .getByRole('link', { name: 'cad', exact: true })
      .click();
    await expectTitle(page, 'Feature');
    expect(new URL(page.url()).searchParams.getAll('var-feature')).toEqual(['cad']);
    await page.locator('table.sortable').getByRole('link', { name: 'cam', exact: true }).first().click();
    await expectTitle(page, 'All events');
    const headings = (await page.locator('table.sortable thead th').allTextContents()).map((text) => text.trim());
    const users = await page
      .locator(`table.sortable tbody tr td:nth-child(${headings.indexOf('User') + 1})`)
      .allTextContents();
    expect(users.length).toBeGreaterThan(2);
    expect(new Set(users)).toEqual(new Set(['cam']));
  }));

test('the form narrows what is shown', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/d/la-overview?${range}`);
    await page.getByLabel('Account').selectOption('acme');
    await page.getByRole('button', { name: 'Show' }).click();
    const parameters = new URL(page.url()).searchParams;
    expect([parameters.get('var-account'), parameters.get('from')]).toEqual(['acme', '2026-03-01T00:00:00Z']);
    const names = await page
      .getByRole('article', { name: 'Most active customers' })
      .locator('th[scope=row]')
      .allTextContents();
    expect(names.map((name) => name.trim())).toEqual(['acme']);
  }));

test('what can be chosen is what the account leaves, as with the variables of the dashboard', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    const offered = async (name: string) =>
      (await page.locator(`select[name="var-${name}"] option`).allTextContents()).map((text) => text.trim());
    await page.goto(`${server.url}/d/la-utilization?${range}`);
    expect(await offered('feature')).toEqual(expect.arrayContaining(['All', 'cad', 'tool0']));
    expect(await offered('server')).toEqual(expect.arrayContaining(['lic01', 'many01']));
    await page.locator('select[name="var-account"]').selectOption('many');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await offered('server')).toEqual(['All', 'many01']);
    expect(await offered('feature')).not.toContain('cad');
    // Nothing narrows the accounts: others can still be chosen.
    expect(await offered('account')).toEqual(expect.arrayContaining(['acme', 'many']));
    // Only what occurs in the time range.
    await page.goto(`${server.url}/d/la-utilization?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z`);
    expect(await offered('feature')).toContain('tool3');
    await page.goto(`${server.url}/d/la-utilization?from=2026-03-20T00:00:00Z&to=2026-03-21T00:00:00Z`);
    expect(await offered('feature')).not.toContain('tool3');
  }));

test('users are typed; those of the account are proposed, and all that a link names stay', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(
      `${server.url}/d/la-events?${range}&var-account=many&var-feature=tool3&var-user=user3&var-user=user4`,
    );
    expect(await page.getByLabel('User', { exact: true }).inputValue()).toBe('user3');
    expect(await page.getByLabel('User (2)').inputValue()).toBe('user4');
    const proposed = page.locator('datalist#values-user option');
    const names = await Promise.all((await proposed.all()).map((one) => one.getAttribute('value')));
    expect(names).toEqual(expect.arrayContaining(['user3', 'user4']));
    expect(names).not.toContain('cam');
    await page.getByLabel('User (2)').fill('');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.getByLabel('User', { exact: true }).inputValue()).toBe('user3');
    expect(await page.getByLabel('User (2)').count()).toBe(0);
    // Unless something narrows them, nobody is looked for.
    await page.goto(`${server.url}/d/la-events?${range}`);
    expect(await page.locator('datalist').count()).toBe(0);
  }));

test('of more values than a list holds, any can be typed, and what is alike is proposed first', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    const rows = Array.from(
      { length: 310 },
      (_, i) => `2026-03-03T10:00:00Z,checkout,part${String(i).padStart(3, '0')},u,p,concurrent,1`,
    );
    await server.load(
      'ingest?file=parts.csv&account=parts&server=parts01',
      `time,kind,feature,user,host,model,quantity\n${rows.join('\n')}\n`,
    );
    await page.goto(`${server.url}/d/la-utilization?${range}&var-account=parts&var-feature=part309`);
    expect(await page.getByLabel('Feature', { exact: true }).inputValue()).toBe('part309');
    const proposed = page.locator('datalist#values-feature option');
    expect(await proposed.count()).toBe(300);
    expect(await proposed.first().getAttribute('value')).toBe('part309');
    await page.getByLabel('Feature', { exact: true }).fill('part305');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(new URL(page.url()).searchParams.get('var-feature')).toBe('part305');
  }));

test('pages and their CSV are compressed on the way', () =>
  withPage(desk, async (page) => {
    const answer = await page.goto(`${server.url}/d/la-events?${range}`);
    expect(await answer?.headerValue('content-encoding')).toBe('gzip');
    await expectTitle(page, 'All events');
    const url = await page.getByRole('link', { name: /^CSV/ }).first().getAttribute('href');
    const csv = await page.request.get(new URL(url ?? '', server.url).href);
    expect([csv.headers()['content-encoding'], (await csv.text()).includes('\r\n')]).toEqual(['gzip', true]);
  }));

test('a list that is cut says so, shows more when asked, and its CSV is whole', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/d/la-overview?${range}&var-account=many`);
    const list = page.getByRole('article', { name: 'Served clients by feature' });
    expect(await list.getByRole('listitem').first().textContent()).toMatch(
      /^Only 8 rows are shown of 20\. The CSV holds all/,
    );
    expect(await list.locator('tbody tr').count()).toBe(8);
    const csv = await page.request.get(
      new URL((await list.getByRole('link', { name: /^CSV/ }).getAttribute('href')) ?? '', server.url).href,
    );
    expect((await csv.text()).trim().split('\n')).toHaveLength(21);
    await list.getByRole('link', { name: 'Show more' }).click();
    expect(await list.locator('tbody tr').count()).toBe(20);
    expect(await list.getByRole('link', { name: 'Show more' }).count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('var-account')).toBe('many');
  }));

test('tables are sorted by what their cells mean, the whole list and without scripts', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/d/la-feature?${range}&var-feature=cad`);
    const table = page.getByRole('article', { name: 'All events of this feature' });
    const sorted = async (heading: string): Promise<readonly string[]> => {
      const place = (await table.getByRole('columnheader').allTextContents()).findIndex(
        (text) => text.trim() === heading,
      );
      const cells = await table.locator(`tbody td:nth-child(${place + 1})`).allTextContents();
      return cells.map((text) => text.trim()).filter((text) => text !== '');
    };
    const heading = table.getByRole('columnheader', { name: 'Quantity' });
    await heading.getByRole('link').click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    const down = (await sorted('Quantity')).map(Number);
    expect(down.length).toBeGreaterThan(5);
    expect(down).toEqual([...down].sort((a, b) => b - a));
    expect(new Set(down).size).toBeGreaterThan(1);
    await heading.getByRole('link').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect((await sorted('Quantity')).map(Number)).toEqual(down.toReversed());
    await table.getByRole('columnheader', { name: 'User' }).getByRole('link').click();
    const users = await sorted('User');
    expect(users).toEqual([...users].sort());
    // What is chosen stays.
    expect(new URL(page.url()).searchParams.get('var-feature')).toBe('cad');
  }));

test('where a range has no data, the page says until when there are some, and leads there', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/d/la-overview?from=2026-08-01T00:00:00Z&to=2026-09-01T00:00:00Z&var-account=acme`);
    const told = page.getByRole('status');
    expect(await told.textContent()).toMatch(
      /No data in this time range: there are data from 2026-03-02 08:00 to 2026-03-0/,
    );
    // Nothing is known of it: that is neither "0" nor "Nobody was denied".
    const customers = page.getByRole('article', { name: /^Customers at/ });
    expect((await customers.locator('.figure').textContent())?.trim()).toBe('no data');
    expect(await page.getByText('Nobody was denied').count()).toBe(0);
    await told.getByRole('link', { name: 'The last 30 days of them' }).click();
    expect(await told.count()).toBe(0);
    expect((await customers.locator('.figure').textContent())?.trim()).toMatch(/^1/);
    expect(new URL(page.url()).searchParams.get('var-account')).toBe('acme');
    const all = page.getByRole('link', { name: 'All data' });
    await all.click();
    expect(await all.getAttribute('aria-current')).toBe('true');
    expect((await customers.locator('.figure').textContent())?.trim()).toMatch(/^1/);
  }));

test('of a metered feature no panel says that nobody used it', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/d/la-feature?${range}&var-feature=render`);
    const figure = async (name: string): Promise<string | undefined> =>
      (await page.getByRole('article', { name, exact: true }).locator('.figure').textContent())?.trim();
    for (const name of ['Peak concurrent licenses', 'Entitled licenses', 'Unique clients', 'Clients per license'])
      expect([name, await figure(name)]).toEqual([name, 'metered']);
    for (const name of [
      'Licenses in use against capacity',
      'Unique clients over time',
      'Sessions by length',
      'Clients',
    ])
      expect([
        name,
        await page.getByRole('article', { name, exact: true }).locator('.empty').allTextContents(),
      ]).toEqual([name, ['Only metered licenses are used here: see "Metered use".']]);
    expect(await page.getByRole('article', { name: 'Metered use' }).locator('tbody').textContent()).toContain('300');
  }));

test('a page of a time that cannot be read says what to do', () =>
  withPage(desk, async (page) => {
    const answer = await page.goto(`${server.url}/d/la-overview?from=yesterday`);
    expect(answer?.status()).toBe(400);
    expect(await page.getByRole('alert').textContent()).toContain('expected an ISO time');
    const missing = await page.goto(`${server.url}/d/la-nothing`);
    expect(missing?.status()).toBe(404);
    expect(await page.getByRole('link', { name: 'Overview' }).count()).toBe(1);
  }));

/** A4 within its margins, px: what a print of the page has. */
const paper = { viewport: { width: 703, height: 1000 } };

test.each(uids)('%s%s on A4: nothing of the screen, all of its tables, nothing cut off or shrunk', (uid, chosen) =>
  withPage(paper, async (page) => {
    await page.goto(`${server.url}/d/${uid}?${range}${chosen}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation').count()).toBe(0);
    // Boxes whose content is larger than they are; pages that lie across are wider than this window.
    const cut = await page.evaluate<string[]>(`
      [...document.querySelectorAll('.scroll, .band:not(.across) .panel')]
        .filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
        .filter((box) => box.closest('.across') === null)
        .map((box) => box.closest('.panel').querySelector('h2').textContent)`);
    expect(cut).toEqual([]);
    const scales = await page.evaluate<number[]>(`
      [...document.querySelectorAll('.chart svg')]
        .filter((chart) => chart.getClientRects().length > 0)
        .map((chart) => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)`);
    expect(scales.filter((scale) => scale < 0.85 || scale > 1.3)).toEqual([]);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
  }),
);

test('on A4 single figures stand in rows, panels stay whole, and heads of tables are repeated', () =>
  withPage(paper, async (page) => {
    await page.goto(`${server.url}/d/la-overview?${range}`);
    await page.emulateMedia({ media: 'print' });
    const tops = await page.evaluate<number[]>(`
      [...document.querySelectorAll('.tiles .panel')].map((panel) => Math.round(panel.getBoundingClientRect().top))`);
    expect(tops).toHaveLength(6);
    expect(new Set(tops).size).toBe(2);
    // Only long tables go on on the next page. Chromium repeats a head only if all of it stays together.
    const breaks = await page.evaluate<string[]>(`
      [...document.querySelectorAll('.panel:not(.long), thead')].map((part) => getComputedStyle(part).breakInside)`);
    expect(new Set(breaks)).toEqual(new Set(['avoid']));
  }));

async function expectTitle(page: Page, title: string): Promise<void> {
  expect(await page.title()).toBe(title);
}
