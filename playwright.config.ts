import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Signs in once, as an administrator: Grafana's own set-up for tests of plugins. */
const signIn = join(dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e')), 'auth');
const session = 'playwright/.auth/admin.json';

/** A browser of the system, where there is one: nothing is downloaded then. */
const chromium = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== '' && existsSync(path),
);

/**
 * Tests in a real Grafana (`npm run test:e2e` with GRAFANA_URL), set up as the README has it: plugin, provisioned data source
 * and dashboards, a License Analytics server with the sample.
 */
export default defineConfig<PluginOptions>({
  testDir: 'test/e2e',
  outputDir: 'playwright/results',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // One Grafana, one saved state: tests wait for each other.
  workers: 1,
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: 'list',
  use: {
    baseURL: process.env['GRAFANA_URL'] ?? 'http://127.0.0.1:3000',
    trace: 'retain-on-failure',
    ...(chromium !== undefined && { launchOptions: { executablePath: chromium, args: ['--no-sandbox'] } }),
  },
  projects: [
    { name: 'sign-in', testDir: signIn, testMatch: [/.*\.js/] },
    {
      name: 'grafana',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1400, height: 1000 }, storageState: session },
      dependencies: ['sign-in'],
    },
  ],
});
