import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clsCauses, elasticCauses, flexnetCapacity, flexnetCauses, flexnetExpired } from './catalogue.ts';
import { accountNames } from './names.ts';
import { seeded } from './random.ts';
import { readSource, recount } from './recount.test-helper.ts';
import type { Reading } from './recount.test-helper.ts';
import { caseNames } from './index.ts';
import type { CaseName, Manifest, PairFigures } from './index.ts';
import { contents, directory, run } from './run.test-helper.ts';

function figuresOf(manifest: Manifest, name: CaseName): PairFigures[] {
  return manifest.cases
    .filter((planned) => planned.name === name)
    .flatMap((planned) =>
      manifest.pairs.filter((pair) => pair.account === planned.account && pair.feature === planned.feature),
    );
}

describe('a small simulation of one year', () => {
  let out: string;
  let manifest: Manifest;
  let readings: Map<string, Reading>;
  beforeAll(async () => {
    out = directory();
    manifest = await run({ out, events: 20_000, noise: 0.3 });
    readings = new Map(manifest.sources.map((source) => [source.server, readSource(out, source)]));
  });

  test('the same options give the same bytes, another seed gives others', async () => {
    const [again, other] = [directory(), directory()];
    await run({ out: again, events: 20_000, noise: 0.3 });
    await run({ out: other, events: 20_000, noise: 0.3, seed: 12 });
    expect(contents(again)).toEqual(contents(out));
    expect(contents(other)['entitlements.csv']).not.toEqual(contents(out)['entitlements.csv']);
  });

  test('the number of events is about what was asked for', () => {
    expect(manifest.totals.events).toBeGreaterThan(18_000);
    expect(manifest.totals.events).toBeLessThan(23_000);
  });

  test('the manifest counts the lines and kinds that were written', () => {
    for (const source of manifest.sources) {
      const reading = readings.get(source.server);
      expect(reading?.count).toBe(source.files.reduce((sum, file) => sum + file.lines, 0));
      expect(new Date(reading?.last ?? 0).toISOString()).toBe(source.last);
      for (const kind of [
        'checkout',
        'checkin',
        'denial',
        'unsupported',
        'queued',
        'dequeued',
        'upgrade',
        'start',
      ] as const) {
        const counted = source.files.reduce((sum, file) => sum + (file.kinds[kind] ?? 0), 0);
        expect([source.server, kind, reading?.lines.filter((line) => line.kind === kind).length]).toEqual([
          source.server,
          kind,
          counted,
        ]);
      }
    }
  });

  test('peaks, license-seconds, clients, denials and episodes equal a recount of the files', () => {
    const site = new Map(
      manifest.sources.flatMap((source) => (source.account === '' ? [] : [[source.server, source.account]])),
    );
    const rules = readFileSync(join(out, manifest.accountRules), 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(','));
    let compared = 0;
    for (const pair of manifest.pairs) {
      const own = pair.servers.map((server) => ({ server, reading: readings.get(server) as Reading }));
      const shared = own.some(({ server }) => !site.has(server));
      const prefix = shared ? (rules.find(([, , , value]) => value === pair.account)?.[2] ?? '').replace('*', '') : '';
      const counted = recount(
        own.map(({ reading }) => reading),
        (line) => line.feature === pair.feature && line.client.includes(shared ? `@${prefix}` : ''),
      );
      expect({ pair: `${pair.account} ${pair.feature}`, ...counted }).toEqual({
        pair: `${pair.account} ${pair.feature}`,
        checkouts: pair.checkouts,
        checkins: pair.checkins,
        denials: pair.denials,
        unsupported: pair.unsupported,
        peak: pair.model === 'metered' ? counted.peak : pair.peakConcurrent,
        licenseSeconds: pair.model === 'metered' ? counted.licenseSeconds : pair.licenseSeconds,
        clients: pair.uniqueClients,
        ...pair.episodes,
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });

  test('no client works on two servers: its denials make the same episodes over servers and server by server', () => {
    const serverOf = new Map<string, string>();
    for (const { server } of manifest.sources)
      for (const { feature, client } of readings.get(server)?.lines ?? []) {
        if (client === '') continue;
        const known = serverOf.get(`${feature} ${client}`) ?? server;
        serverOf.set(`${feature} ${client}`, known);
        expect([client, server]).toEqual([client, known]);
      }
    expect(serverOf.size).toBeGreaterThan(100);
  });

  test('no more licenses are out than the entitlements and their overdraft allow', () => {
    const rows = readFileSync(join(out, manifest.entitlements), 'utf8')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(','));
    for (const pair of manifest.pairs.filter(
      (one) => one.model === 'concurrent' && one.usagePercentage !== null && one.servers.length === 1,
    )) {
      const shared = manifest.sources.some((source) => source.server === pair.servers[0] && source.account === '');
      if (shared || pair.feature.endsWith('_base')) continue;
      const [most = 0] = rows
        .filter(([account, , feature]) => account === pair.account && feature === pair.feature)
        .map((row) => Number(row[5]) + Number(row[6]))
        .sort((a, b) => b - a);
      expect(pair.peakConcurrent).toBeLessThanOrEqual(most);
    }
  });

  test('what is used was bought and what was bought is used, but for the cases that are planned otherwise', () => {
    const planned = (name: CaseName): string[] =>
      manifest.cases.filter((one) => one.name === name).map(({ account, feature }) => `${account} ${feature}`);
    const bought = new Set(
      readFileSync(join(out, manifest.entitlements), 'utf8')
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(','))
        .map(([account, , feature]) => `${account} ${feature}`),
    );
    const used = new Set(
      manifest.pairs.filter((pair) => pair.checkouts > 0).map(({ account, feature }) => `${account} ${feature}`),
    );
    expect([...used].filter((pair) => !bought.has(pair))).toEqual(planned('unmapped use'));
    expect([...bought].filter((pair) => !used.has(pair))).toEqual(planned('idle entitlement'));
    expect(planned('unmapped use')).toHaveLength(1);
  });

  test('SLOG lines make up the share asked for on busy servers', () => {
    const [busiest] = [...manifest.sources]
      .filter((source) => source.format === 'flexnet')
      .sort((a, b) => eventsOf(b) - eventsOf(a));
    const slog = (busiest?.files ?? []).reduce((sum, file) => sum + (file.kinds['slog'] ?? 0), 0);
    const lines = (busiest?.files ?? []).reduce((sum, file) => sum + file.lines, 0);
    expect(slog / lines).toBeGreaterThan(0.25);
    expect(slog / lines).toBeLessThan(0.4);
  });
});

function eventsOf(source: Manifest['sources'][number]): number {
  return source.files.reduce((sum, file) => sum + (file.kinds['checkout'] ?? 0), 0);
}

describe.each([
  { events: 2000, days: 365, seed: 1 },
  { events: 2000, days: 5, seed: 2 },
  { events: 60_000, days: 90, seed: 3 },
])('every case is there at $events events in $days days', (options) => {
  let manifest: Manifest;
  let out: string;
  beforeAll(async () => {
    out = directory();
    manifest = await run({ out, ...options });
  });

  test('each planned case names an account or server', () => {
    expect([...new Set(manifest.cases.map((planned) => planned.name))].sort()).toEqual([...caseNames].sort());
  });

  test('customers at 80, 95 and 120 % of what they bought', () => {
    expect(figuresOf(manifest, 'usage 80 %').map((pair) => pair.usagePercentage)).toEqual([80]);
    expect(figuresOf(manifest, 'usage 95 %').map((pair) => pair.usagePercentage)).toEqual([95]);
    const [over] = figuresOf(manifest, 'usage over 100 % (overdraft)');
    expect(over?.usagePercentage).toBe(120);
    expect(over?.denialsByCode['-4']).toBeGreaterThan(0);
    expect(over?.episodes.resolved).toBeGreaterThan(0);
    expect(over?.episodes.unresolved).toBeGreaterThan(0);
  });

  test('metered customers near, over and out of tokens', () => {
    expect(figuresOf(manifest, 'metered near')[0]?.usagePercentage).toBeCloseTo(92);
    expect(figuresOf(manifest, 'metered over')[0]?.usagePercentage).toBeCloseTo(118);
    const [exhausted] = figuresOf(manifest, 'metered exhausted');
    expect(exhausted?.denialsByCode['Insufficient elastic tokens available']).toBeGreaterThan(0);
    expect(
      figuresOf(manifest, 'metered expired with denials')[0]?.denialsByCode['No valid active line items'],
    ).toBeGreaterThan(0);
  });

  test('expired, unmapped, uncounted and idle entitlements', () => {
    const [flexnet, cls] = figuresOf(manifest, 'expired with denials');
    expect(flexnet?.denialsByCode['-10']).toBeGreaterThan(0);
    expect(cls?.denialsByCode['11']).toBeGreaterThan(0);
    expect(figuresOf(manifest, 'unmapped use')[0]).toMatchObject({ usagePercentage: null, entitled: null });
    expect(figuresOf(manifest, 'unmapped use')[0]?.checkouts).toBeGreaterThan(0);
    expect(figuresOf(manifest, 'uncounted')[0]?.usagePercentage).toBeNull();
    expect(figuresOf(manifest, 'idle entitlement')).toEqual([]);
    const entitlements = readFileSync(join(out, 'entitlements.csv'), 'utf8');
    expect(entitlements).toMatch(/,uncounted,/);
    for (const [name, day] of [
      ['expires in 7 days', '2026-11-27'],
      ['expires in 30 days', '2026-12-20'],
    ] as const) {
      const planned = manifest.cases.find((one) => one.name === name);
      expect(entitlements.split('\n').find((line) => line.includes(`,${planned?.feature ?? '?'},`))).toContain(day);
    }
  });

  test('denials of every family', () => {
    const seen = new Set(manifest.pairs.flatMap((pair) => Object.keys(pair.denialsByCode)));
    const causes = [...flexnetCauses, ...clsCauses, ...elasticCauses, flexnetCapacity, flexnetExpired];
    expect(causes.filter((cause) => !seen.has(cause.code || cause.text))).toEqual([]);
    expect([...new Set(causes.map((cause) => cause.family))].sort()).toEqual([
      'borrow',
      'expired',
      'feature unavailable',
      'filter or rule',
      'insufficient count',
      'queued',
      'request error',
      'reserved',
      'server or network',
      'trust or clock',
      'version',
    ]);
    expect(manifest.totals.kinds['unsupported']).toBeGreaterThan(0);
  });

  test('restarts with sessions open, orphans, upgrades, queues, unknown episodes', () => {
    expect(manifest.totals.closedByRestart).toBeGreaterThan(0);
    expect(manifest.totals.orphans).toBeGreaterThan(0);
    expect(manifest.totals.episodes.unknown).toBeGreaterThan(0);
    for (const kind of ['upgrade', 'queued', 'dequeued'])
      expect([kind, manifest.totals.kinds[kind] ?? 0]).not.toEqual([kind, 0]);
    const text = readdirSync(out)
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(join(out, name), 'utf8'))
      .join('');
    for (const pattern of [
      /REStarted \w+ \(pid \d+\)/,
      /\(SHUTDOWN\)/,
      /\(INACTIVE\)/,
      /\(16 licenses\)/,
      /Finished rereading/,
      /\(-4,342:/,
    ]) {
      expect(text).toMatch(pattern);
    }
  });

  test('one source falls silent long before the end', () => {
    const silent = manifest.cases.find((planned) => planned.name === 'silent source');
    const source = manifest.sources.find((one) => one.server === silent?.server);
    expect(Date.parse(manifest.end) - Date.parse(source?.last ?? '')).toBeGreaterThan(
      Math.min(20, options.days / 6) * 86_400_000,
    );
  });
});

test('a log shows the hour that comes twice, on both sides of the step', async () => {
  const out = directory();
  const manifest = await run({ out, events: 3000, days: 60, end: '2026-11-20T10:00:00Z' });
  const source = manifest.sources.find((one) => one.timezone === 'Europe/Berlin' && one.format === 'flexnet');
  const lines = readFileSync(join(out, source?.files[0]?.file ?? ''), 'utf8').split('\n');
  const step = lines.findIndex((line, i) => line.startsWith(' 2:5') && (lines[i + 1] ?? '').startsWith(' 2:0'));
  expect(step).toBeGreaterThan(0);
});

test("no account's name is part of another's", () => {
  const names = accountNames(seeded(5, 'names'), 2300).map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  const clashes = names.flatMap((name) => {
    const first = name.split(' ')[0] ?? '';
    return names.filter((other) => other !== name && other.includes(first));
  });
  expect(clashes).toEqual([]);
});

test.each([
  [{ events: 10 }, /events must be a whole number from 2,000/],
  [{ days: 1 }, /days must be a whole number from 3/],
  [{ end: 'yesterday' }, /end must be an ISO time/],
  [{ accounts: 3 }, /accounts must be at least 14/],
] as const)('refuses %j', async (wrong, sentence) => {
  await expect(run({ out: directory(), ...wrong })).rejects.toThrow(sentence);
});

test('an interrupted simulation can be made anew; a directory of something else is left alone', async () => {
  const out = directory();
  await run({ out, events: 2000, days: 5 });
  const whole = contents(out);
  // As after a kill in the middle: no manifest yet, the marker still there.
  rmSync(join(out, 'manifest.json'));
  writeFileSync(join(out, 'simulation.tmp'), '');
  await run({ out, events: 2000, days: 5 });
  expect(contents(out)).toEqual(whole);
  const other = directory();
  writeFileSync(join(other, 'thesis.log'), 'mine');
  await expect(run({ out: other })).rejects.toThrow(/should be empty or hold an earlier simulation, found thesis.log/);
  expect(contents(other)).toEqual({ 'thesis.log': 'mine' });
});
