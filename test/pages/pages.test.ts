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

const uids = Object.keys(dashboardTitles);
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
  '%s can be read by everyone: light on a desk, dark on a phone',
  (uid) =>
    withPage({}, async (page) => {
      await page.goto(`${server.url}/d/${uid}?${range}`);
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
    await expectTitle(page, 'License Analytics: All events');
    const cells = await page.locator('table.sortable td', { hasText: 'document.title' }).allTextContents();
    expect(cells).toContain(attack);
    await page.goto(`${server.url}/d/la-customer?${range}&var-account=${encodeURIComponent(attack)}`);
    await expectTitle(page, 'License Analytics: Customer');
    expect(await page.locator('img').count()).toBe(0);
  }));

test('from the overview to the single event, without scripts', () =>
  withPage({ ...desk, javaScriptEnabled: false }, async (page) => {
    await page.goto(`${server.url}/?${range}`);
    await expectTitle(page, 'License Analytics: Overview');
    const active = page.getByRole('article', { name: 'Most active customers' });
    await active.getByRole('link', { name: 'acme', exact: true }).click();
    await expectTitle(page, 'License Analytics: Customer');
    expect(new URL(page.url()).searchParams.get('var-account')).toBe('acme');
    await page
      .getByRole('article', { name: 'Most used features' })
      .getByRole('link', { name: 'cad', exact: true })
      .click();
    await expectTitle(page, 'License Analytics: Feature');
    expect(new URL(page.url()).searchParams.getAll('var-feature')).toEqual(['cad']);
    await page.locator('table.sortable').getByRole('link', { name: 'cam', exact: true }).first().click();
    await expectTitle(page, 'License Analytics: All events');
    const kinds = await page.locator('table.sortable tbody tr td:nth-child(2)').allTextContents();
    expect(kinds.length).toBeGreaterThan(2);
    const users = await page.locator('table.sortable tbody tr td:nth-child(5)').allTextContents();
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

test('tables are sorted by what their cells mean', () =>
  withPage(desk, async (page) => {
    await page.goto(`${server.url}/d/la-events?${range}&var-account=acme`);
    const heading = page.getByRole('columnheader', { name: 'Quantity' });
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await heading.getByRole('button').click();
    // The first of the figures in each row.
    const cells = page.locator('table.sortable tbody td.n[data-v]:nth-child(7)');
    const values = (await cells.all()).map((cell) => cell.getAttribute('data-v'));
    const sorted = (await Promise.all(values)).map(Number);
    expect(sorted.length).toBeGreaterThan(5);
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
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

test('printed, all of a table is there and nothing of the screen', () =>
  withPage(desk, async (page) => {
    await page.goto(`${server.url}/d/la-denials?${range}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation').count()).toBe(0);
    const cut = await page.evaluate<number>(
      "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollHeight > box.clientHeight + 1).length",
    );
    expect(cut).toBe(0);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
  }));

async function expectTitle(page: Page, title: string): Promise<void> {
  expect(await page.title()).toBe(title);
}
