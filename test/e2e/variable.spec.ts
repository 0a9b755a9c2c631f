import { choose, expect, test } from './given.ts';

test('a variable offers the features that occur', async ({ variableEditPage, provisioned, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(provisioned.name);
  await choose(page, 'Values of', 'Feature');
  await variableEditPage.runQuery();
  await expect(
    variableEditPage
      .getByGrafanaSelector(
        variableEditPage.ctx.selectors.pages.Dashboard.Settings.Variables.Edit.General.previewOfValuesOption,
      )
      .first(),
  ).not.toBeEmpty();
});
