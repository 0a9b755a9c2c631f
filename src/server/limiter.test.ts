import fc from 'fast-check';
import { createLimiter } from './limiter.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('never runs more at once than it may, and runs all of them in the order they came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.boolean(), { maxLength: 30 }), async (most, fails) => {
      const limiter = createLimiter(most, 100);
      let running = 0;
      let highest = 0;
      const began: number[] = [];
      const outcomes = await Promise.allSettled(
        fails.map((fail, i) =>
          limiter.run(async () => {
            began.push(i);
            highest = Math.max(highest, ++running);
            await settle();
            running--;
            if (fail) throw new Error(`${i}`);
            return i;
          }),
        ),
      );
      expect(highest).toBeLessThanOrEqual(most);
      expect(began).toEqual(fails.map((_, i) => i));
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(fails);
      expect([limiter.running, limiter.waiting]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

it('refuses who comes when too many wait, and lets go who does not want to wait any more', async () => {
  const limiter = createLimiter(1, 1);
  let finish: () => void = () => undefined;
  const first = limiter.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const gone = new AbortController();
  const second = limiter.run(() => Promise.resolve('second'), gone.signal);
  await expect(limiter.run(() => Promise.resolve('third'))).rejects.toMatchObject({ status: 503, code: 'busy' });
  gone.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  const fourth = limiter.run(() => Promise.resolve('fourth'));
  finish();
  await first;
  expect(await fourth).toBe('fourth');
});
