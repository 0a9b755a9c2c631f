import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../../src/simulate/random.ts';
import { byEach, byOne, differences, figuresOf } from './figures.ts';
import { makeMaterial, scenarios, stores } from './scenarios.ts';

/**
 * Whatever ends whichever process at whatever moment: after the same command again, the store tells what an undisturbed one
 * tells, to the last figure. The seed says which scenario comes first; INTERRUPTIONS=200 meets all of them again and again, and
 * asks by every dimension (CONTRIBUTING.md), INTERRUPTIONS_SEED others.
 */
const wanted = Number(process.env['INTERRUPTIONS'] ?? 16);
const seed = Number(process.env['INTERRUPTIONS_SEED'] ?? Math.floor(Math.random() * 1e6));
const only = process.env['INTERRUPTIONS_ONLY'] ?? '';
const range = { from: '2026-05-01T00:00:00Z', to: '2026-07-15T00:00:00Z' };
const perTrial = 2;
const groupings = process.env['INTERRUPTIONS'] === undefined ? byOne(seed) : byEach;

const folder = mkdtempSync(join(tmpdir(), 'license-analytics-interruptions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(`nothing is lost: ${wanted} interruptions (seed ${seed})`, async () => {
  const material = await makeMaterial(folder, 7);
  const all = scenarios(material).filter(({ name }) => name.includes(only));
  const expected = new Map<string, { figures: ReadonlyMap<string, string>; duration: number }>();
  const wrong: string[] = [];
  let done = 0;
  for (let trial = 0; done < wanted; trial++) {
    const scenario = all[(seed + trial) % all.length];
    if (scenario === undefined) throw new Error(`no scenario is called "${only}"`);
    const { name } = scenario;
    let whole = expected.get(name);
    if (whole === undefined) {
      const directory = stores(folder, `whole ${trial}`);
      const duration = await scenario.undisturbed(directory);
      expected.set(name, (whole = { figures: await figuresOf(directory, range, groupings), duration }));
    }
    const directory = stores(folder, `trial ${trial}`);
    const interruptions = Math.min(perTrial, wanted - done);
    const random = seeded(seed, `${trial}`);
    const struck = await scenario.disturbed(directory, { random, interruptions, duration: whole.duration });
    done += struck.length;
    const found = differences(whole.figures, await figuresOf(directory, range, groupings));
    if (process.env['INTERRUPTIONS'] !== undefined)
      process.stderr.write(`${done} ${name}: ${struck.join(', ')}: ${found.length} differences\n`);
    if (found.length > 0) wrong.push(`${name} (trial ${trial}): ${struck.join(', ')}\n${found.slice(0, 5).join('\n')}`);
    rmSync(join(folder, `trial ${trial}`), { recursive: true, force: true });
  }
  expect(wrong).toEqual([]);
  expect([...expected.values()].every(({ figures }) => figures.size > 3 * 40)).toBe(true);
}, 20_000_000);
