import type { PanelEditPage } from '@grafana/plugin-e2e';
import { expect, test as base } from '@grafana/plugin-e2e';
import type { Locator, Page } from '@playwright/test';

export { expect };

export const pluginId = 'licenseanalytics-licenseserver-datasource';

/** A data source of the plugin with an address of the test's own, gone afterwards. */
export interface Made {
  readonly uid: string;
  readonly id: number;
  readonly name: string;
  readonly type: string;
}

interface Fixtures {
  /** The one that `provisioning/datasources` sets up. */
  readonly provisioned: { readonly name: string; readonly uid: string };
  readonly makeDataSource: (given: { readonly url: string; readonly token?: string }) => Promise<Made>;
}

export const test = base.extend<Fixtures>({
  provisioned: async ({ request }, use) => {
    const response = await request.get('/api/datasources/uid/license-analytics');
    expect(response.ok(), 'provisioning/datasources is loaded').toBe(true);
    await use((await response.json()) as { readonly name: string; readonly uid: string });
  },
  makeDataSource: async ({ request }, use) => {
    const made: string[] = [];
    await use(async ({ url, token }) => {
      const response = await request.post('/api/datasources', {
        data: {
          name: `e2e ${crypto.randomUUID().slice(0, 8)}`,
          type: pluginId,
          access: 'proxy',
          url,
          ...(token !== undefined && { secureJsonData: { token } }),
        },
      });
      expect(response.ok(), await response.text()).toBe(true);
      const { datasource } = (await response.json()) as { readonly datasource: Made };
      made.push(datasource.uid);
      return datasource;
    });
    for (const uid of made) await request.delete(`/api/datasources/uid/${uid}`);
  },
});

/** Chooses from one of the editor's lists: types what it is called, clicks it. */
export async function choose(scope: Locator | Page, name: string, option: string): Promise<void> {
  const box = scope.getByRole('combobox', { name, exact: true });
  await box.click();
  await box.fill(option);
  const page = 'page' in scope ? scope.page() : scope;
  await page.getByRole('option', { name: option }).first().click();
}

/** A new panel with the provisioned data source and the data source's own first question. */
export async function newPanel(panelEditPage: PanelEditPage, name: string): Promise<Locator> {
  await panelEditPage.datasource.set(name);
  const row = panelEditPage.getQueryEditorRow('A');
  await expect(row.getByRole('combobox', { name: 'Measure', exact: true })).toBeVisible();
  return row;
}
