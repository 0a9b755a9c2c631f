import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What is shipped to Grafana is what Grafana, its plugin validator and our own parts expect. */
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const plugin = json('plugin.json') as {
  readonly id: string;
  readonly info: {
    readonly logos: Record<string, string>;
    readonly links: readonly object[];
    readonly keywords: readonly string[];
  };
  readonly includes: readonly { readonly path: string }[];
  readonly backend: boolean;
  readonly alerting: boolean;
  readonly dependencies: { readonly grafanaDependency: string };
};

test('the top-level plugin.json is the one source', () => {
  expect(readlinkSync('src/plugin.json')).toBe('../plugin.json');
  expect(plugin).toMatchObject({
    id: 'licenseanalytics-licenseserver-datasource',
    backend: true,
    alerting: true,
    dependencies: { grafanaDependency: '>=12.3.0-0' },
  });
  expect(plugin.info.links.length).toBeGreaterThan(0);
  expect(plugin.info.keywords.length).toBeGreaterThan(0);
  for (const logo of Object.values(plugin.info.logos))
    expect(readFileSync(join('src/plugin', logo), 'utf8')).toMatch(/^<svg/);
  for (const { path } of plugin.includes) expect(() => json(path)).not.toThrow();
});

test("the archive's own README is for people who use it", () => {
  expect(readFileSync('src/README.md', 'utf8')).not.toMatch(/\b(npm|yarn|webpack|node_modules|git clone|mage)\b/);
});

test('provisioning names the uid that rules and dashboards use, and knows no secret', () => {
  const { datasources } = parse(readFileSync('provisioning/datasources/license-analytics.yaml', 'utf8')) as {
    datasources: readonly { uid: string; type: string; url: string; secureJsonData: { token: string } }[];
  };
  expect(datasources[0]).toMatchObject({
    uid: 'license-analytics',
    type: plugin.id,
    url: '$LICENSE_ANALYTICS_URL',
    secureJsonData: { token: '$LICENSE_ANALYTICS_TOKEN' },
  });
});

test('docker compose gives one token to both sides, and every build target exists', () => {
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string>; build?: { target: string } }>;
  };
  const tokens = ['grafana', 'license-analytics', 'welcome'].map(
    (name) => compose.services[name]?.environment?.['LICENSE_ANALYTICS_TOKEN'],
  );
  expect(new Set(tokens).size).toBe(1);
  expect(tokens[0]).toMatch(/^\$\{LICENSE_ANALYTICS_TOKEN:-/);
  const targets = [...readFileSync('Dockerfile', 'utf8').matchAll(/ AS ([\w-]+)$/gm)].map(([, name]) => name);
  for (const { build } of Object.values(compose.services))
    if (build !== undefined) expect(targets).toContain(build.target);
});
