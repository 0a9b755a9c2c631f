import type { Engine } from '../engine/engine.ts';
import { owner } from './caller.ts';
import { ask } from './ask.ts';
import { createLimiter } from './limiter.ts';

const query = { measure: 'checkouts' } as const;

/** One place, one second per question; each question takes `ms`, or until it is ended. */
function askTwo(ms: number) {
  const answer: Engine['answer'] = (_question, _range, { turn, signal }) => {
    if (turn === undefined) throw new Error('Who asks the store waits for a turn.');
    return turn(
      (own) =>
        new Promise((resolve, reject) => {
          const done = setTimeout(() => resolve({ frames: [] }), ms);
          own?.addEventListener('abort', () => {
            clearTimeout(done);
            reject(new Error('given up'));
          });
        }),
      signal,
    );
  };
  return ask(
    {
      engine: { answer } as unknown as Engine,
      limiter: createLimiter(1, 10),
      metrics: { question: () => undefined },
      questionSeconds: 1,
    },
    { queries: [query, { ...query, refId: 'B' }] },
    { caller: owner },
  );
}

test('the time of a question begins with its turn: the panels of a page do not use up each other’s', async () => {
  const { results } = await askTwo(700);
  expect(Object.values(results).map(({ status }) => status)).toEqual([200, 200]);
});

test('what takes longer is ended, and the next has its turn', async () => {
  const { results } = await askTwo(60_000);
  expect(Object.values(results)).toEqual(
    ['A', 'B'].map(() => expect.objectContaining({ status: 504, code: 'timeout' }) as unknown),
  );
});
