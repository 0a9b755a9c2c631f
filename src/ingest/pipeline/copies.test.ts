import fc from 'fast-check';
import { Copies } from './copies.ts';

describe('copies of lines', () => {
  it('equal lines of one part are different lines; another part adds only what exceeds them', () => {
    const copies = new Copies(() => 0);
    const line = (part: number): boolean => copies.isCopy(0, part, 1000, 7, 9);
    expect([line(1), line(1)]).toEqual([false, false]);
    expect([line(2), line(2), line(2), line(2)]).toEqual([true, true, false, false]);
    expect([line(3), line(3), line(3), line(3), line(3)]).toEqual([true, true, true, true, false]);
  });

  it('keeps sources, seconds and both halves of the identity apart', () => {
    const copies = new Copies(() => 0);
    copies.load(0, 1000, 7, 9, 1);
    expect(copies.isCopy(1, 1, 1000, 7, 9)).toBe(false);
    expect(copies.isCopy(0, 1, 1001, 7, 9)).toBe(false);
    expect(copies.isCopy(0, 1, 1000, 8, 9)).toBe(false);
    expect(copies.isCopy(0, 1, 1000, 7, 8)).toBe(false);
    expect(copies.isCopy(0, 1, 1000, 7, 9)).toBe(true);
  });

  it('counts as a plain map does, however often it makes room', () => {
    const line = fc.record({
      source: fc.nat(2),
      part: fc.integer({ min: 1, max: 2 }),
      second: fc.nat(50),
      high: fc.nat(3),
      low: fc.constantFrom(0, 1, 0xffffffff),
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), (lines) => {
        const copies = new Copies(() => 0, 4);
        const inPart = new Map<string, number>();
        const stored = new Map<string, number>();
        for (const { source, part, second, high, low } of [...lines].sort((a, b) => a.part - b.part)) {
          const key = [source, second, high, low].join();
          const before = inPart.get(`${part} ${key}`) ?? 0;
          const copy = before < (stored.get(key) ?? 0);
          inPart.set(`${part} ${key}`, before + 1);
          if (!copy) stored.set(key, before + 1);
          expect(copies.isCopy(source, part, second, high, low)).toBe(copy);
        }
      }),
    );
  });

  it('does not grow when lines fall behind the horizon', () => {
    let now = 0;
    const copies = new Copies(() => now - 100, 64);
    for (; now < 100_000; now++) copies.isCopy(0, 1, now, now, now);
    expect(Reflect.get(copies, 'capacity')).toBeLessThanOrEqual(1024);
  });
});
