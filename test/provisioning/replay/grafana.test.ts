import type { Route } from '../given.ts';
import { messagesOf, routeOf, type Told } from './messages.ts';
import { alertsOf, type Found, type Timing } from './states.ts';

/** The replay stands for Grafana and its Alertmanager: what it must have in common with them. Times are minutes. */
const minute = 60_000;
const timing: Timing = { interval: minute, for: 0, keepFiringFor: 0, missingEvaluations: 2 };

describe('alerts', () => {
  /** What is found from a minute on; `false`: a row that does not fire. */
  const alerts = (
    own: Partial<Timing>,
    changes: readonly (readonly [from: number, found: Record<string, boolean>])[],
  ) => {
    const found = (at: number): Found =>
      new Map(Object.entries(changes.findLast(([from]) => from * minute <= at)?.[1] ?? {}));
    return alertsOf({ ...timing, ...own }, minute, 100 * minute, found).map(({ labels, from, to }) => [
      labels,
      from / minute,
      to / minute,
    ]);
  };

  test('begin when it has held for long enough, and end when it no longer does', () => {
    const changes = [
      [10, { a: true }],
      [13, { a: false }],
      [20, { a: true }],
      [30, { a: false }],
    ] as const;
    expect(alerts({}, changes)).toEqual([
      ['a', 10, 13],
      ['a', 20, 30],
    ]);
    expect(alerts({ for: 5 * minute }, changes)).toEqual([['a', 25, 30]]);
  });

  test('go on for a while, without a second beginning', () => {
    const changes = [
      [10, { a: true }],
      [20, { a: false }],
      [35, { a: true }],
      [40, { a: false }],
    ] as const;
    expect(alerts({ keepFiringFor: 20 * minute }, changes)).toEqual([['a', 10, 60]]);
  });

  test('no rows at all are no longer firing; a row that is missing among others is waited for', () => {
    const gone = [
      [10, { a: true }],
      [20, {}],
    ] as const;
    expect(alerts({}, gone)).toEqual([['a', 10, 20]]);
    expect(alerts({ keepFiringFor: 20 * minute }, gone)).toEqual([['a', 10, 40]]);
    const missing = [
      [10, { a: true, b: false }],
      [20, { b: false }],
    ] as const;
    expect(alerts({ keepFiringFor: 20 * minute }, missing)).toEqual([['a', 10, 21]]);
    expect(alerts({ missingEvaluations: 20 }, missing)).toEqual([['a', 10, 39]]);
    // One that recovers already is told of for four evaluations more.
    const recovering = [
      [10, { a: true }],
      [15, { a: false }],
      [20, { b: false }],
    ] as const;
    expect(alerts({ keepFiringFor: 20 * minute, missingEvaluations: 20 }, recovering)).toEqual([['a', 10, 23]]);
  });

  test('that last until the end have none', () => {
    expect(alerts({}, [[10, { a: true }]])).toEqual([['a', 10, Infinity]]);
  });
});

describe('messages', () => {
  const route: Route = {
    receiver: 'on call',
    group_by: ['account'],
    group_wait: '15s',
    group_interval: '5m',
    repeat_interval: '1h',
  };
  const told = (name: string, account: string, from: number, to: number): Told => ({
    name,
    labels: { account },
    from: from * minute,
    to: to * minute,
  });
  const messages = (...alerts: readonly Told[]) =>
    messagesOf(route, alerts, 300 * minute).map(({ at, firing, over }) => [
      at / minute,
      firing.map(({ name }) => name).join(),
      over.map(({ name }) => name).join(),
    ]);

  test('one per group, when it begins, and when it is over', () => {
    expect(
      messages(told('full', 'acme', 10, 20), told('refused', 'acme', 10, 20), told('full', 'bolt', 12, 18)),
    ).toEqual(
      [
        [10.25, 'full,refused', ''],
        [12.25, 'full', ''],
        [22.25, '', 'full'],
        [20.25, '', 'full,refused'],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    );
  });

  test('what comes to a group is told at its next look, what is left is told again', () => {
    expect(messages(told('full', 'acme', 10, 100), told('refused', 'acme', 11, 30))).toEqual([
      [10.25, 'full', ''],
      [15.25, 'full,refused', ''],
      [30.25, 'full', 'refused'],
      [95.25, 'full', ''],
      [100.25, '', 'full'],
    ]);
  });

  test('a group of which everything is over begins anew', () => {
    expect(messages(told('full', 'acme', 10, 12), told('full', 'acme', 18, 40))).toEqual([
      [10.25, 'full', ''],
      [15.25, '', 'full'],
      [18.25, 'full', ''],
      [43.25, '', 'full'],
    ]);
  });

  test('the first route that takes an alert counts, with what it has from those around it', () => {
    const root: Route = {
      receiver: 'all',
      group_by: ['alertname'],
      routes: [
        { receiver: 'talk', object_matchers: [['owner', '=', 'sales']] },
        { receiver: 'call', object_matchers: [['severity', '=', 'critical']] },
      ],
    };
    const receiver = (labels: Told['labels']) => routeOf(root, labels).receiver;
    expect(receiver({ owner: 'sales', severity: 'critical' })).toBe('talk');
    expect(receiver({ owner: 'operations', severity: 'critical' })).toBe('call');
    expect(receiver({ owner: 'operations', severity: 'warning' })).toBe('all');
    expect(routeOf(root, { severity: 'critical' }).group_by).toEqual(['alertname']);
  });
});
