import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { folder } from '../../../provisioning/source/grafana.ts';
import { defaultSettings } from '../../../provisioning/source/settings.ts';
import { head } from '../../rules/given.ts';
import { generatedFor, type AlertRule } from '../given.ts';
import { figuresOf } from '../evaluate.ts';
import { findingsOf, firesAt, type Span } from './findings.ts';
import { messagesOf, milliseconds, routeOf, type Message, type Told } from './messages.ts';
import { openLivingSample, type LivingSample } from './sample.ts';
import { alertsOf, type Found, type Timing } from './states.ts';

/**
 * A week of the sample, lived through as its server does, under the rules that page: those whose alerts the notification policy
 * sends to the contact point on call. **A page is a message to it that tells of something that goes on**: of one group (account),
 * as the Alertmanager sends it by `group_wait`, `group_interval` and `repeat_interval`. Repetitions count, and what comes to a
 * group that was told of; a message that something is over, while nothing else goes on, does not.
 *
 * On the day after, three things go wrong on license servers of their own.
 */
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.parse('2025-11-13T10:00:00Z');
const week: Span = { from: start, to: start + 7 * day };
/** The day after, and as long as the silent server takes. */
const noon = week.to + 2 * hour;
const until = noon + 24 * hour + 15 * minute;

const { groups, policy } = generatedFor({ ...defaultSettings, channels: new Set(['pagerduty']) });
const onCall = 'License Analytics on call';
const paging = groups.flatMap(({ interval, rules }) =>
  rules
    .map((rule) => ({ rule, timing: timingOf(rule, interval), route: routeOf(policy, labelsOf(rule, '{}')) }))
    .filter(({ route }) => route.receiver === onCall),
);

let sample: LivingSample;
const alerts: { readonly rule: AlertRule; readonly told: Told }[] = [];
let pages: readonly Message[] = [];

beforeAll(async () => {
  sample = await openLivingSample(week.from);
  const found = new Map<string, ((at: number) => Found)[]>();
  const ends: number[] = [];
  for (let from = week.from; from < until;) {
    if (from === week.to) for (const one of planted) await sample.plant(one.server, one.log, one.bought);
    // The first span is short: what has been wrong for long is known from the first minute on.
    const longest = from === week.from ? minute : day;
    const to = Math.min(from < week.to ? week.to : until, from + longest, ...(await becomingSilent(from)));
    await sample.advance(to);
    for (const { rule, timing } of paging) {
      const known = found.get(rule.uid) ?? [];
      const before = known.at(-1)?.(from) ?? new Map<string, boolean>();
      found.set(rule.uid, [...known, await findingsOf(sample.ask, rule, timing.interval, { from, to }, before)]);
    }
    ends.push(to);
    from = to;
  }
  for (const { rule, timing } of paging) {
    const at = (time: number): Found =>
      found.get(rule.uid)?.[ends.findIndex((end) => time <= end)]?.(time) ?? new Map();
    for (const { labels, from, to } of alertsOf(timing, week.from + 1, until, at))
      alerts.push({ rule, told: { name: rule.title, labels: labelsOf(rule, labels), from, to } });
  }
  const route = paging[0]?.route;
  if (route === undefined) throw new Error('No rule pages.');
  pages = messagesOf(
    route,
    alerts.map(({ told }) => told),
    until,
  ).filter(({ firing }) => firing.length > 0);
  // 40 s of work; longer where others work too.
}, 600_000);
afterAll(() => sample.close());

/** When servers will have been silent for so long that somebody is paged, should they write nothing within a day. */
async function becomingSilent(from: number): Promise<readonly number[]> {
  const model = { measure: 'silence', groupBy: ['server'], limit: 10_000 };
  return figuresOf(await sample.ask(model, from, from + day)).flatMap(({ values: [overdue] }) => {
    const at = from + day - ((overdue ?? 0) - thresholds.silence.critical) * 1000;
    return at > from && at < from + day ? [Math.ceil(at / minute) * minute] : [];
  });
}

function timingOf(rule: AlertRule, interval: string): Timing {
  return {
    interval: milliseconds(interval),
    for: milliseconds(rule.for),
    keepFiringFor: milliseconds(rule.keepFiringFor ?? '0s'),
    missingEvaluations: rule.missing_series_evals_to_resolve ?? 2,
  };
}

function labelsOf({ title, labels }: AlertRule, own: string): Told['labels'] {
  return { ...labels, alertname: title, grafana_folder: folder, ...(JSON.parse(own) as Told['labels']) };
}

const inWords = ({ at, firing }: Message): string =>
  `${new Date(at).toISOString().slice(0, 16)} ${firing.map(({ name, labels }) => [name, labels['account'], labels['feature'], labels['server']].filter(Boolean).join(', ')).join('; ')}`;

/** Twelve o'clock, as a FlexNet log of UTC has it. */
const clock = (after: number): string => new Date(noon + after).toISOString().slice(11, 19);
const date = new Date(noon).toLocaleDateString('en-US', { timeZone: 'UTC' });
const line = (after: number, text: string): string => `${clock(after)} (acmed) ${text}  \n`;
const full = '(Licensed number of users already reached. (-4,342))';
const bought = (account: string): string =>
  `account,feature,model,quantity,start,end\n${account},mill,concurrent,20,2025-01-01,2026-12-31\n`;
const log = (...lines: readonly string[]): string => head(date, clock(-hour)) + lines.join('');
const twenty = Array.from({ length: 20 }, (_, i) => `"mill" u${i}@ws${i}`);
const asking = (who: string): string => `DENIED: "mill" ${who}  ${full}`;

const planted = [
  {
    // Twenty of twenty are out for an hour from noon; one who asks then gets none.
    server: 'short',
    log: log(
      ...twenty.map((one) => line(0, `OUT: ${one}`)),
      line(10 * minute, asking('late@ws99')),
      ...twenty.map((one) => line(hour, `IN: ${one}`)),
    ),
  },
  {
    // Nothing is full for long; three who ask within two minutes get none.
    server: 'refusing',
    log: log(...[0, 1, 2].map((i) => line(i * minute, asking(`r${i}@pc${i}`))), line(hour, 'OUT: "mill" z@ws1')),
  },
  { server: 'silent', log: log(line(-2 * minute, 'OUT: "mill" z@ws1')) },
].map((one) => ({ ...one, bought: bought(one.server) }));

test('what pages are a full pool that turns people away, refused clients, a server that is still silent, and no answer', () => {
  expect(paging.map(({ rule }) => rule.uid)).toEqual([
    'la-utilization-critical',
    'la-denials-shortage',
    'la-silence-critical',
    'la-no-answer',
  ]);
  expect(new Set(paging.map(({ route }) => JSON.stringify(route))).size).toBe(1);
});

test('a week of the sample: at most three pages in any 24 hours', () => {
  const ofWeek = pages.filter(({ at }) => at <= week.to);
  // It has short pools and a silent server: a replay that finds nothing is blind.
  expect(ofWeek.length).toBeGreaterThan(0);
  for (const { at } of ofWeek) {
    const within = ofWeek.filter((other) => other.at >= at && other.at < at + day).map(inWords);
    expect(within.length <= 3 ? [] : within).toEqual([]);
  }
});

test('what began to fire does so by all questions of its rule, asked at that very moment', async () => {
  const began = alerts.filter(({ rule, told }) => !rule.uid.startsWith('la-silence') && told.from <= until);
  expect(began.length).toBeGreaterThan(1);
  for (const { rule, told } of began) {
    const { account, feature } = told.labels;
    const firing = (await firesAt(sample.ask, rule, told.from)).map((labels): unknown => JSON.parse(labels));
    expect(firing).toContainEqual({ account, feature });
  }
});

describe('a planted', () => {
  const pageOf = (rule: string, label: string, value: string): number => {
    const page = pages.find(({ firing }) =>
      firing.some(
        ({ labels, name }) =>
          labels[label] === value && name === paging.find((one) => one.rule.uid === rule)?.rule.title,
      ),
    );
    return ((page?.at ?? NaN) - noon) / minute;
  };

  test('shortage of twenty licenses pages within 50 minutes', () => {
    const after = pageOf('la-utilization-critical', 'account', 'short');
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(50);
  });

  test('refusal of three clients pages within 20 minutes', () => {
    const after = pageOf('la-denials-shortage', 'account', 'refusing');
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(20);
  });

  test('silent license server pages within 24 hours and 15 minutes of its last line', () => {
    const after = pageOf('la-silence-critical', 'server', 'silent') + 2;
    expect(after).toBeGreaterThan(24 * 60);
    expect(after).toBeLessThanOrEqual(24 * 60 + 15);
  });
});
