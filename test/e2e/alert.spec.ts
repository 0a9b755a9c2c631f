import { expect, test } from './given.ts';

test('an alert rule on usage of entitlements can be previewed', async ({ alertRuleEditPage, provisioned, page }) => {
  await alertRuleEditPage.alertRuleNameField.fill('e2e: close to entitlements');
  const query = await alertRuleEditPage.getQueryRow();
  await query.datasource.set(provisioned.name);
  await expect(query.locator.getByText(/^Peak use as % of entitlements, per account and feature/)).toBeVisible();
  const evaluated = await alertRuleEditPage.evaluate();
  expect(evaluated.status(), await evaluated.text()).toBe(200);
  // Labels of the series become labels of the alert instances.
  await expect(page.getByText(/account/).first()).toBeVisible();
});
