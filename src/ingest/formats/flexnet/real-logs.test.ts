import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reading, type Reading } from '../reading.test-helper.ts';
import { flexnet } from './index.ts';

/** Real logs and the figures that their README states (an independent implementation). They stay where they lie. */
const folder = join(process.cwd(), '..', 'shared', 'data');
const known = [
  {
    file: 'adskflex-2016-04.log',
    lines: 11_800,
    server: 'SERVER01',
    range: ['2016-03-30T01:56:00.000Z', '2016-04-30T22:01:22.000Z'],
    kinds: { checkout: 1918, checkin: 1918, start: 1 },
    codes: {},
    inactive: 248,
  },
  {
    file: 'ansyslmd-2017-01.log',
    lines: 10_909,
    server: 'host021',
    range: ['2017-01-08T17:17:45.000Z', '2017-02-18T09:19:17.000Z'],
    kinds: { checkout: 598, checkin: 598, start: 1 },
    codes: {},
    inactive: 0,
  },
  {
    file: 'denials-synthetic.log',
    lines: 1255,
    server: 'lic01',
    range: ['2026-03-27T06:55:03.000Z', '2026-03-28T13:32:51.000Z'],
    kinds: { checkout: 431, checkin: 427, denial: 369, unsupported: 9, start: 2, exit: 1, reread: 2 },
    codes: { '-10': 8, '-38': 8, '-4': 353 },
    inactive: 108,
  },
];

const suite = existsSync(folder) ? describe : describe.skip;
if (!existsSync(folder)) console.warn(`real logs skipped: ${folder} is missing`);

suite('real FlexNet logs give the figures their README states', () => {
  test.each(known)('$file', (expected) => {
    const found = reading(flexnet, readFileSync(join(folder, expected.file), 'utf8'));
    const { seen, ...kinds } = countBy(found, (event) => event.kind);
    expect(kinds).toEqual(expected.kinds);
    expect(seen).toBe(1);
    expect(found.server).toBe(expected.server);
    expect([found.firstTime, found.lastTime]).toEqual(expected.range);
    const denials = { ...found, events: found.events.filter((event) => event.kind === 'denial') };
    expect(countBy(denials, (event) => event.code)).toEqual(expected.codes);
    expect(found.events.filter((event) => event.detail === 'INACTIVE')).toHaveLength(expected.inactive);
    expect(found.unreadable).toEqual([]);
    expect(found.undated).toEqual([]);
    expect(found.parts).toEqual([]);
    const lines = found.events.filter((event) => event.kind !== 'seen').length + found.ignored;
    expect(lines).toBe(expected.lines);
  });
});

function countBy(found: Reading, key: (event: Reading['events'][number]) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of found.events) counts[key(event)] = (counts[key(event)] ?? 0) + 1;
  return counts;
}
