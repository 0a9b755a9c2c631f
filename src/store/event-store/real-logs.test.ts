import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openTestStore, type TestStore } from '../../../test/support/store.ts';
import { flexnet } from '../../ingest/formats/flexnet/index.ts';
import { fileInput } from '../../ingest/input/source.ts';
import { ingestFiles } from '../../ingest/pipeline.ts';
import { createEventStore } from '../event-store.ts';

const folder = join(process.cwd(), '../shared/data');
const there = existsSync(folder);
if (!there) console.warn(`skipped: ${folder} with the real logs is not here`);

/** Per feature: checkouts, check-ins, peak, average, license-seconds, unique clients (README.md beside the logs). */
const known = {
  'adskflex-2016-04.log': {
    restarts: 0,
    open: 0,
    features: {
      '64300ACD_F': [952, 952, 12, 1.43154, 3937768, 67],
      '65400MAP_F': [7, 7, 1, 0.002904, 7987, 2],
      '85730ACD_2012_0F': [938, 938, 12, 1.403334, 3860182, 67],
      '85776MAP_2012_0F': [7, 7, 1, 0.002904, 7987, 2],
      '86295ACD_2015_0F': [14, 14, 1, 0.028206, 77586, 1],
    },
  },
  'ansyslmd-2017-01.log': {
    restarts: 0,
    open: 0,
    features: {
      aa_r: [299, 299, 9, 0.795232, 2794202, 26],
      aa_r_hpc: [72, 72, 384, 12.922866, 45406972, 15],
      hfss_solve: [98, 98, 8, 1.655046, 5815322, 5],
      hfsshpc: [96, 96, 32, 9.21926, 32393641, 5],
      hfssie_solve: [1, 1, 1, 0.020461, 71892, 1],
      optimetrics: [32, 32, 8, 1.433536, 5037005, 2],
    },
  },
  'denials-synthetic.log': {
    restarts: 2,
    open: 2,
    features: {
      cad: [333, 329, 5, 2.306925, 254380, 16],
      sim: [98, 98, 2, 0.879838, 97018, 16],
    },
  },
} as const;

(there ? describe : describe.skip)('real logs give the figures of the reference implementation', () => {
  it.each([
    ...(Object.keys(known) as (keyof typeof known)[]).map((name) => [name, 'embedded'] as const),
    ['denials-synthetic.log', 'remote'] as const,
  ])('%s (%s)', async (name, kind) => {
    const test: TestStore = await openTestStore(kind);
    try {
      const store = createEventStore(test.connection);
      const input = await fileInput(join(folder, name));
      const summary = await ingestFiles(store, [{ input, format: flexnet }], { timezone: 'UTC' });
      const expected = known[name];
      expect(summary).toMatchObject({
        closedByRestart: expected.restarts,
        stillOpen: expected.open,
        orphans: 0,
        excess: 0,
        duplicates: 0,
      });
      const { rows } = await test.connection.query(
        `SELECT feature, toFloat64(toUnixTimestamp64Milli(time)), toFloat64(delta), client, seq, ending
         FROM usage_changes ORDER BY time, seq, -delta`,
      );
      const range = Number(summary.lastTime) - Number(summary.firstTime);
      const figures = new Map<
        string,
        { in: Set<string>; use: number; peak: number; area: number; last: number; out: number; clients: Set<unknown> }
      >();
      for (const [feature, time, delta, client, seq, ending] of rows as (readonly [
        string,
        number,
        number,
        number,
        string,
        string,
      ])[]) {
        const f = figures.get(feature) ?? {
          in: new Set(),
          out: 0,
          use: 0,
          peak: 0,
          area: 0,
          last: 0,
          clients: new Set(),
        };
        figures.set(feature, f);
        f.area += f.use * (time - f.last);
        f.last = time;
        f.use += delta;
        f.peak = Math.max(f.peak, f.use);
        f.clients.add(client);
        if (ending === '') f.out++;
        // One check-in may close several sessions.
        else if (ending !== 'open' && ending !== 'restart') f.in.add(`${time} ${seq}`);
      }
      for (const [feature, [out, checkins, peak, average, seconds, clients]] of Object.entries(expected.features)) {
        const f = figures.get(feature);
        expect([feature, f?.out, f?.in.size, f?.peak, Number(f?.area) / 1000, f?.clients.size, f?.use]).toEqual([
          feature,
          out,
          checkins,
          peak,
          seconds,
          clients,
          0,
        ]);
        expect(Number(f?.area) / range).toBeCloseTo(Number(average), 5);
      }
      const again = await ingestFiles(store, [{ input, format: flexnet }], { timezone: 'UTC' });
      expect(again.events).toEqual({
        checkout: 0,
        checkin: 0,
        denial: 0,
        unsupported: 0,
        queued: 0,
        dequeued: 0,
        upgrade: 0,
      });
      expect((await test.connection.query('SELECT count() FROM usage_changes')).rows[0]).toEqual([String(rows.length)]);
    } finally {
      await test.close();
    }
  });
});
