import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { openBrowser } from '../pages/browser.ts';
import type { SharingServer } from './given.ts';
import { openSharingServer } from './given.ts';

/** What a customer sees in a browser who opens a link: on a desk, and in the dark on a phone. */
let server: SharingServer;
let browser: Browser;
let path: string;
beforeAll(async () => {
  server = await openSharingServer();
  browser = await openBrowser();
  const owner = { caller: { name: 'local', level: 'admin' as const, accounts: 'all' as const } };
  path = (await server.service.createLink({ account: 'acme', expires: '30d' }, owner)).path;
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function visit(address: string, look: (page: Page) => Promise<void>): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({
      colorScheme: scheme,
      viewport: scheme === 'dark' ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    });
    try {
      const page = await context.newPage();
      const outside: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(`${server.url}/`)) outside.push(request.url());
      });
      await page.goto(server.url + address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.length])).toEqual([]);
      await look(page);
      expect(outside).toEqual([]);
    } finally {
      await context.close();
    }
  }
}

it.each([
  ['a link that leads nowhere', () => `/s/${'A'.repeat(43)}`, 'There is nothing here'],
  ['a time that cannot be shown', () => `${path}?from=a&from=b`, 'This time range cannot be shown'],
])('%s is a page that everybody can read', async (_, address, title) => {
  await visit(address(), async (page) => {
    expect(await page.title()).toBe(title);
    expect(await page.locator('main').count()).toBe(1);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const isDark = await page.evaluate<boolean>('matchMedia("(prefers-color-scheme: dark)").matches');
    expect(background === 'rgb(17, 18, 23)').toBe(isDark);
  });
});

it('the time is chosen by a click, and the page stays that of the account', async () => {
  await visit(`${path}?from=2026-03-02&to=2026-03-03&timezone=Europe/Berlin`, async (page) => {
    expect(await page.getByText('2026-03-02 00:00 to 2026-03-03 00:00').count()).toBe(1);
    await page.getByRole('navigation', { name: 'Time range' }).getByRole('link', { name: '7 days' }).click();
    await page.waitForURL(/from=now-7d/);
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.getByRole('link', { name: '7 days' }).getAttribute('aria-current')).toBe('true');
    expect(await page.locator('header').textContent()).toContain('(Europe/Berlin)');
  });
});

it('where the time has no data, it says until when there are some, and no figure is 0', async () => {
  await visit(`${path}?from=2026-08-01&to=2026-09-01&timezone=UTC`, async (page) => {
    const told = page.getByRole('status');
    expect(await told.textContent()).toMatch(
      /No data in this time range: the last line before it is of 2026-03-0\d \d\d:\d\d \(UTC\)\./,
    );
    expect(await page.getByText('Nobody was denied').count()).toBe(0);
    expect(
      (await page.getByRole('article', { name: 'Denials', exact: true }).locator('.figure').textContent())?.trim(),
    ).toBe('no data');
    // Once is enough.
    expect(await page.getByText('No data in this time range: ').count()).toBe(1);
  });
});
