import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryInfo } from '../../src/server/delivery/delivering.ts';
import { flexnetLog } from '../golden/fixture.ts';
import { entry } from '../support/built.ts';
import type { TestSmtp } from '../support/smtp.ts';
import { openTestSmtp } from '../support/smtp.ts';

/** The server as it is installed, killed while it hands a mail over. */
const folder = mkdtempSync(join(tmpdir(), 'la-mailing-'));

let smtp: TestSmtp;
/** Called when a message has arrived whole and has not been answered. */
let arrived: (() => void) | undefined;
let server: ChildProcess | undefined;
let url = '';

beforeAll(async () => {
  const mails: string[] = [];
  smtp = await openTestSmtp({
    onData(stream, session, callback) {
      stream.resume().on('end', () => {
        mails.push(...session.envelope.rcptTo.map(({ address }) => address));
        smtp.mails.push({
          from: '',
          to: [mails.at(-1) ?? ''],
          secure: false,
          user: undefined,
          headers: new Map(),
          raw: '',
        });
        // Whoever is killed meanwhile never hears the answer.
        if (arrived === undefined) callback();
        else arrived();
      });
    },
  });
  writeFileSync(join(folder, 'lic.log'), flexnetLog);
  writeFileSync(
    join(folder, 'license-analytics.yaml'),
    `data: store
sources: [{ files: lic.log, account: acme }]
mail: { smtp: "smtp://127.0.0.1:${smtp.port}", from: reports@example.com, tls: none }
subscriptions:
  - { name: every-minute, account: acme, schedule: "* * * * *", outlets: [csv], range: { from: "2026-03-02", to: "2026-03-03" }, recipients: [ana@acme.example] }
`,
  );
});
afterAll(async () => {
  const ended = new Promise((done) => server?.on('exit', done));
  server?.kill('SIGTERM');
  await ended;
  await smtp.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(): Promise<ChildProcess> {
  const started = spawn(process.execPath, [
    entry,
    'serve',
    '--port',
    '0',
    '--config',
    join(folder, 'license-analytics.yaml'),
  ]);
  let said = '';
  await new Promise<void>((done, fail) => {
    started.on('exit', () => fail(new Error(said)));
    started.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      url = /listening on (\S+)/.exec(said)?.[1] ?? '';
      if (url !== '' && said.includes('ready for questions')) done();
    });
  });
  return started;
}

async function log(): Promise<readonly DeliveryInfo[]> {
  const answer = await fetch(`${url}/api/v1/deliveries?limit=1000`);
  // Somebody stands in while there is no server.
  if (!answer.ok) throw new Error(`${answer.status}`);
  return ((await answer.json()) as { deliveries: DeliveryInfo[] }).deliveries;
}

const looks = async (): Promise<number> =>
  ((await (await fetch(`${url}/api/v1/status`)).json()) as { delivering: { looks: number } }).delivering.looks;

it('a mail that was under way when the server was killed is marked so, and is not sent again', async () => {
  const handedOver = new Promise<void>((done) => (arrived = done));
  server = await begin();
  await handedOver;
  const { pid } = JSON.parse(readFileSync(join(folder, 'store', 'server.json'), 'utf8')) as { pid: number };
  const before = await log();
  const killed = before.find(({ state }) => state === 'sending');
  expect(killed).toMatchObject({ recipient: 'ana@acme.example', attempts: 1 });
  arrived = undefined;
  process.kill(pid, 'SIGKILL');
  // It is started again by itself.
  let now: DeliveryInfo | undefined;
  for (let tries = 0; tries < 600 && now?.state !== 'unknown'; tries++) {
    await pause(100);
    now = await log().then(
      (rows) => rows.find(({ due }) => due === killed?.due),
      () => undefined,
    );
  }
  expect(now).toMatchObject({ state: 'unknown', note: expect.stringContaining('is not sent again') as string });
  // Another look passes it by too.
  for (let tries = 0; tries < 600 && (await looks()) < 2; tries++) await pause(100);
  const after = await log();
  expect(after.find(({ due }) => due === killed?.due)).toEqual(now);
  expect(smtp.mails).toHaveLength(after.filter(({ state }) => state === 'sent' || state === 'unknown').length);
}, 240_000);
