import fc from 'fast-check';
import type { Change } from './change.ts';
import type { LicenseEvent } from './event.ts';
import { blankEvent } from './event.ts';
import { createMatcher } from './matcher.ts';
import type { MatcherState } from './matcher-state.ts';
import { closeOpen } from './matcher-state.ts';

const second = 1000;
const clients = ['ann@pc1', 'bob@pc2', 'eve@pc3'];

function event(at: number, fields: Partial<LicenseEvent>): LicenseEvent {
  return {
    ...blankEvent,
    kind: 'checkout',
    server: 'srv',
    vendor: 'daemon',
    feature: 'cad',
    client: 'ann@pc1',
    time: at * second,
    ...fields,
  };
}

/** Feeds the events in order, numbering them within their ordering second; the changes and the state at the end. */
function match(
  events: readonly LicenseEvent[],
  from?: MatcherState,
  ordinalFrom = 0,
): { changes: Change[]; state: MatcherState } {
  const matcher = createMatcher('srv', from);
  const changes: Change[] = [];
  events.forEach((e, i) => {
    matcher.feed(e, e.account, clients.indexOf(e.client) + 1, ordinalFrom + i, (change) => changes.push(change));
  });
  return { changes, state: matcher.state() };
}

const brief = (changes: readonly Change[]): string[] =>
  changes.map(({ time, delta, ending, held, surplus }) =>
    [
      `${time / second}s`,
      delta > 0 ? `+${delta}` : String(delta),
      ending,
      held > 0 && `held ${held / second}s`,
      surplus > 0 && `surplus ${surplus}`,
    ]
      .filter(Boolean)
      .join(' '),
  );

describe('sessions of a client', () => {
  it('opens at a checkout and closes at its check-in', () => {
    const { changes, state } = match([event(10, { quantity: 2 }), event(70, { kind: 'checkin', quantity: 2 })]);
    expect(brief(changes)).toEqual(['10s +2', '70s -2 checkin held 60s']);
    expect(state.open).toEqual([]);
  });

  it('matches first in, first out by quantity, and splits a session that is given back in part', () => {
    const { changes, state } = match([
      event(0, { quantity: 3 }),
      event(10, { quantity: 2 }),
      event(20, { kind: 'checkin', quantity: 4 }),
    ]);
    expect(brief(changes).slice(2)).toEqual(['20s -3 checkin held 20s', '20s -1 checkin held 10s']);
    expect(state.open.map(({ start, micro }) => [start / second, micro / 1e6])).toEqual([[10, 1]]);
  });

  it('matches by handle where the source gives one', () => {
    const { changes } = match([
      event(0, { handle: 'a1' }),
      event(10, { handle: 'b2' }),
      event(20, { kind: 'checkin', handle: 'b2' }),
      event(30, { kind: 'checkin', handle: 'a1' }),
      event(40, { kind: 'checkin', handle: 'c3' }),
    ]);
    expect(brief(changes).slice(2)).toEqual([
      '20s -1 checkin held 10s',
      '30s -1 checkin held 30s',
      '40s 0 orphan surplus 1',
    ]);
  });

  it('keeps clients, features, daemons and accounts apart', () => {
    const other: Partial<LicenseEvent>[] = [
      { client: 'bob@pc2' },
      { feature: 'sim' },
      { vendor: 'other' },
      { account: 'acme' },
    ];
    for (const fields of other) {
      const { changes } = match([event(0, {}), event(10, { kind: 'checkin', ...fields })]);
      expect(brief(changes)).toEqual(['0s +1', '10s 0 orphan surplus 1']);
    }
  });

  it('looks at versions only where both lines give one', () => {
    const given = match([
      event(0, { version: '1' }),
      event(5, { version: '2' }),
      event(9, { kind: 'checkin', version: '2' }),
    ]);
    expect(brief(given.changes).at(-1)).toBe('9s -1 checkin held 4s');
    expect(given.changes.at(-1)?.version).toBe('2');
    const missing = match([event(0, { version: '1' }), event(9, { kind: 'checkin' })]);
    expect(brief(missing.changes).at(-1)).toBe('9s -1 checkin held 9s');
  });

  it('counts a check-in of nothing as an orphan, of too much as excess', () => {
    const { changes } = match([
      event(0, { kind: 'checkin', quantity: 2 }),
      event(10, { quantity: 2 }),
      event(20, { kind: 'checkin', quantity: 5 }),
    ]);
    expect(brief(changes)).toEqual([
      '0s 0 orphan surplus 2',
      '10s +2',
      '20s -2 checkin held 10s',
      '20s 0 excess surplus 3',
    ]);
  });

  it('says why a session ended', () => {
    const { changes } = match([
      event(0, { quantity: 2 }),
      event(10, { kind: 'checkin', detail: 'INACTIVE' }),
      event(20, { kind: 'checkin', detail: 'SHUTDOWN' }),
    ]);
    expect(changes.map(({ ending }) => ending)).toEqual(['', 'inactive', 'shutdown']);
  });

  it('never gives a session a negative length when the clock steps back', () => {
    const { changes } = match([event(10, {}), event(7, { kind: 'checkin', lag: 3 * second })]);
    expect(changes.at(-1)).toMatchObject({ time: 10 * second, lag: 0, held: 0, delta: -1 });
  });

  it('leaves denials and metered use alone', () => {
    const { changes, state } = match([
      event(0, { kind: 'denial' }),
      event(1, { model: 'metered' }),
      event(2, { kind: 'queued' }),
    ]);
    expect(changes).toEqual([]);
    expect(state.open).toEqual([]);
  });

  it('adds fractions without drift', () => {
    const tenths = Array.from({ length: 10 }, (_, i) => event(i, { quantity: 0.1 }));
    const { changes, state } = match([...tenths, event(20, { kind: 'checkin', quantity: 1 })]);
    expect(changes.slice(10).every(({ ending }) => ending === 'checkin')).toBe(true);
    expect(state.open).toEqual([]);
  });
});

describe('UPGRADE a->b', () => {
  it('upwards belongs to the newest session of the client', () => {
    const { changes, state } = match([
      event(0, { quantity: 2 }),
      event(10, { quantity: 5 }),
      event(20, { kind: 'upgrade', quantityBefore: 7, quantity: 8 }),
    ]);
    expect(brief(changes).at(-1)).toBe('20s +1');
    expect(state.open.map(({ start, micro }) => [start / second, micro / 1e6])).toEqual([
      [0, 2],
      [10, 6],
    ]);
  });

  it('downwards closes from the oldest', () => {
    const { changes } = match([
      event(0, { quantity: 2 }),
      event(10, { quantity: 5 }),
      event(20, { kind: 'upgrade', quantityBefore: 7, quantity: 4 }),
    ]);
    expect(brief(changes).slice(2)).toEqual(['20s -2 upgrade held 20s', '20s -1 upgrade held 10s']);
  });
});

describe('a daemon start', () => {
  it("closes that daemon's sessions at its last line before, in the order in which they were opened", () => {
    const { changes, state } = match([
      event(0, {}),
      event(5, { vendor: 'other' }),
      event(10, { client: 'bob@pc2', quantity: 3 }),
      event(100, { kind: 'start', previous: 42 * second }),
    ]);
    expect(brief(changes).slice(3)).toEqual(['42s -1 restart held 42s', '42s -3 restart held 32s']);
    expect(state.open.map(({ vendor }) => vendor)).toEqual(['other']);
  });

  it("keeps the start's own place in the order, after everything of the closing moment", () => {
    const { changes } = match([event(0, {}), event(30, { kind: 'denial' }), event(100, { kind: 'start' })]);
    const closing = changes.at(-1);
    expect(closing).toMatchObject({ time: 30 * second, lag: 70 * second, ordinal: 2 });
  });

  it('takes what a `seen` of an earlier file says', () => {
    const { changes } = match([event(0, {}), event(50, { kind: 'seen' }), event(100, { kind: 'start', previous: 0 })]);
    expect(brief(changes).at(-1)).toBe('50s -1 restart held 50s');
  });

  it("does not take the license manager's note of an exit for a line of the daemon", () => {
    const { changes } = match([
      event(0, {}),
      event(50, { kind: 'exit' }),
      event(60, { kind: 'start', previous: 8 * second }),
    ]);
    expect(brief(changes).at(-1)).toBe('8s -1 restart held 8s');
  });
});

describe('sessions open at the end', () => {
  it('close at the last line of the source, after everything of that moment', () => {
    const { state } = match([event(0, { quantity: 2 })]);
    expect(closeOpen('srv', state, 90 * second)).toMatchObject([
      { time: 90 * second, delta: -2, held: 90 * second, ending: 'open', lag: 0xffffffff, ordinal: 0xffffffff },
    ]);
  });
});

const anyEvent = fc
  .record({
    kind: fc.constantFrom<LicenseEvent['kind']>(
      'checkout',
      'checkout',
      'checkin',
      'checkin',
      'upgrade',
      'denial',
      'start',
      'seen',
      'exit',
    ),
    client: fc.constantFrom(...clients),
    feature: fc.constantFrom('cad', 'sim'),
    vendor: fc.constantFrom('daemon', 'other'),
    handle: fc.constantFrom('', '', 'h1', 'h2'),
    version: fc.constantFrom('', '1', '2'),
    step: fc.integer({ min: -2, max: 5 }),
    quantity: fc.integer({ min: 1, max: 5_000_000 }).map((micro) => micro / 1e6),
    quantityBefore: fc.integer({ min: 0, max: 5 }),
    previous: fc.constantFrom(0, 3 * second),
  })
  .map(({ step, ...fields }) => ({ step, fields }));

const anyLog = fc.array(anyEvent, { maxLength: 60 }).map((steps) => {
  let time = 100;
  let highest = 0;
  return steps.map(({ step, fields }) => {
    time += step;
    highest = Math.max(highest, time);
    return event(time, { ...fields, lag: (highest - time) * second });
  });
});

const micro = (licenses: number): number => Math.round(licenses * 1e6);

describe('whatever a log says', () => {
  it('the quantity in use never falls below 0, and what is open at the end is the sum of the changes', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const { changes, state } = match(log);
        let balance = 0;
        const inOrder = [...changes].sort((a, b) => a.time - b.time || a.lag - b.lag || a.ordinal - b.ordinal);
        for (const change of inOrder) {
          balance += micro(change.delta);
          expect(balance).toBeGreaterThanOrEqual(0);
          expect(change.held).toBeGreaterThanOrEqual(0);
        }
        const last = Math.max(0, ...log.map(({ time }) => time));
        const closings = closeOpen('srv', state, last);
        expect(balance).toBe(state.open.reduce((sum, open) => sum + open.micro, 0));
        expect(balance + closings.reduce((sum, { delta }) => sum + micro(delta), 0)).toBe(0);
      }),
    );
  });

  it('stopping anywhere and going on from the stored state changes nothing', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, at) => {
        const cut = at % (log.length + 1);
        const whole = match(log);
        const first = match(log.slice(0, cut));
        const state = JSON.parse(JSON.stringify(first.state)) as MatcherState;
        const second_ = match(log.slice(cut), state, cut);
        expect([...first.changes, ...second_.changes]).toEqual(whole.changes);
        expect(second_.state).toEqual(whole.state);
      }),
    );
  });
});
