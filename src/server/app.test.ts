import pino from 'pino';
import { createApp } from './app.ts';
import { createLimiter } from './limiter.ts';
import { createMetrics } from './metrics.ts';
import type { Service } from './service.ts';
import type { ServerState } from './state.ts';
import { createTokenCheck } from './tokens.ts';

it('a client that hangs up ends its question', async () => {
  let asked: () => void = () => undefined;
  const asking = new Promise<void>((resolve) => (asked = resolve));
  let ended: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => (ended = resolve));
  // A question that goes on until it is cancelled.
  const service = {
    ask: async (_request, { signal }) => {
      asked();
      await new Promise<void>((_resolve, reject) =>
        signal?.addEventListener('abort', () => {
          ended();
          reject(new Error('cancelled'));
        }),
      );
      return { results: {} };
    },
  } as Pick<Service, 'ask'> as Service;
  const state: ServerState = { phase: 'ok', reason: '', service, lastCrash: undefined };
  const app = createApp({
    state,
    tokens: createTokenCheck(
      () => Promise.resolve({ list: () => Promise.resolve([]), put: () => Promise.resolve() }),
      [],
      false,
    ),
    metrics: createMetrics(state, createLimiter(1, 1), 'test'),
    logger: pino({ level: 'silent' }),
    version: 'test',
    store: 'embedded',
    siteTimezone: 'UTC',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new AbortController();
  const answer = fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"queries":[{"measure":"checkouts"}]}',
    signal: client.signal,
  });
  await asking;
  client.abort();
  await expect(answer).rejects.toThrow();
  await ending;
  await app.close();
});
