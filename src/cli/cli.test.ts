import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entry } from '../../test/support/built.ts';

/** The command line as people run it: the built program in a process of its own. */
const folder = mkdtempSync(join(tmpdir(), 'la-cli-'));
const data = join(folder, 'store');

const log = `9:00:00 (lmgrd) FLEXnet Licensing (v11.16.2.0) started on lic01 (linux) (3/2/2026)
9:00:01 (vendord) Server started on lic01 for: cad sim
9:00:02 (lmgrd) Started vendord (internet tcp_port 40000 pid 12)
9:01:00 (vendord) OUT: "cad" ann@pc1
9:02:00 (vendord) OUT: "cad" bob@pc2
9:03:00 (vendord) DENIED: "cad" eve@pc3  (Licensed number of users already reached. (-4,342))
9:04:00 (vendord) OUT: "sim" ann@pc1
9:30:00 (vendord) IN: "cad" ann@pc1
this line is nothing
9:40:00 (vendord) IN: "cad" bob@pc2
9:50:00 (vendord) IN: "sim" ann@pc1
`;
const files = {
  log: join(folder, 'lic01.log'),
  bought: join(folder, 'bought.csv'),
  plain: join(folder, 'plain.csv'),
  wrong: join(folder, 'picture.png'),
};

const unreadable = {
  server: 'lic01',
  file: files.log,
  line: 9,
  kind: 'unreadable',
  reason: expect.stringMatching(/./) as string,
  text: 'this line is nothing',
};

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [entry, ...args], { cwd: folder, env: { ...process.env, ...env } });
}

async function cli(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Run> {
  const child = start(args, env);
  child.stdin?.end(input);
  let out = '';
  let err = '';
  child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err };
}

beforeAll(() => {
  writeFileSync(files.log, log);
  writeFileSync(files.bought, 'account,feature,quantity,start,end\nacme,cad,2,2026-01-01,2026-12-31\n');
  writeFileSync(files.wrong, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('three commands on a FlexNet log', () => {
  it('ingest stores it, sums it up on standard output, and is content with an unreadable line', async () => {
    const { code, out, err } = await cli(['ingest', files.log, '--account', 'acme', '--data', data]);
    expect(code).toBe(0);
    expect(out).toMatch(/^lines +11 in 1 file$/m);
    expect(out).toMatch(/^new events +3 checkout, 3 checkin, 1 denial$/m);
    expect(err).toMatch(/read as flexnet/);
    expect(err).toContain("all of them: license-analytics unreadable --file 'lic01.log'");
  });

  it('unreadable lists every line that could not be used, with file, line number and reason', async () => {
    const { code, out } = await cli(['unreadable', '--file', 'lic01.log', '--format', 'json', '--data', data]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([unreadable]);
    const undated = await cli(['unreadable', '--kind', 'undated', '--format', 'json', '--data', data]);
    expect(undated.out).toBe('[]\n');
    expect((await cli(['unreadable', '--limit', 'many', '--data', data])).code).toBe(2);
  });

  it('the same file again counts once', async () => {
    const { code, out } = await cli(['ingest', files.log, '--account', 'acme', '--data', data]);
    expect(code).toBe(0);
    expect(out).toMatch(/^new events +none$/m);
  });

  it('entitlements load says what it loaded', async () => {
    const { code, out } = await cli(['entitlements', 'load', files.bought, '--data', data]);
    expect([code, out]).toEqual([0, `${files.bought}: 1 row loaded\n`]);
  });

  it('answers gives the four answers, and lists what no entitlement covers', async () => {
    const { code, out } = await cli(['answers', '--data', data]);
    expect(code).toBe(0);
    expect(out).toMatch(/1\. How many clients share[^]*acme +cad +2 +2 +1\n/);
    expect(out).toMatch(
      /2\. Which customers use 80 % or more[^]*acme +cad +100 % +2 of 2 +2026-03-02 [0-9:]+ .*\n  on +lic01 \(2\)/,
    );
    expect(out).toMatch(/4\. Why are users denied[^]*Insufficient count .* -4 +1 +100 %/);
    expect(out).toMatch(/Unmapped[^]*acme +sim/);
  });

  it('answers say why entitlements that are loaded cover nothing', async () => {
    const others = `${data}-others`;
    const bought = join(folder, 'others.csv');
    writeFileSync(bought, 'feature,quantity\nCAD-X,2\nSIM-X,1\n');
    expect((await cli(['ingest', files.log, '--account', 'acme', '--data', others])).code).toBe(0);
    const answer = async (): Promise<string> =>
      (await cli(['answers', '--data', others])).out.split('\n2. ')[0]!.replace(/\s+/g, ' ');
    expect(await answer()).toContain('No entitlements are known for any use.');
    expect((await cli(['entitlements', 'load', bought, '--data', others])).code).toBe(0);
    expect(await answer()).toContain(
      '2 entitlements are loaded, none for a feature in use: for CAD-X, SIM-X; in use are cad, sim. Write features as the logs do: license-analytics entitlements load FILE',
    );
    writeFileSync(bought, 'account,feature,quantity\nborealis,cad,2\n');
    expect((await cli(['entitlements', 'load', bought, '--data', others])).code).toBe(0);
    expect(await answer()).toMatch(
      /1 entitlement is loaded, .* for other customers: for borealis; the use is of acme\./,
    );
    writeFileSync(bought, 'feature,quantity,start,end\ncad,2,2030-01-01,2030-12-31\n');
    expect((await cli(['entitlements', 'load', bought, '--data', others])).code).toBe(0);
    expect(await answer()).toMatch(/1 entitlement is loaded, .* for another time: 2030-01-01 to 2030-12-31\./);
  });

  it('answers of an empty store say that nothing is known, not that nobody was denied', async () => {
    const empty = `${data}-empty`;
    const nothing = join(folder, 'nothing.csv');
    writeFileSync(nothing, 'account,feature,quantity\n');
    await cli(['entitlements', 'load', nothing, '--data', empty]);
    const { code, out, err } = await cli(['answers', '--data', empty]);
    expect(code).toBe(0);
    expect(out).toContain('No data.');
    expect(out).not.toMatch(/Nobody|None reaches/);
    expect(err).toContain('Read logs first');
  });
});

describe('where there is no store', () => {
  const none = join(folder, 'none', 'store');
  it.each([
    [['answers']],
    [['query', '{"measure":"checkouts"}']],
    [['entitlements', 'list']],
    [['unreadable']],
    [['share', 'list']],
    [['share', 'html', '--account', 'acme']],
    [['token', 'list']],
    [['subscribe', 'list']],
  ])('%j says so, and makes none', async (args) => {
    const { code, out, err } = await cli([...args, '--data', none]);
    expect([code, out, err]).toEqual([
      1,
      '',
      expect.stringMatching(
        /^error: There is no store in .*none.store\.\n {2}Load a license server's log .*ingest FILE.*\n$/,
      ),
    ]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('doctor tells it as what is to be done next', async () => {
    const { code, out } = await cli(['doctor', '--data', none]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^warning +Store: There is no store in .*\n +→ Load a license/m),
    ]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('where the built-in engine has no program for the machine', () => {
  const hide = join(folder, 'no-engine.cjs');
  const env = { NODE_OPTIONS: `--require ${hide}` };
  beforeAll(() => {
    // As npm installs on Windows and on musl: the package is there, the one with the binding is not.
    writeFileSync(
      hide,
      `const { Module } = require('node:module');
       const resolve = Module._resolveFilename;
       Module._resolveFilename = (name, ...rest) => {
         if (!name.startsWith('@chdb/')) return resolve.call(Module, name, ...rest);
         throw Object.assign(new Error('Cannot find module ' + name), { code: 'MODULE_NOT_FOUND' });
       };`,
    );
  });

  it.each([[['ingest', files.log]], [['serve', '--port', '0']]])(
    '%j says it, and to use a ClickHouse server',
    async (args) => {
      const { code, out, err } = await cli([...args, '--data', join(folder, 'no-engine')], env);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(
        /error: The built-in store cannot be used on this machine \(\w+ \w+\): its engine has no program for it .*\s+Use a ClickHouse server: --clickhouse URL/,
      );
      expect(err).not.toMatch(/fault in the program|\n\s+at |CHDB/);
    },
  );
});

describe('two customers', () => {
  const both = `${data}-both`;
  beforeAll(async () => {
    const bought = join(folder, 'both.csv');
    writeFileSync(bought, 'account,feature,quantity\nacme,cad,2\nborealis,cad,2\n');
    for (const args of [
      ['ingest', files.log, '--account', 'acme', '--server', 'acme'],
      ['ingest', files.log, '--account', 'borealis', '--server', 'borealis'],
      ['entitlements', 'load', bought],
    ])
      expect((await cli([...args, '--data', both])).code).toBe(0);
  });

  it('answers --account narrows the first answer to it', async () => {
    const first = (out: string): string => /1\. How many clients share[^]*?(?=\n2\. )/.exec(out)?.[0] ?? '';
    const all = await cli(['answers', '--data', both]);
    expect(first(all.out)).toMatch(/^acme +cad[^]*^borealis +cad/m);
    const one = await cli(['answers', '--account', 'borealis', '--data', both]);
    expect(first(one.out)).toMatch(/^borealis +cad/m);
    expect(first(one.out)).not.toContain('acme');
  });

  it('entitlements of an account that no line names are told', async () => {
    const file = join(folder, 'misspelt.csv');
    writeFileSync(file, 'account,feature,quantity\nacme,cad,2\nBorealis Ltd,cad,2\n');
    const { code, out } = await cli(['entitlements', 'load', file, '--data', both]);
    expect(code).toBe(0);
    expect(out).toContain('no line is of these accounts: Borealis Ltd; ');
    expect(out).toContain('2 rows loaded');
    const doctor = await cli(['doctor', '--data', both]);
    expect(doctor.out).toContain('1 of 3 accounts with entitlements are named by no log: Borealis Ltd');
  });

  it('account rules say to how many lines they apply; lists show no day for what has none', async () => {
    const store = `${data}-rules`;
    const file = join(folder, 'rules.csv');
    writeFileSync(file, 'target,field,pattern,value\naccount,user,nobody-at-all,Space\n');
    expect((await cli(['accounts', 'load', file, '--data', store])).out).toContain(
      'no stored line waits for an account',
    );
    expect((await cli(['ingest', files.log, '--data', store])).code).toBe(0);
    expect((await cli(['accounts', 'load', file, '--data', store])).out).toMatch(
      /account rules fit 0 of [1-9]\d* stored lines/,
    );
    writeFileSync(file, 'target,field,pattern,value\naccount,user,*,Space\n');
    expect((await cli(['accounts', 'load', file, '--data', store])).out).toMatch(
      /account rules fit (\d+) of \1 stored lines/,
    );
    const list = await cli(['entitlements', 'list', '--data', both]);
    expect(list.out).not.toMatch(/1970|2199/);
  });
});

describe('one company, no accounts', () => {
  const own = `${data}-own`;
  beforeAll(async () => {
    writeFileSync(files.plain, 'feature,quantity\ncad,2\n');
    for (const args of [
      ['ingest', files.log],
      ['entitlements', 'load', files.plain],
    ])
      expect((await cli([...args, '--data', own])).code).toBe(0);
  });

  it('answers tells nothing apart by customer, and entitlements without an account cover the use', async () => {
    const { out } = await cli(['answers', '--data', own]);
    expect(out).not.toMatch(/customer(?!'s administrator)/i);
    expect(out).toMatch(/1\. How many clients share[^]*\ncad +2 +2 +1\n/);
    expect(out).toMatch(
      /2\. Which features use 80 % or more of what was bought\?[^]*\ncad +100 % +2 of 2 .*\n  on +lic01 \(2\)/,
    );
    expect(out).toMatch(/3\. What is used\?\n[^]*\ncad +100 % .* 1\nsim +– .* 0\n/);
    expect(out).toMatch(/Unmapped[^]*\nsim /);
  });

  it('a report needs no name of a customer', async () => {
    const csv = ['share', 'csv', '--from', '2026-03-01', '--to', '2026-04-01', '--out', '-', '--data', own];
    const { code, out } = await cli(csv);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Feature,[^]*\r\ncad,100,/)]);
  });

  it('nor do a subscription and a link', async () => {
    const added = await cli(['subscribe', 'add', 'weekly', '--to', 'ana@example.com', '--data', own]);
    expect([added.code, added.err]).toEqual([0, expect.stringContaining('Subscription "weekly" is added')]);
    const listed = await cli(['subscribe', 'list', '--format', 'json', '--data', own]);
    expect(JSON.parse(listed.out)).toMatchObject([{ name: 'weekly', account: 'This company' }]);
    expect((await cli(['share', 'link', '--data', own])).err).toContain('Link to "This company"');
  });
});

describe('query', () => {
  const question = '{"measure":"checkouts","groupBy":["feature"]}';

  it('writes only the answer to standard output, as JSON rows', async () => {
    const { code, out, err } = await cli(['query', question, '--format', 'json', '--data', data]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { feature: 'cad', value: 2 },
      { feature: 'sim', value: 1 },
    ]);
    expect(err).toBe('');
  });

  it('gives series a time, and several figures a name each', async () => {
    const series = '{"measure":"peakConcurrent","groupBy":["feature"],"shape":"timeSeries","bucket":"1d"}';
    const { out } = await cli([
      'query',
      series,
      '--from',
      '2026-03-02',
      '--to',
      '2026-03-03',
      '--format',
      'json',
      '--data',
      data,
    ]);
    expect(JSON.parse(out)).toEqual([
      { time: '2026-03-02T00:00:00.000Z', feature: 'cad', value: 2 },
      { time: '2026-03-02T00:00:00.000Z', feature: 'sim', value: 1 },
    ]);
    const durations = await cli(
      ['query', '-', '--format', 'json', '--data', data],
      {},
      '{"measure":"sessionDuration"}',
    );
    expect(JSON.parse(durations.out)).toEqual([
      { p50: expect.any(Number) as number, p95: expect.any(Number) as number, max: 2760 },
    ]);
  });

  it('writes CSV with a header', async () => {
    const { out } = await cli(['query', question, '--format', 'csv', '--data', data]);
    expect(out).toBe('feature,value\ncad,2\nsim,1\n');
  });

  it.each([
    ['no JSON', ['query', '{measure:checkouts}'], /not valid JSON .* Quote it/],
    ['an unknown measure', ['query', '{"measure":"usage"}'], /measure: expected one of .* found "usage"/],
    ['an unknown field', ['query', '{"measure":"checkouts","grupBy":[]}'], /grupBy/],
    ['a wrong time', ['query', question, '--from', 'yesterday'], /from: expected an ISO time .* found "yesterday"/],
    [
      'an unknown format',
      ['ingest', files.log, '--format', 'flexnett'],
      /no format "flexnett": expected auto or one of/,
    ],
    [
      'an unknown time zone',
      ['ingest', files.log, '--timezone', 'Europe/Berlim'],
      /"Europe\/Berlim": expected an IANA/,
    ],
    ['an unknown option', ['query', question, '--fromm', 'now'], /unknown option '--fromm'/],
    ['an unknown command', ['querry'], /unknown command 'querry'/],
    ['two stores', ['query', question, '--api', 'http://x'], /one of --data, --clickhouse and --api/],
  ])('wrong usage is exit code 2, and standard output stays empty: %s', async (_, args, message) => {
    const { code, out, err } = await cli([...args, ...(args[0] === 'querry' ? [] : ['--data', data])]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

describe('what goes wrong is said, with what to do', () => {
  it.each([
    [
      'a file that is not there',
      ['ingest', join(folder, 'gone.log'), '--data', data],
      /gone\.log: no such file or directory\n {2}Check the path\.\n$/,
    ],
    [
      'a file of the wrong kind',
      ['ingest', files.wrong, '--data', data],
      /picture\.png: expected\n.*FlexNet.*[^]*found: binary data.*\n {2}Check that this is the right file.*\n$/,
    ],
    [
      'entitlements given as a log',
      ['ingest', files.bought, '--data', data],
      /bought\.csv: this is a list of entitlements[^]*\n {2}Load it as entitlements: .* entitlements load FILE\.\n$/,
    ],
    [
      'a log given as entitlements',
      ['entitlements', 'load', files.log, '--data', data],
      /lic01\.log: expected a CSV of entitlements or a FlexNet license file, found a FlexNet .* log\..*\n {2}Read it with: .* ingest FILE\n$/,
    ],
    ['no server at that address', ['answers', '--api', 'http://127.0.0.1:9'], /No License Analytics server answers at/],
    ['a customer without use', ['answers', '--account', 'nobody', '--data', data], /No use of an account "nobody"/],
  ])('%s: exit code 1', async (_, args, message) => {
    const { code, out, err } = await cli(args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it('a file of the wrong kind among others: the others are stored, and the exit code says that one was not', async () => {
    const { code, out, err } = await cli(['ingest', files.wrong, files.log, '--account', 'acme', '--data', data]);
    expect(code).toBe(1);
    expect(out).toMatch(/^lines +11 in 1 file$/m);
    expect(err).toMatch(/not stored: .*picture\.png/);
  });

  it('so does a file that is not there', async () => {
    const { code, out, err } = await cli(['ingest', join(folder, 'gone*.log'), files.log, '--data', data]);
    expect(code).toBe(1);
    expect(out).toMatch(/^lines +11 in 1 file$/m);
    expect(err).toMatch(/not stored: .*gone\*\.log: no file matches this pattern\n {2}Check the pattern/);
  });

  it('a wrong configuration file is named with the line', async () => {
    const config = join(folder, 'site.yaml');
    writeFileSync(config, 'listen:\n  port: many\n');
    const { code, err } = await cli(['query', '{"measure":"checkouts"}', '--config', config]);
    expect(code).toBe(2);
    expect(err).toContain(`${config}:2: listen.port: expected number, found "many".`);
  });

  it('serve refuses to listen to the world without tokens, and says why', async () => {
    const { code, err } = await cli(['serve', '--host', '0.0.0.0', '--port', '0', '--data', join(folder, 'other')]);
    expect(code).toBe(1);
    expect(err).toMatch(/Without tokens anyone who reaches 0\.0\.0\.0/);
  });
});

describe('beside a running server', () => {
  let server: ChildProcess;
  let url = '';
  beforeAll(async () => {
    server = start(['serve', '--port', '0', '--data', data], { LICENSE_ANALYTICS_TOKEN: 'secret-of-this-test' });
    let err = '';
    url = await new Promise<string>((done, fail) => {
      server.on('exit', () => fail(new Error(err)));
      server.stderr?.on('data', (text: Buffer) => {
        err += text.toString();
        const found = /listening on (\S+)/.exec(err);
        if (found?.[1] !== undefined && err.includes('ready for questions')) done(found[1]);
      });
    });
  });
  afterAll(async () => {
    const ended = new Promise((done) => server.on('exit', done));
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('commands on the same directory go through it by themselves', async () => {
    const { code, out, err } = await cli(['query', '{"measure":"checkouts"}', '--format', 'json', '--data', data]);
    expect([code, JSON.parse(out)]).toEqual([0, [{ value: 3 }]]);
    expect(err).toContain(`asking it at ${url}`);
  });

  it('commands reach it by its address, with the token from the environment', async () => {
    const token = { LICENSE_ANALYTICS_TOKEN: 'secret-of-this-test' };
    const ingest = await cli(['ingest', files.log, '--account', 'acme', '--api', url], token);
    expect([ingest.code, ingest.out]).toEqual([0, expect.stringMatching(/^new events +none$/m)]);
    const load = await cli(['entitlements', 'load', files.bought, '--api', url], token);
    expect(load.code).toBe(0);
    const unusable = await cli(['unreadable', '--format', 'json', '--api', url], token);
    expect(JSON.parse(unusable.out)).toEqual([unreadable]);
    const answers = await cli(['answers', '--format', 'json', '--api', url], token);
    expect(JSON.parse(answers.out)).toMatchObject({
      closeToEntitlement: [{ account: 'acme', feature: 'cad', percentage: 100 }],
    });
    expect((await cli(['answers', '--api', url])).err).toMatch(/answers only with a token/);
  });

  it('a second server on the same directory is refused with a sentence', async () => {
    const { code, err } = await cli(['serve', '--port', '0', '--data', data]);
    expect(code).toBe(1);
    expect(err).toMatch(/error: .*process \d+/);
  });

  it('an engine crash loses nothing: the server is back by itself', async () => {
    const pid = Number(/"pid":(\d+)/.exec(execFileSync('cat', [join(data, 'server.json')]).toString())?.[1]);
    process.kill(pid, 'SIGSEGV');
    let health: Response | undefined;
    const meanwhile: unknown[] = [];
    for (let tries = 0; tries < 400; tries++) {
      await new Promise((done) => setTimeout(done, 50));
      health = await fetch(`${url}/api/v1/health`).catch(() => undefined);
      if (health?.status === 503) meanwhile.push(await health.json());
      if (health?.status === 200 && meanwhile.length > 0) break;
    }
    expect(meanwhile[0]).toMatchObject({
      status: 'failing',
      reason: expect.stringMatching(
        /^The server stopped: .*Nothing stored is lost; it starts again in 0.5 s\.$/,
      ) as string,
    });
    expect(await health?.json()).toMatchObject({ status: 'ok', lastCrash: { restarts: 1 } });
  });
});
