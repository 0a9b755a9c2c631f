import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { channelVariables, textVariables } from '../../provisioning/source/settings.ts';
import type { Running } from '../interruptions/processes.ts';
import { run, start, until } from '../interruptions/processes.ts';

/** Docker Compose, without its engine: what the services are told, and what comes of it. */
interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
const text = readFileSync('docker-compose.yml', 'utf8');
const { services } = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>> };
const { alerting, grafana, sample, welcome } = services;
const server = services['license-analytics'];

test('whatever decides what is written is handed on, and nothing has to be set', () => {
  for (const name of Object.values({ ...channelVariables, ...textVariables }))
    expect(alerting?.environment?.[name]).toBe(`\${${name}:-}`);
  for (const name of Object.values(channelVariables))
    expect(grafana?.environment?.[name]).toBe(alerting?.environment?.[name]);
  expect([...text.matchAll(/\$\{\w+(?!\w|:-)/g)]).toEqual([]);
});

test('it listens on this machine only, in the Grafana that is asked for', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(1);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(grafana?.image).toBe('grafana/${GRAFANA_IMAGE:-grafana}:${GRAFANA_VERSION:-12.3.0}');
});

test('the files are there before Grafana starts, where it reads them', () => {
  expect(alerting?.volumes).toEqual(['alerting:/out']);
  expect(grafana?.volumes).toContain('alerting:/etc/grafana/provisioning/alerting:ro');
  expect(grafana?.depends_on?.['alerting']).toEqual({ condition: 'service_completed_successfully' });
});

describe('the sample', () => {
  const folder = mkdtempSync(join(tmpdir(), 'license-analytics-compose-'));
  const running: Running[] = [];
  afterAll(async () => {
    for (const one of running) one.process.kill('SIGTERM');
    await Promise.all(running.map((one) => one.ended));
    rmSync(folder, { recursive: true, force: true });
  });
  const begin = (args: readonly string[]): Running => {
    const one = start(args);
    running.push(one);
    return one;
  };
  const addressIn = async (one: Running, words: RegExp): Promise<string> => {
    let url: string | undefined;
    await until(`it said ${words.source}`, () => {
      if (one.process.exitCode !== null) throw new Error(one.said());
      return (url = words.exec(one.said())?.[1]) !== undefined;
    });
    return url ?? '';
  };
  const answer = async (args: readonly string[]): Promise<string> => {
    const { code, said } = await start(args).ended;
    expect([code, said]).toEqual([0, said]);
    return said;
  };

  test('gives the same answers in Docker Compose as by npm start, goes on there, and says where to look', async () => {
    const [started, composed] = [join(folder, 'start'), join(folder, 'made-up')];
    await run(['simulate', '--events', '6000', '--days', '30', '--out', join(started, 'logs')]);
    cpSync(join(started, 'logs'), composed, { recursive: true });
    const { end } = JSON.parse(readFileSync(join(composed, 'manifest.json'), 'utf8')) as { readonly end: string };

    const here = begin(['start', '--sample', started, '--port', '0']);
    const npm = await addressIn(here, /The server answers at (\S+)/);

    // The same commands; only paths, the address and the store differ.
    const told = (service: Service | undefined): string[] =>
      (service?.command ?? []).map((word) => word.replace('/made-up', composed));
    const writer = begin(told(sample));
    await addressIn(writer, /(go on writing)/);
    const state = readFileSync(join(composed, 'state.json'), 'utf8');
    expect((JSON.parse(state) as { readonly until: number }).until).toBeGreaterThan(Date.parse(end));
    const place = told(server).map((word) =>
      word.replace('--host=0.0.0.0', '--port=0').replace(/--clickhouse=.*/, `--data=${join(folder, 'store')}`),
    );
    const compose = await addressIn(begin(place), /listening on (\S+)/);

    // Waits until everything was read.
    const [script = ''] = welcome?.command ?? [];
    const said = await greet(script.replace('http://license-analytics:8686', compose));
    expect(said).toBe(
      'Grafana: http://127.0.0.1:3000, user admin, password admin\n' +
        'License Analytics: http://127.0.0.1:8686, token demo-token\n',
    );

    const [a, b] = [npm, compose].map((url) => ['answers', '--api', url, '--to', end]);
    expect(await answer(b ?? [])).toEqual(await answer(a ?? []));
    const question = JSON.stringify({ measure: 'checkouts', groupBy: ['account'] });
    const byAccount = await answer(['query', question, '--api', compose, '--to', end, '--format', 'csv']);
    const accounts = byAccount.trim().split('\n').slice(1);
    expect(accounts.length).toBeGreaterThan(10);
    expect(accounts.filter((line) => line.startsWith(',') || line.startsWith('"",'))).toEqual([]);
  });
});

/** What the script of the service that greets writes, with the credentials of a bare start. */
async function greet(script: string): Promise<string> {
  const [GRAFANA_PASSWORD, LICENSE_ANALYTICS_TOKEN] = ['GRAFANA_PASSWORD', 'LICENSE_ANALYTICS_TOKEN'].map((name) =>
    (welcome?.environment?.[name] ?? '').replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  );
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, GRAFANA_PASSWORD, LICENSE_ANALYTICS_TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return said;
}
