import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { continueSimulation, createLiveWriter } from './index.ts';
import { contents, directory, end, run } from './run.test-helper.ts';

describe('live mode', () => {
  test('fills a gap in one go or in many steps with the same bytes', async () => {
    const [whole, pieces] = [directory(), directory()];
    const manifest = await run({ out: whole, days: 40 });
    await run({ out: pieces, days: 40 });
    const later = Date.parse(end) + 2 * 86_400_000;
    const appended = continueSimulation(whole, later);
    for (let t = Date.parse(end); t < later; t += 14_321_000) continueSimulation(pieces, t);
    const writer = createLiveWriter(pieces);
    for (let t = writer.until(); t < later; t += 187_000) writer.advance(t);
    writer.advance(later);
    writer.close();
    // The state too: both go on alike.
    for (const out of [whole, pieces]) continueSimulation(out, later + 7_200_000);
    expect(contents(pieces)).toEqual(contents(whole));
    expect(appended.lines).toBeGreaterThan(200);
    const silent = manifest.cases.find((planned) => planned.name === 'silent source');
    expect(appended.files.map((file) => file.server)).not.toContain(silent?.server);
  });

  test('something happens in every hour', async () => {
    const out = directory();
    await run({ out, days: 10 });
    const writer = createLiveWriter(out);
    for (let hour = 1; hour <= 60; hour++) {
      expect(writer.advance(Date.parse(end) + hour * 3_600_000).lines).toBeGreaterThan(2);
    }
    writer.close();
  });

  test('lines written after the last saved state come again, once', async () => {
    const [killed, calm] = [directory(), directory()];
    await run({ out: killed, days: 10 });
    await run({ out: calm, days: 10 });
    const state = readFileSync(join(killed, 'state.json'));
    continueSimulation(killed, Date.parse(end) + 7_200_000);
    // As after a kill between writing the lines and saving the state.
    writeFileSync(join(killed, 'state.json'), state);
    continueSimulation(killed, Date.parse(end) + 7_200_000);
    continueSimulation(calm, Date.parse(end) + 7_200_000);
    expect(contents(killed)).toEqual(contents(calm));
  });

  test('a rotated log goes on in files of new months, which license-analytics.yaml covers', async () => {
    const out = directory();
    const manifest = await run({ out, events: 2000, days: 10 });
    const rotated = manifest.cases.find((planned) => planned.name === 'rotated log')?.server ?? '';
    continueSimulation(out, '2027-01-05T00:00:00Z');
    expect(Object.keys(contents(out)).filter((name) => name.startsWith(rotated))).toEqual(
      ['2026-11', '2026-12', '2027-01'].map((month) => `${rotated}.${month}.log`),
    );
    expect(contents(out)['license-analytics.yaml']).toContain(`files: ${rotated}.*.log, server: ${rotated}, `);
  });
});
