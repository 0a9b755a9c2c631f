import type { DeliveryInfo, SubscriptionInfo } from '../server/delivery/delivering.ts';
import type { DeliveringState } from '../server/delivery/worker.ts';
import { subscriptionSchema } from '../share/subscriptions/subscription.ts';
import { checkDelivering } from './doctor-delivering.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const weekly: SubscriptionInfo = {
  ...subscriptionSchema.parse({ name: 'weekly', account: 'acme', recipients: ['ana@acme.example'] }),
  timezone: 'UTC',
  origin: 'command',
  next: '2026-11-30T07:00:00.000Z',
  isMailed: true,
};
const failed: DeliveryInfo = {
  subscription: 'weekly',
  recipient: 'ana@acme.example',
  test: false,
  state: 'failed',
  attempts: 1,
  note: '550 no such user',
  due: '2026-11-23T07:00:00.000Z',
  next: '',
  updated: '2026-11-23T07:00:12.000Z',
};
const running: DeliveringState = {
  looks: 9,
  lastLook: '2026-11-24T11:59:50.000Z',
  error: '',
  subscriptions: 1,
  next: weekly.next,
  waiting: 0,
  refused: [],
  sent: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
};

it('says when the next report is due, and nothing where there are no subscriptions', () => {
  expect(checkDelivering([], [], null, now)).toEqual([]);
  expect(checkDelivering([weekly], [], running, now)).toMatchObject([
    { state: 'ok', found: '1, the next is due 2026-11-30T07:00:00.000Z' },
  ]);
});

it('a mail that failed lately, or that nobody can tell of, is told with how to send it by hand', () => {
  expect(
    checkDelivering([weekly], [failed, { ...failed, state: 'unknown', note: 'killed' }], running, now),
  ).toMatchObject([
    {
      state: 'warning',
      found: 'weekly, due 2026-11-23T07:00, to ana@acme.example: not sent (550 no such user)',
      todo: 'Send it by hand: license-analytics subscribe test "weekly" --to ana@acme.example',
    },
    { found: expect.stringContaining('nobody can tell whether it was sent (killed)') as string },
  ]);
});

it('history, tests and what was sent are no findings', () => {
  const log = [
    { ...failed, updated: '2026-11-01T00:00:00.000Z' },
    { ...failed, test: true },
    { ...failed, state: 'sent' as const },
  ];
  expect(checkDelivering([weekly], log, running, now)).toMatchObject([{ state: 'ok' }]);
});

it('subscriptions that no server sends, or whose looks fail, are told', () => {
  expect(checkDelivering([weekly], [], null, now)).toMatchObject([
    { state: 'warning', found: '1 is there, but this server has no mail server to send by' },
  ]);
  expect(checkDelivering([weekly], [], { ...running, error: 'The disk is full.' }, now)).toMatchObject([
    { state: 'warning', found: 'the last look at what is due failed: The disk is full.' },
  ]);
});

it('a subscription added where no mail server is configured is told, also without a running server', () => {
  expect(checkDelivering([{ ...weekly, isMailed: false }], [], undefined, now)).toMatchObject([
    { state: 'warning', todo: 'Configure mail: { smtp, from } and start it again.' },
  ]);
});

it('a misspelt account, and a name that is taken, are told of their subscriptions', () => {
  const faults = { unknownAccounts: new Set(['acmee']), refused: ['monthly'] };
  expect(
    checkDelivering([weekly, { ...weekly, name: 'typo', account: 'acmee' }], [], running, now, faults),
  ).toMatchObject([
    { found: '"monthly" of the configuration is not sent: one made by command has its name' },
    { found: '"typo" is about the account "acmee", of which nothing is known: its reports are not sent' },
  ]);
});
