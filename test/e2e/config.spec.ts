import { expect, test } from './given.ts';

test('the provisioned data source says what is connected', async ({ gotoDataSourceConfigPage, provisioned, page }) => {
  const config = await gotoDataSourceConfigPage(provisioned.uid);
  await expect(page.getByRole('textbox', { name: 'Address' })).toBeVisible();
  const response = await page.request.get(`/api/datasources/uid/${provisioned.uid}/health`);
  expect(response.ok()).toBe(true);
  // A provisioned data source is tested, not saved.
  await page.getByRole('button', { name: /^(Test|Save & test)$/ }).click();
  await expect(config).toHaveAlert('success', { hasText: /License Analytics .* license servers/ });
});

test('an address where nothing listens says so, and what to do', async ({
  makeDataSource,
  gotoDataSourceConfigPage,
  page,
}) => {
  const { uid } = await makeDataSource({ url: 'http://127.0.0.1:9' });
  const config = await gotoDataSourceConfigPage(uid);
  await config.saveAndTest();
  await expect(config).toHaveAlert('error', { hasText: /cannot be reached/ });
  await expect(page.getByText(/127\.0\.0\.1:9/).first()).toBeVisible();
});

test('an address that is none is told before it is saved', async ({
  makeDataSource,
  gotoDataSourceConfigPage,
  page,
}) => {
  const { uid } = await makeDataSource({ url: 'http://127.0.0.1:8686' });
  await gotoDataSourceConfigPage(uid);
  await page.getByRole('textbox', { name: 'Address' }).fill('licenses.example.com');
  await expect(page.getByText(/http:\/\/ or https:\/\//).first()).toBeVisible();
});
