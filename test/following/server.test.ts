import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { entry } from '../support/built.ts';

/** The server as it is installed: `serve` with a configuration, its process of its own, and a log that grows. */
const folder = mkdtempSync(join(tmpdir(), 'la-following-'));
const log = join(folder, 'lic.log');
const bought = join(folder, 'bought.csv');
writeFileSync(
  join(folder, 'license-analytics.yaml'),
  `data: store
sources:
  - { files: lic.log*, account: acme }
  - { files: ignored.log, follow: false }
entitlements: [bought.csv]
following: { everySeconds: 1 }
`,
);
writeFileSync(
  log,
  `09:00:00 (lmgrd) FLEXnet Licensing (v11.16.2.0) started on lic01 (linux) (3/2/2026)
09:00:01 (vendord) OUT: "cad" ann@pc1
`,
);
writeFileSync(bought, 'account,feature,quantity\nacme,cad,4\n');

let server: ChildProcess;
let said = '';
let url = '';

async function begin(): Promise<void> {
  said = '';
  server = spawn(process.execPath, [entry, 'serve', '--port', '0', '--config', join(folder, 'license-analytics.yaml')]);
  await new Promise<void>((done, fail) => {
    server.on('exit', () => fail(new Error(said)));
    server.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      url = /listening on (\S+)/.exec(said)?.[1] ?? '';
      if (url !== '' && said.includes('ready for questions')) done();
    });
  });
}

async function end(): Promise<void> {
  const ended = new Promise((done) => server.on('exit', done));
  server.kill('SIGTERM');
  expect(await ended).toBe(0);
}

interface Status {
  readonly following: {
    readonly looks: number;
    readonly lines: number;
    readonly error: string;
    readonly sources: readonly { readonly files: number; readonly problems: readonly { readonly file: string }[] }[];
    readonly documents: readonly { readonly file: string }[];
  };
}

const status = async (): Promise<Status['following']> =>
  ((await (await fetch(`${url}/api/v1/status`)).json()) as Status).following;

/** Waits until a look has ended that began after now. */
async function nextLook(): Promise<Status['following']> {
  const { looks } = await status();
  for (;;) {
    const now = await status();
    if (now.looks >= looks + 2) return now;
    await pause(100);
  }
}

async function ask(measure: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: '2026-03-02T00:00:00Z',
      to: '2026-03-03T00:00:00Z',
      queries: [{ refId: 'A', measure }],
    }),
  });
  const body = (await answer.json()) as {
    results: { A: { frames: { data: { values: unknown[][] } }[] } };
  };
  return body.results.A.frames[0]?.data.values.at(-1)?.[0];
}

beforeAll(begin);
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

it('a denial that is written to the log can be asked for after the next look', async () => {
  await nextLook();
  expect([await ask('checkouts'), await ask('denials')]).toEqual([1, 0]);
  appendFileSync(
    log,
    '09:05:00 (vendord) DENIED: "cad" bob@pc2  (Licensed number of users already reached. (-4,342))\n',
  );
  expect(await nextLook()).toMatchObject({ error: '', lines: 3, sources: [{ files: 1, problems: [] }] });
  expect(await ask('denials')).toBe(1);
});

it('what was bought is loaded, and again when the file changes; a wrong file is told and changes nothing', async () => {
  expect(await ask('usagePercentage')).toBe(25);
  writeFileSync(bought, 'account,feature,quantity\nacme,cad,many\n');
  expect((await nextLook()).documents).toMatchObject([{ file: bought }]);
  expect(await ask('usagePercentage')).toBe(25);
  writeFileSync(bought, 'account,feature,quantity\nacme,cad,2\n');
  expect((await nextLook()).documents).toEqual([]);
  expect(await ask('usagePercentage')).toBe(50);
});

it('the metrics page tells of it, and so does the log, once', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^license_analytics_follow_files 1$/m);
  expect(metrics).toMatch(/^license_analytics_follow_lines 3$/m);
  expect(metrics).toMatch(/^license_analytics_follow_problems 0$/m);
  expect(said.match(/followed files have grown/g)).toHaveLength(2);
});

it('a server that is started again goes on where it was', async () => {
  await end();
  appendFileSync(log, '09:06:00 (vendord) OUT: "cad" bob@pc2\n');
  await begin();
  expect(await nextLook()).toMatchObject({ lines: 1, error: '' });
  expect([await ask('checkouts'), await ask('denials')]).toEqual([2, 1]);
});
