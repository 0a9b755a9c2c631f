import type { Browser, Page } from '@playwright/test';
import type { DashboardUid } from '../../dashboards/source/links.ts';
import { dashboardTitles } from '../../dashboards/source/links.ts';
import { entitlementsCsv, flexnetLog, meteredCsv } from '../golden/fixture.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { openBrowser } from './browser.ts';

/**
 * What can be seen of every page, on a desk and on a phone: no figure is cut, the columns that decide are there, and nothing is wider
 * than the screen. Names and numbers are as long as real ones.
 */
const range = 'from=2026-03-01T00:00:00Z&to=2026-04-05T00:00:00Z';
const long = 'Chelbolex Turbinen und Maschinenbau Gesellschaft';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await openTestServer();
  await server.load('ingest?file=lic01.log&account=acme&server=lic01&timezone=UTC', flexnetLog);
  await server.load(
    `ingest?file=long.log&account=${encodeURIComponent(long)}&server=CLS-CHELBOLEX-TURBINEN-QWXQ29&timezone=UTC`,
    flexnetLog
      .replaceAll('"cad"', '"pledger_workflow_search_base_g2"')
      .replaceAll('@ws', '@workstation-of-the-designers-'),
  );
  await server.load('ingest?file=cloud01.csv&account=acme&server=cloud01', meteredCsv);
  const amounts = Array.from(
    { length: 40 },
    (_, i) => `2026-03-02T10:00:00Z,checkout,cloud_feature_${i},user${i},pc${i},metered,${123_456.75 + i}`,
  );
  await server.load(
    'ingest?file=many.csv&account=many&server=many01',
    `time,kind,feature,user,host,model,quantity\n${amounts.join('\n')}\n2026-03-03T00:00:00Z,checkout,big,user1,pc1,concurrent,1234\n`,
  );
  await server.load('entitlements?file=bought.csv', entitlementsCsv);
  await server.load(
    'entitlements?file=more.csv',
    `account,product,feature,version,model,quantity,overdraft,start,end,server,period
${long},Ledger Data and more,pledger_workflow_search_base_g2,,concurrent,3,1,2026-01-01,2026-04-20,,
many,Cloud,cloud_feature_1,,metered,100000,1000,2026-01-01,2026-12-31,,year
`,
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The columns that each table is there for. */
const deciding: Readonly<Record<DashboardUid, Readonly<Record<string, readonly string[]>>>> = {
  'la-overview': {
    'Entitlements that end soon': ['Account', 'Feature', 'Days to expiry'],
    'Used without an entitlement': ['Account', 'Checkouts'],
    'Data freshness': ['Server', 'Data age'],
  },
  'la-utilization': {
    'Usage by customer and feature': ['Account', 'Feature', 'Usage percentage'],
    'In overdraft': ['Account', 'Feature', 'Overdraft'],
    'Clients per license': ['Account', 'Feature', 'Clients per license'],
  },
  'la-customer': {
    'Used against bought': ['Feature', 'Usage percentage', 'Clients with unmet denials'],
    'Denials and what to do': ['Reason', 'Advice'],
    'Entitlements that end soon': ['Feature', 'Days to expiry'],
  },
  'la-feature': {
    Clients: ['Client', 'License-hours'],
    'Why users are denied': ['Reason', 'Count', 'Owner'],
    'All events of this feature': ['Time', 'Event', 'Usage Percentage'],
  },
  'la-denials': {
    'Denials summary': ['Reason', 'Count', 'Owner'],
    'Denied clients': ['Account', 'Feature', 'Denied clients'],
    'Clients denied most': ['Client', 'Denials'],
    'Denial lines': ['Time', 'Denial reason'],
  },
  'la-servers': { 'License servers': ['Server', 'Data age'], Restarts: ['Time', 'Text'] },
  'la-events': { 'All events': ['Time', 'Event', 'Usage Percentage'] },
};

/** What pages that are about one thing are about. */
const chosen: Partial<Record<DashboardUid, string>> = {
  'la-customer': `&var-account=${encodeURIComponent(long)}`,
  'la-feature': '&var-feature=cad',
};

/** What a reader does not see of what stands there: figures that are cut, names without an end that says so. */
const unseen = `(() => {
  const shown = (box) => box.checkVisibility({ contentVisibilityAuto: true }) && box.getBoundingClientRect().width > 1;
  const wordsOf = (box) => (box.closest('.panel')?.querySelector('h2').textContent ?? 'head') + ': ' + box.textContent.trim();
  const inside = (box) => {
    const { left, right } = box.getBoundingClientRect();
    const around = (box.closest('.scroll') ?? box.closest('.panel') ?? document.documentElement).getBoundingClientRect();
    return left >= around.left - 1 && right <= around.right + 1 && right <= innerWidth + 1;
  };
  const figures = [...document.querySelectorAll('td.n, td.t, td.c, .number, .figure')].filter(shown);
  const names = [...document.querySelectorAll('td, tbody th')].filter(shown);
  return {
    figures: figures.filter((box) => box.scrollWidth > box.clientWidth + 1 || !inside(box)).map(wordsOf),
    names: names
      .filter((box) => box.scrollWidth > box.clientWidth + 1)
      .filter((box) => getComputedStyle(box).textOverflow !== 'ellipsis' || !box.title.startsWith(box.textContent.trim()))
      .map(wordsOf),
  };
})()`;

/** Headings of a panel's table that can be seen. */
const headingsOf = (page: Page, title: string): Promise<readonly string[]> =>
  page.evaluate<readonly string[]>(`((wanted) => {
    const panel = [...document.querySelectorAll('.panel:has(.scroll)')].find((one) => one.querySelector('h2')?.textContent === wanted);
    const around = panel?.querySelector('.scroll')?.getBoundingClientRect();
    if (around === undefined) return ['no table "' + wanted + '"'];
    return [...panel.querySelectorAll('thead th')]
      .filter((heading) => {
        const { left, right, width } = heading.getBoundingClientRect();
        return width > 1 && left >= around.left - 1 && right <= around.right + 1;
      })
      .map((heading) => heading.textContent.trim());
  })(${JSON.stringify(title)})`);

const uids = Object.keys(dashboardTitles) as DashboardUid[];

describe.each([1280, 390])('on a screen of %d px', (width) => {
  test.each(uids)('%s shows its figures whole and the columns that decide', async (uid) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/d/${uid}?${range}${chosen[uid] ?? ''}`);
      expect(await page.evaluate<object>(unseen)).toEqual({ figures: [], names: [] });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      for (const [title, wanted] of Object.entries(deciding[uid])) {
        const seen = await headingsOf(page, title);
        expect({ title, missing: wanted.filter((heading) => !seen.includes(heading)), seen }).toEqual({
          title,
          missing: [],
          seen,
        });
      }
    } finally {
      await context.close();
    }
  });

  test('all 24 hours of the week are there', async () => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}/d/la-utilization?${range}`);
      const hours = page.getByRole('article', { name: /^When in the week/ }).locator('th:visible');
      const texts = (await hours.allTextContents()).map((text) => text.trim());
      expect(texts.filter((text) => /^\d\d?$/.test(text))).toHaveLength(24);
    } finally {
      await context.close();
    }
  });
});

test('the overview of a desk is no longer than three screens', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(`${server.url}/d/la-overview?${range}`);
    expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBeLessThanOrEqual(2500);
  } finally {
    await context.close();
  }
});
