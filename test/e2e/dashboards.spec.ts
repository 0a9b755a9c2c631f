import type { Locator, Page } from '@playwright/test';
import { expect, test } from './given.ts';

/** The provisioned dashboards, on the sample. Taller than all of them: panels outside of the window ask nothing. */
test.use({ viewport: { width: 1280, height: 3200 } });

const panel = (page: Page, title: string): Locator => page.getByTestId(`data-testid Panel header ${title}`);
const chosen = (page: Page, variable: string): string | null => new URL(page.url()).searchParams.get(`var-${variable}`);

/** Waits until nothing is asked any more. */
const drawn = async (page: Page): Promise<void> => {
  await expect(page.getByRole('button', { name: 'Refresh', exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
};

for (const name of ['overview', 'utilization', 'customer', 'feature', 'denials', 'servers', 'events'])
  test(`${name}: no panel fails, and the data are there`, async ({ page }) => {
    const refused: string[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/api/ds/query') && !answer.ok()) refused.push(`${answer.status()} ${answer.url()}`);
    });
    await page.goto(`/d/la-${name}?from=now-90d&to=now`);
    await drawn(page);
    expect(refused).toEqual([]);
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    await expect(page.getByText('No data', { exact: true })).toHaveCount(0);
  });

test('from the overview to a single event, by clicks, keeping filters and time', async ({ page }) => {
  await page.goto('/d/la-overview?from=now-90d&to=now&var-model=concurrent');
  await panel(page, 'Closest to what was bought')
    .getByRole('row')
    .nth(1)
    .getByRole('gridcell')
    .nth(1)
    .getByRole('link')
    .click();
  await page.waitForURL(/\/d\/la-feature/);
  const [account, feature] = [chosen(page, 'account'), chosen(page, 'feature')];
  expect(account).toBeTruthy();
  expect(feature).toBeTruthy();
  expect(chosen(page, 'model')).toBe('concurrent');
  expect(new URL(page.url()).searchParams.get('from')).toBe('now-90d');
  await expect(
    panel(page, 'All events of this feature')
      .getByText(feature ?? '', { exact: true })
      .first(),
  ).toBeVisible();

  await panel(page, 'All events of this feature').getByTitle('All events', { exact: true }).click();
  await page.waitForURL(/\/d\/la-events/);
  expect([chosen(page, 'account'), chosen(page, 'feature')]).toEqual([account, feature]);
  const rows = panel(page, 'All events').getByRole('row');
  await expect(rows.nth(1)).toContainText(feature ?? '');

  // One step further: everything that one user did.
  const user = rows.nth(1).getByRole('gridcell').nth(6);
  const name = (await user.innerText()).trim();
  await user.getByRole('link').click();
  await expect.poll(() => chosen(page, 'user')).toBe(name);
  await expect(rows.nth(1)).toContainText(name);
});

for (const [title, dashboard] of [
  ['Customers at 80 %', 'la-utilization'],
  ['In overdraft', 'la-utilization'],
  ['Unresolved denials', 'la-denials'],
  ['Ending in 30 days', 'la-overview'],
  ['Silent servers', 'la-servers'],
] as const)
  test(`${title}: the figure opens exactly what it counted`, async ({ page }) => {
    await page.goto('/d/la-overview?from=now-30d&to=now');
    const figure = panel(page, title).first();
    await expect(figure).toContainText(/\d/);
    await drawn(page);
    const [, counted = ''] = /(\d[\d,]*)(?: of [\d,]+)?$/.exec((await figure.innerText()).trim()) ?? [];
    await figure.getByRole('link', { name: /./ }).last().click();
    await page.waitForURL(new RegExp(`/d/${dashboard}.*viewPanel=`));
    const grid = page.getByRole('grid');
    await expect(grid).toHaveAttribute('aria-rowcount', String(Number(counted.replaceAll(',', '')) + 1));
  });

test('from the reasons of denials to the lines that refused, and back by the breadcrumbs', async ({ page }) => {
  await page.goto('/d/la-denials?from=now-90d&to=now');
  await panel(page, 'Denials by reason').getByRole('row').nth(1).getByRole('link').first().click();
  await page.waitForURL(/\/d\/la-events/);
  expect(chosen(page, 'denialReason')).toBeTruthy();
  await expect(panel(page, 'All events').getByRole('row').nth(1)).toContainText(/denial|unsupported/);
  await page.getByRole('navigation').getByRole('link', { name: 'License Analytics', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Overview', exact: true })).toBeVisible();
});

test('at least 80 %: only what reaches it is listed', async ({ page }) => {
  await page.goto('/d/la-utilization?from=now-90d&to=now&var-atLeast=80');
  const cells = panel(page, 'Usage by customer and feature').getByRole('gridcell').filter({ hasText: '%' });
  await expect(cells.first()).toBeVisible();
  for (const text of await cells.allInnerTexts()) expect(Number.parseFloat(text)).toBeGreaterThanOrEqual(80);
});
