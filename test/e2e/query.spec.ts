import { choose, expect, newPanel, test } from './given.ts';

test('the first question of a new panel draws something', async ({ panelEditPage, provisioned, page }) => {
  const row = await newPanel(panelEditPage, provisioned.name);
  await expect(row.getByText(/^Peak use as % of entitlements, per account and feature/)).toBeVisible();
  const answered = await panelEditPage.refreshPanel();
  expect(answered.ok()).toBe(true);
  await expect(panelEditPage.panel.locator.locator('canvas').first()).toBeVisible();
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
  await expect(page.getByText('No data')).toBeHidden();
});

test('question 1: how many clients share each feature, put together by hand', async ({
  panelEditPage,
  provisioned,
}) => {
  const row = await newPanel(panelEditPage, provisioned.name);
  await panelEditPage.setVisualization('Table');
  await choose(row, 'Measure', 'Unique served clients');
  await row.getByRole('radio', { name: 'Table' }).click({ force: true });
  await expect(row.getByText(/^Unique served clients, per account and feature, highest first/)).toBeVisible();
  await panelEditPage.refreshPanel();
  await expect(panelEditPage.panel.fieldNames).toContainText(['Account', 'Feature', 'Unique served clients']);
  await expect(panelEditPage.panel.data.first()).not.toBeEmpty();
});

test('an impossible saved question is told in the editor, and in words on the panel', async ({
  explorePage,
  provisioned,
  page,
}) => {
  const panes = {
    a: {
      datasource: provisioned.uid,
      queries: [
        {
          refId: 'A',
          datasource: { uid: provisioned.uid },
          measure: 'usagePercentage',
          groupBy: ['user'],
          shape: 'table',
        },
      ],
      range: { from: 'now-7d', to: 'now' },
    },
  };
  await explorePage.goto({
    queryParams: new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify(panes) }),
  });
  await expect(explorePage.getQueryEditorRow('A').getByText('This question cannot be asked')).toBeVisible();
  await expect(page.getByText(/entitlements belong to accounts, not to single users/).first()).toBeVisible();
});

test('question 4 in Explore: why users are denied', async ({ explorePage, provisioned, page }) => {
  const query = { refId: 'A', datasource: { uid: provisioned.uid }, measure: 'usagePercentage', shape: 'table' };
  const panes = { a: { datasource: provisioned.uid, queries: [query], range: { from: 'now-30d', to: 'now' } } };
  await explorePage.goto({
    queryParams: new URLSearchParams({ schemaVersion: '1', orgId: '1', panes: JSON.stringify(panes) }),
  });
  const row = explorePage.getQueryEditorRow('A');
  // What is chosen is asked at once.
  await choose(row, 'Measure', 'Denial summary');
  await expect(page.getByRole('columnheader', { name: 'Reason' }).first()).toBeVisible();
  await expect(page.getByText('Insufficient count').first()).toBeVisible();
});

test('values are completed from the server', async ({ panelEditPage, provisioned, page }) => {
  const row = await newPanel(panelEditPage, provisioned.name);
  await row.getByRole('button', { name: 'Add filter' }).click();
  await row.getByRole('combobox', { name: 'Values' }).click();
  const options = page.getByRole('option');
  await expect(options.first()).toBeVisible();
  const account = (await options.nth(1).textContent()) ?? '';
  await options.nth(1).click();
  await page.keyboard.press('Escape');
  const answered = await panelEditPage.refreshPanel();
  const asked = answered.request().postDataJSON() as { readonly queries: readonly { readonly filters?: unknown }[] };
  expect(account).not.toBe('');
  expect(JSON.stringify(asked.queries[0]?.filters)).toContain(account.trim());
});
