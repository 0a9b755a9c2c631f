import fc from 'fast-check';
import { createDeliveries } from './deliver.ts';
import type { Delivery, DeliveryRows, SendOutcome } from './delivery.ts';
import { pauses } from './delivery.ts';
import type { RunningSubscription } from './plan.ts';
import { subscriptionSchema } from './subscription.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday, 00:00 UTC. */
const monday = Date.UTC(2026, 10, 23);
const at = (text: string): number => Date.parse(`2026-11-${text}Z`);

const weekly: RunningSubscription = {
  ...subscriptionSchema.parse({
    name: 'weekly',
    account: 'acme',
    recipients: ['ana@acme.example', 'bob@acme.example'],
  }),
  timezone: 'UTC',
  since: monday - day,
};
const hourly: RunningSubscription = {
  ...weekly,
  name: 'hourly',
  schedule: '0 * * * *',
  recipients: ['ops@acme.example'],
};

/** What outlives a process: the store, and the mails that have left. */
class World {
  readonly rows = new Map<string, Delivery>();
  readonly mails: string[] = [];
  now = monday;

  readonly port: DeliveryRows = {
    newestDue: async () => {
      const newest = new Map<string, number>();
      for (const { subscription, due, test } of this.rows.values()) {
        if (!test) newest.set(subscription, Math.max(due, newest.get(subscription) ?? 0));
      }
      return newest;
    },
    open: async () => this.all().filter(({ state }) => ['waiting', 'making', 'sending'].includes(state)),
    put: async (deliveries) => {
      for (const one of deliveries) {
        const key = keyOf(one);
        // As the store's table: of two rows the one that was written later counts.
        if ((this.rows.get(key)?.updated ?? 0) <= one.updated) this.rows.set(key, one);
      }
    },
  };

  all = (): Delivery[] => [...this.rows.values()];
  states = (): string[] =>
    this.all().map(
      ({ due, recipient, state }) => `${new Date(due).toISOString().slice(5, 16)} ${recipient.slice(0, 3)} ${state}`,
    );
}

const keyOf = ({ subscription, due, recipient }: Delivery): string => `${subscription} ${due} ${recipient}`;

interface Habits {
  readonly subscriptions?: readonly RunningSubscription[];
  readonly outcome?: (delivery: Delivery) => SendOutcome;
  readonly make?: () => Promise<string>;
  /** The process dies at this step: between any two things that it does to the world. */
  readonly diesAt?: number | undefined;
  readonly signal?: AbortSignal;
  readonly grace?: number;
  /** The store refuses to take outcomes. */
  readonly storeFails?: (rows: readonly Delivery[]) => boolean;
}

const sent: SendOutcome = { kind: 'sent', note: '250 OK' };

class Died extends Error {}

/** One process on the world. A step is before or after each effect; the process that dies at one does nothing any more. */
function processOn(world: World, habits: Habits = {}) {
  let steps = 0;
  const step = (): void => {
    if (habits.diesAt !== undefined && steps++ >= habits.diesAt) throw new Died();
  };
  return createDeliveries<string>({
    rows: {
      ...world.port,
      put: async (rows) => {
        step();
        if (habits.storeFails?.(rows) === true) throw new Error('the store is down');
        await world.port.put(rows);
        step();
      },
    },
    subscriptions: async () => habits.subscriptions ?? [weekly],
    make: async () => {
      step();
      return (await habits.make?.()) ?? 'report';
    },
    send: async (_subscription, _report, delivery) => {
      step();
      const outcome = habits.outcome?.(delivery) ?? sent;
      if (outcome.kind === 'sent') world.mails.push(keyOf(delivery));
      step();
      return outcome;
    },
    now: () => world.now,
    grace: habits.grace ?? day,
    onChange: () => undefined,
    sentenceOf: (error) => (error instanceof Error ? error.message : String(error)),
    ...(habits.signal !== undefined && { signal: habits.signal }),
  });
}

it('what is due is sent once to each recipient, and not again at the next look or by the next process', async () => {
  const world = new World();
  const process = processOn(world);
  world.now = at('23T06:59:59');
  await process.look();
  expect(world.mails).toEqual([]);
  world.now = at('23T07:00:10');
  await process.look();
  await process.look();
  await processOn(world).look();
  expect(world.states()).toEqual(['11-23T07:00 ana sent', '11-23T07:00 bob sent']);
  expect(world.mails).toHaveLength(2);
  world.now = at('30T07:00:05');
  await process.look();
  expect(world.mails).toHaveLength(4);
});

it('a report is made once for all recipients', async () => {
  const world = new World();
  let made = 0;
  world.now = at('23T07:00:10');
  await processOn(world, { make: async () => String(++made) }).look();
  expect([made, world.mails.length]).toEqual([1, 2]);
});

it('of due times that were missed the newest is sent within the grace time, the older ones are skipped and listed', async () => {
  const world = new World();
  world.now = at('23T05:30:00');
  await processOn(world, { subscriptions: [hourly], grace: hour }).look();
  world.mails.length = 0;
  world.rows.clear();
  world.now = at('23T09:20:00');
  await processOn(world, { subscriptions: [{ ...hourly, since: at('23T05:30:00') }], grace: hour }).look();
  expect(world.states().sort()).toEqual([
    '11-23T06:00 ops skipped',
    '11-23T07:00 ops skipped',
    '11-23T08:00 ops skipped',
    '11-23T09:00 ops sent',
  ]);
  world.now = at('23T12:00:00') + 1;
  await processOn(world, { subscriptions: [{ ...hourly, schedule: '0 11 * * *' }], grace: hour / 2 }).look();
  expect(world.states()).toContain('11-23T11:00 ops skipped');
  expect(world.mails).toHaveLength(1);
});

it('a subscription does not make up for the time before it began, and years without a server leave few rows', async () => {
  const world = new World();
  world.now = at('23T09:20:00');
  await processOn(world, { subscriptions: [{ ...hourly, since: at('23T09:10:00') }] }).look();
  expect(world.all()).toEqual([]);
  await processOn(world, { subscriptions: [{ ...hourly, since: 0 }] }).look();
  expect(world.all().filter(({ state }) => state === 'skipped')).toHaveLength(20);
  expect(world.all().filter(({ note }) => note.includes('earlier ones are not listed'))).toHaveLength(1);
});

it('what may succeed later is tried again after growing pauses, and given up in the end', async () => {
  const world = new World();
  const process = processOn(world, { outcome: () => ({ kind: 'postponed', note: '421 busy' }) });
  world.now = at('23T07:00:00');
  const tried: number[] = [];
  for (let minutes = 0; minutes < 11 * 60; minutes++) {
    await process.look();
    const attempts = world.all()[0]?.attempts ?? 0;
    if (attempts > tried.length) tried.push(minutes);
    world.now += 60_000;
  }
  expect(tried).toEqual([0, 1, 6, 21, 81, 261, 621]);
  expect(tried).toHaveLength(pauses.length + 1);
  expect(world.all()[0]).toMatchObject({ state: 'failed', note: 'given up after 7 attempts: 421 busy' });
  expect(world.mails).toEqual([]);
});

it('one recipient that is refused keeps no other from its mail', async () => {
  const world = new World();
  world.now = at('23T07:00:10');
  await processOn(world, {
    outcome: ({ recipient }) => (recipient.startsWith('ana') ? { kind: 'refused', note: '550 no such user' } : sent),
  }).look();
  expect(world.states()).toEqual(['11-23T07:00 ana failed', '11-23T07:00 bob sent']);
});

it('a report that cannot be made is tried again, with the reason', async () => {
  const world = new World();
  world.now = at('23T07:00:10');
  await processOn(world, { make: () => Promise.reject(new Error('there is no Chromium')) }).look();
  expect(world.all()[0]).toMatchObject({
    state: 'waiting',
    attempts: 1,
    note: 'the report could not be made: there is no Chromium',
  });
  world.now += 60_000;
  await processOn(world).look();
  expect(world.mails).toHaveLength(2);
});

it('an outcome that the store does not take is stored at the next look: the mail is not taken for lost', async () => {
  const world = new World();
  world.now = at('23T07:00:10');
  let down = true;
  const process = processOn(world, { storeFails: (rows) => down && rows.some(({ state }) => state === 'sent') });
  await expect(process.look()).rejects.toThrow('the store is down');
  down = false;
  await process.look();
  await process.look();
  expect(world.states()).toEqual(['11-23T07:00 ana sent', '11-23T07:00 bob waiting']);
  world.now += 60_000;
  await process.look();
  expect(world.states()).toEqual(['11-23T07:00 ana sent', '11-23T07:00 bob sent']);
  expect(world.mails).toHaveLength(2);
});

it('a server that ends begins no new mail, and the attempt does not count', async () => {
  const world = new World();
  world.now = at('23T07:00:10');
  const stop = new AbortController();
  await processOn(world, {
    signal: stop.signal,
    outcome: () => {
      stop.abort();
      return sent;
    },
  }).look();
  expect(world.states()).toEqual(['11-23T07:00 ana sent', '11-23T07:00 bob waiting']);
  expect(world.all()[1]).toMatchObject({ attempts: 0 });
  await processOn(world).look();
  expect(world.mails).toHaveLength(2);
});

it('who is no longer a recipient gets nothing that is still waiting', async () => {
  const world = new World();
  world.now = at('23T07:00:10');
  await processOn(world, { outcome: () => ({ kind: 'postponed', note: '421' }) }).look();
  world.now += hour;
  await processOn(world, { subscriptions: [{ ...weekly, recipients: ['bob@acme.example'] }] }).look();
  expect(world.states()).toEqual(['11-23T07:00 ana skipped', '11-23T07:00 bob sent']);
});

const outcomes = fc.constantFrom<SendOutcome>(
  sent,
  { kind: 'postponed', note: '421' },
  { kind: 'refused', note: '550' },
  { kind: 'unknown', note: 'connection lost' },
);
/** A process: how long after the last one it starts, when it dies, and what the mail server answers it. */
const processes = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 3 * hour }),
    diesAt: fc.option(fc.integer({ min: 0, max: 25 }), { nil: undefined }),
    answers: fc.array(outcomes, { minLength: 1, maxLength: 6 }),
    looks: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 12 },
);

it('whatever moment the process dies, no mail leaves twice, and whatever is known to be sent was sent once', async () => {
  await fc.assert(
    fc.asyncProperty(processes, async (lives) => {
      const world = new World();
      const subscriptions = [weekly, { ...hourly, since: monday }];
      for (const { after, diesAt, answers, looks } of lives) {
        world.now += after;
        let answer = 0;
        const process = processOn(world, { subscriptions, diesAt, outcome: () => answers[answer++ % answers.length]! });
        try {
          for (let look = 0; look < looks; look++) {
            await process.look();
            world.now += 20_000;
          }
        } catch (error) {
          if (!(error instanceof Died)) throw error;
        }
      }
      // In the end a server that runs on, and a mail server that takes everything.
      for (let minutes = 0; minutes < 12 * 60; minutes += 30) {
        await processOn(world, { subscriptions }).look();
        world.now += 30 * 60_000;
      }
      expect(new Set(world.mails).size).toBe(world.mails.length);
      const left = new Set(world.mails);
      for (const delivery of world.all()) {
        const { state } = delivery;
        expect(['sent', 'failed', 'unknown', 'skipped']).toContain(state);
        if (state === 'sent') expect(left.has(keyOf(delivery))).toBe(true);
        if (state === 'failed' || state === 'skipped') expect(left.has(keyOf(delivery))).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});

it('a process that dies before the claim loses nothing: the mail leaves afterwards', async () => {
  for (let diesAt = 0; diesAt < 40; diesAt++) {
    const world = new World();
    world.now = at('23T07:00:10');
    const ending = await processOn(world, { diesAt })
      .look()
      .catch((error: unknown) => error);
    expect(ending === undefined || ending instanceof Died).toBe(true);
    for (let i = 0; i < 3; i++) {
      world.now += 60_000;
      await processOn(world).look();
    }
    const unknown = world.all().filter(({ state }) => state === 'unknown').length;
    // At most the one mail that was being handed over is in doubt.
    expect(unknown).toBeLessThanOrEqual(1);
    expect(world.all().filter(({ state }) => state === 'sent').length + unknown).toBe(2);
    expect(new Set(world.mails).size).toBe(world.mails.length);
  }
});
