import { choose, expect, test } from './given.ts';

test('restarts of license servers as annotations', async ({ annotationEditPage, provisioned, page }) => {
  await annotationEditPage.datasource.set(provisioned.name);
  await choose(page, 'Mark', 'Server restarts');
  const answered = await annotationEditPage.runQuery();
  expect(answered.ok()).toBe(true);
  await expect(page.getByText(/\d+ events?/).first()).toBeVisible();
});
