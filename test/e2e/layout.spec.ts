/// <reference lib="dom" />
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './given.ts';

/**
 * What is seen without scrolling sideways. 1280 px with the menu docked leave 960 px for panels; 390 px is a phone. Taller than
 * all dashboards: panels outside of the window ask nothing.
 */
const screens = [
  { width: 1280, height: 3600 },
  { width: 390, height: 9000 },
] as const;

const shortage = ['Usage percentage', 'Clients with unmet denials', 'Hours at 95 %'];
const listed = ['Feature', 'Account', 'Denial reason', 'Usage Percentage'];

/** The figure (or the word) that each table exists for: it must be there at first sight. Further ones need not be on a phone. */
const keyColumns: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  overview: {
    'Closest to what was bought': shortage,
    'Denials distribution': ['Denial Rate (%)'],
    'Ending in 30 days': ['Days to expiry'],
    'Entitlements that end soon': ['Days to expiry'],
    'Used without an entitlement': ['Checkouts'],
    'Data freshness': ['Overdue', 'Data age'],
  },
  utilization: {
    'Usage by customer and feature': shortage,
    'Pools of at most 2 licenses': shortage,
    'Usage by customer': shortage,
    'Served clients': ['License-hours'],
    'In overdraft': ['Overdraft'],
    'Beyond overdraft': ['Beyond overdraft'],
    'Clients per license': ['Clients per license'],
  },
  customer: {
    'Used against bought': shortage,
    'Metered use': ['Consumed (%)', 'At this pace (%)'],
    'Denials and what to do': ['Count', 'Advice'],
    'Entitlements that end soon': ['Days to expiry'],
  },
  feature: {
    'Metered use': ['Consumed (%)', 'At this pace (%)'],
    Clients: ['License-hours'],
    'Why users are denied': ['Count', 'Denial Rate (%)', 'Owner'],
    'All events of this feature': ['Event', ...listed],
  },
  denials: {
    'Denials by family': ['Denial Rate (%)'],
    'Denials by reason': ['Denial Rate (%)'],
    'Denials summary': ['Count', 'Denial Rate (%)', 'Owner', 'Opportunity', 'Insight'],
    'Denied clients': ['Denied clients'],
    'Clients denied most': ['Denials'],
    'Unresolved denials': ['Feature', 'Denial reason', 'Account', 'User'],
    'Denial episodes': ['Feature', 'Denial reason', 'Account', 'User'],
    'Denial lines': ['Event', ...listed],
  },
  servers: {
    'License servers': ['Overdue', 'Data age', 'Logs denials', 'Unreadable lines'],
    'Silent servers': ['Overdue'],
    'Data quality': ['Checkouts no entitlement covers', 'Unreadable lines'],
    Restarts: ['Text'],
  },
  events: { 'All events': ['Event', ...listed] },
};

const panels = (page: Page): Locator => page.locator('section[data-testid^="data-testid Panel header "]');

/** Waits until nothing is asked any more. */
const drawn = async (page: Page): Promise<void> => {
  await expect(panels(page).first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
};

/** Figures of which a part is outside of what shows them; those that a table scrolls to are not meant. */
const clippedFigures = (page: Page): Promise<readonly string[]> =>
  panels(page).evaluateAll((all) =>
    all.flatMap((panel) => {
      const title = panel.getAttribute('data-testid')?.replace('data-testid Panel header ', '') ?? '';
      const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        const words = (text.textContent ?? '').trim();
        if (!/^[<-]?\s?\d[\d.,]*\s?(%|[A-Za-zµ/]{1,8})?$/.test(words)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const { left, right } = range.getBoundingClientRect();
        if (right <= left) continue;
        let box = text.parentElement;
        let overflow = 'visible';
        while (box !== null && box !== panel.parentElement) {
          overflow = getComputedStyle(box).overflowX;
          if (overflow !== 'visible') break;
          box = box.parentElement;
        }
        if (box === null || overflow === 'auto' || overflow === 'scroll') continue;
        const shows = box.getBoundingClientRect();
        if (left < shows.left - 1 || right > shows.right + 1) found.push(`${title}: ${words}`);
      }
      return found;
    }),
  );

/** Tables with the right edge of their panel and of each heading that is drawn. */
const headings = (page: Page) =>
  panels(page)
    .filter({ has: page.getByRole('grid') })
    .evaluateAll((all) =>
      all.map((panel) => {
        const edge = panel.getBoundingClientRect().right;
        const cells = Array.from(panel.querySelectorAll('[role="columnheader"]'));
        const inside = cells.filter((cell) => cell.getBoundingClientRect().right <= edge);
        return {
          title: panel.getAttribute('data-testid')?.replace('data-testid Panel header ', '') ?? '',
          inside: inside.map((cell) => cell.textContent.trim()),
        };
      }),
    );

for (const screen of screens)
  test.describe(`${screen.width} px`, () => {
    test.use({ viewport: screen });
    test.beforeEach(({ page }) => page.addInitScript(() => localStorage.setItem('grafana.navigation.docked', 'true')));

    for (const [name, keys] of Object.entries(keyColumns))
      test(`${name}: no figure is clipped, key columns are inside, the page is no wider than the screen`, async ({
        page,
      }) => {
        await page.goto(`/d/la-${name}?from=now-90d&to=now`);
        await drawn(page);
        expect(await clippedFigures(page)).toEqual([]);
        const tables = await headings(page);
        // One that has no rows draws no table.
        expect(tables.length).toBeGreaterThan(0);
        for (const { title, inside } of tables)
          expect([title, inside]).toEqual([
            title,
            expect.arrayContaining((keys[title] ?? ['a key column']).slice(0, screen.width < 1000 ? 1 : undefined)),
          ]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(screen.width);
      });
  });
