import type { Browser, Page } from '@playwright/test';
import { openTestServer, type TestServer } from '../support/server.ts';
import { openBrowser } from './browser.ts';

/** A page about one customer, where the address does not say which. */
const range = 'from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z';
const events = (...lines: readonly string[]): string =>
  `time,kind,feature,user,host,quantity\n${lines.map((line) => `2026-03-02T${line}\n`).join('')}`;

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await openTestServer();
  // In the order of the alphabet: little of much, all of it for five hours, somebody who went without.
  await server.load(
    'ingest?file=a.csv&account=Ample&server=a',
    events('08:00:00Z,checkout,cad,u1,h,1', '20:00:00Z,checkin,cad,u1,h,1'),
  );
  await server.load(
    'ingest?file=b.csv&account=Busy&server=b',
    events('08:00:00Z,checkout,cad,u2,h,4', '13:00:00Z,checkin,cad,u2,h,4', '20:00:00Z,checkout,cad,u2,h,1'),
  );
  await server.load(
    'ingest?file=early.csv&account=Busy&server=b',
    events('08:00:00Z,checkout,cad,u2,h,1', '09:00:00Z,checkin,cad,u2,h,1').replaceAll('-03-02T', '-02-01T'),
  );
  await server.load(
    'ingest?file=c.csv&account=Cut&server=c',
    events(
      '08:00:00Z,checkout,cad,u3,h,1',
      '09:00:00Z,denial,cad,u4,h,1',
      '10:00:00Z,checkin,cad,u3,h,1',
      '20:00:00Z,checkout,cad,u3,h,1',
    ),
  );
  await server.load('entitlements?file=bought.csv', 'account,feature,quantity\nAmple,cad,10\nBusy,cad,4\nCut,cad,3\n');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function visited(visit: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  try {
    await visit(await context.newPage());
  } finally {
    await context.close();
  }
}

const choice = (page: Page) => page.getByRole('article', { name: 'Choose a customer' });
const namesIn = async (page: Page): Promise<readonly string[]> =>
  (await choice(page).locator('tbody tr').locator('a:first-of-type').allTextContents())
    .map((text) => text.trim())
    .filter((text) => text !== 'cad');

test.each(['', '&var-account=', '&var-account=$__all'])(
  'without a customer ("%s") there are no figures of all of them, but a list with those in need first',
  (account) =>
    visited(async (page) => {
      await page.goto(`${server.url}/d/la-customer?${range}${account}&var-feature=cad`);
      expect(await page.getByRole('article').count()).toBe(1);
      expect(await namesIn(page)).toEqual(['Cut', 'Busy', 'Ample']);
      expect(await page.getByLabel('Account').inputValue()).toBe('');
      await choice(page).getByRole('link', { name: 'Busy' }).click();
      const { searchParams } = new URL(page.url());
      expect([searchParams.getAll('var-account'), searchParams.get('var-feature'), searchParams.get('from')]).toEqual([
        ['Busy'],
        'cad',
        '2026-03-01T00:00:00Z',
      ]);
      expect(await page.getByRole('article', { name: 'Used against bought' }).count()).toBe(1);
      expect(await choice(page).count()).toBe(0);
    }),
);

test('of several customers one is to be chosen', () =>
  visited(async (page) => {
    await page.goto(`${server.url}/d/la-customer?${range}&var-account=Ample&var-account=Cut`);
    expect(await namesIn(page)).toEqual(['Cut', 'Ample']);
  }));

test('the list can be sorted, and had as a file', () =>
  visited(async (page) => {
    await page.goto(`${server.url}/d/la-customer?${range}`);
    await choice(page).getByRole('columnheader', { name: 'Account' }).getByRole('link').click();
    expect([...(await namesIn(page))].sort()).toEqual(['Ample', 'Busy', 'Cut']);
    expect((await namesIn(page))[0]).not.toBe('Busy');
    const href = await choice(page).getByRole('link', { name: /^CSV/ }).getAttribute('href');
    const csv = await (await fetch(new URL(href ?? '', server.url))).text();
    expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual(['Account', 'Cut', 'Busy', 'Ample', '']);
  }));

test('where only one has data in the range, the page is about that one', () =>
  visited(async (page) => {
    await page.goto(`${server.url}/d/la-customer?from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z`);
    expect(await choice(page).count()).toBe(0);
    expect(await page.getByRole('article', { name: 'Used against bought' }).count()).toBe(1);
    expect(await page.getByLabel('Account').inputValue()).toBe('Busy');
  }));

test('a range without data says so, and keeps what is to be chosen for later', () =>
  visited(async (page) => {
    await page.goto(`${server.url}/d/la-customer?from=2026-08-01T00:00:00Z&to=2026-09-01T00:00:00Z`);
    expect(await page.getByRole('status').textContent()).toContain('there are data from 2026-02-01');
    expect([...(await namesIn(page))].sort()).toEqual(['Ample', 'Busy', 'Cut']);
    await page.getByRole('link', { name: 'All data' }).first().click();
    expect(await namesIn(page)).toEqual(['Cut', 'Busy', 'Ample']);
  }));
