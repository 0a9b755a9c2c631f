import { DateTime } from 'luxon';
import { sample } from './index.ts';
import type { Manifest, PairFigures } from './index.ts';
import { readSource } from './recount.test-helper.ts';
import type { ReadLine } from './recount.test-helper.ts';
import { directory, run } from './run.test-helper.ts';

const hour = 3_600_000;

/** The use of one feature on one server at every half past, on the server's clocks. */
interface HourlyUse {
  readonly pair: PairFigures;
  readonly at: readonly { readonly time: DateTime; readonly used: number }[];
}

/** The sample that the product shows first: it should look like customers at work. */
describe('the sample', () => {
  let manifest: Manifest;
  let busy: HourlyUse[];
  beforeAll(async () => {
    const out = directory();
    manifest = await run({ out, ...sample });
    busy = manifest.sources.flatMap((source) => {
      const pairs = manifest.pairs.filter((pair) => pair.servers.includes(source.server) && pair.checkouts > 2000);
      if (pairs.length === 0) return [];
      const { lines } = readSource(out, source);
      return pairs.map((pair) => ({ pair, at: hourly(lines, pair.feature, source.timezone, manifest) }));
    });
  });
  const people = (): HourlyUse[] => busy.filter(({ pair }) => pair.peakConcurrent < 100);

  test('a dozen customers with pools of tens to hundreds of licenses', () => {
    expect(new Set(busy.map(({ pair }) => pair.account)).size).toBeGreaterThanOrEqual(12);
    expect(busy.filter(({ pair }) => pair.peakConcurrent >= 100).length).toBeGreaterThanOrEqual(3);
    expect(people().filter((use) => mean(use, office(10)) >= 10).length).toBeGreaterThanOrEqual(8);
  });

  test('people work on working days, go to lunch and come back', () => {
    for (const use of people()) {
      const morning = mean(use, office(10));
      expect([use.pair.feature, mean(use, (time) => time.weekday > 5 && time.hour === 10) / morning < 0.2]).toEqual([
        use.pair.feature,
        true,
      ]);
      const noon = mean(use, office(12));
      expect(noon).toBeLessThan(0.85 * morning);
      expect(mean(use, office(14))).toBeGreaterThan(noon);
      expect(mean(use, office(22))).toBeLessThan(0.1 * morning);
    }
  });

  test('one customer grows, one shrinks, one is busy at month ends', () => {
    const end = DateTime.fromISO(manifest.end);
    const growth = people().map(
      (use) =>
        mean(use, (time) => office(10)(time) && time > end.minus({ days: 60 })) /
        mean(use, (time) => office(10)(time) && time < end.minus({ days: 305 })),
    );
    expect(Math.max(...growth)).toBeGreaterThan(1.5);
    expect(Math.min(...growth)).toBeLessThan(0.6);
    const closing = people().map((use) => {
      const late = (time: DateTime): boolean => time.day > (time.daysInMonth ?? 31) - 3;
      return mean(use, (t) => office(10)(t) && late(t)) / mean(use, (t) => office(10)(t) && !late(t));
    });
    expect(closing.filter((factor) => factor > 1.3)).toHaveLength(1);
  });

  test('most pools are healthy, some customers are short, overdraft is used', () => {
    const compared = manifest.pairs.filter((pair) => pair.usagePercentage !== null);
    const high = compared.filter((pair) => (pair.usagePercentage ?? 0) >= 80);
    expect(high.length / compared.length).toBeLessThan(0.08);
    const customers = new Set(high.map((pair) => pair.account)).size;
    expect(customers).toBeGreaterThanOrEqual(6);
    expect(customers).toBeLessThanOrEqual(manifest.options.accounts / 2);
    expect(busy.some(({ pair }) => (pair.usagePercentage ?? 0) > 105)).toBe(true);
    expect(busy.filter(({ pair }) => (pair.usagePercentage ?? 100) < 80).length).toBeGreaterThan(busy.length / 3);
  });

  test('too few licenses are the first reason of denials, no other one stands out', () => {
    const lines = new Map<string, number>();
    for (const { denialsByCode } of manifest.pairs) {
      for (const [code, n] of Object.entries(denialsByCode)) lines.set(code, (lines.get(code) ?? 0) + n);
    }
    const all = [...lines.values()].reduce((sum, n) => sum + n, 0);
    const [[first] = [], ...others] = [...lines].sort((a, b) => b[1] - a[1]);
    expect(first).toBe('-4');
    expect(lines.get('-4')).toBeGreaterThan(0.25 * all);
    expect(lines.get('-4')).toBeLessThan(0.6 * all);
    expect(others[0]?.[1]).toBeLessThan(0.15 * all);
  });
});

const office =
  (at: number) =>
  (time: DateTime): boolean =>
    time.weekday <= 5 && time.hour === at;

function mean(use: HourlyUse, when: (time: DateTime) => boolean): number {
  const figures = use.at.filter(({ time }) => when(time));
  return figures.reduce((sum, { used }) => sum + used, 0) / Math.max(1, figures.length);
}

const clocks = new Map<string, readonly DateTime[]>();

function halfHours(manifest: Manifest, zone: string): readonly DateTime[] {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const [start, end] = [Date.parse(manifest.start), Date.parse(manifest.end)];
  const times = Array.from({ length: Math.floor((end - start) / hour) }, (_, i) =>
    DateTime.fromMillis(start + (i + 0.5) * hour, { zone }),
  );
  clocks.set(zone, times);
  return times;
}

function hourly(lines: readonly ReadLine[], feature: string, zone: string, manifest: Manifest): HourlyUse['at'] {
  const own = lines.filter((line) => line.feature === feature || line.kind === 'start');
  const daemon = own.find((line) => line.feature === feature)?.daemon;
  const at: { time: DateTime; used: number }[] = [];
  let used = 0;
  let next = 0;
  for (const time of halfHours(manifest, zone)) {
    const t = time.toMillis();
    for (; next < own.length && (own[next]?.time ?? Infinity) <= t; next++) {
      const line = own[next];
      if (line === undefined) break;
      if (line.kind === 'start') used = line.daemon === daemon ? 0 : used;
      else
        used +=
          { checkout: line.quantity, checkin: -line.quantity, upgrade: line.quantity - line.before }[
            line.kind as string
          ] ?? 0;
    }
    at.push({ time, used });
  }
  return at;
}
