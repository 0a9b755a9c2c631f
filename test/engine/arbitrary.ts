import fc from 'fast-check';
import { measureOf } from '../../src/query/measures/registry.ts';
import { parseQuestion, type Question } from '../../src/query/question.ts';
import { whyImpossible } from '../../src/query/parse.ts';
import type { Entitlement } from '../../src/ingest/entitlements/entitlement.ts';
import type { TestEvent } from './fill.ts';

const start = Date.UTC(2026, 1, 10);
const days = 70;
const dayMs = 86_400_000;

/** Moments that like boundaries: midnights, quarter hours, month ends, the nights when clocks change. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: days * 86_400 }).map((second) => start + second * 1000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: days }).map((day) => start + day * dayMs) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: days * 96 }).map((quarter) => start + quarter * 900_000) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Date.UTC(2026, 2, 1),
      Date.UTC(2026, 3, 1),
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 2, 31, 23, 59, 59),
    ),
  },
);

const accounts = ['acme', 'borealis', ''];
const features = ['cad', 'sim', 'render'];
const servers = ['lic01', 'lic02'];
const users = ['ann', 'bob', 'eve', 'jo.smith', ''];

const event = fc.record({
  kind: fc.constantFrom(
    'checkout',
    'checkout',
    'checkout',
    'checkin',
    'checkin',
    'checkin',
    'denial',
    'denial',
    'unsupported',
    'upgrade',
    'queued',
    'start',
  ),
  time: moment,
  account: fc.constantFrom(...accounts),
  feature: fc.constantFrom(...features),
  server: fc.constantFrom(...servers),
  vendor: fc.constantFrom('vendord', 'otherd'),
  version: fc.constantFrom('', '2025', '2026'),
  user: fc.constantFrom(...users),
  host: fc.constantFrom('ws1', 'ws2'),
  project: fc.constantFrom('', 'p1'),
  quantity: fc.constantFrom(1, 1, 2, 5),
  model: fc.constantFrom<'concurrent' | 'metered'>('concurrent', 'concurrent', 'concurrent', 'metered'),
  code: fc.constantFrom('-4', '-10', '-38'),
});

/** Events of two servers in time order, as a matcher is fed them. Denials come in bursts, some over both servers, and are sometimes followed by a grant. */
export const someEvents: fc.Arbitrary<TestEvent[]> = fc
  .array(fc.tuple(event, fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 3 })), { minLength: 5, maxLength: 90 })
  .map((drafts) =>
    drafts
      .flatMap(([draft, repeats]): TestEvent[] => {
        const kind = draft.kind as TestEvent['kind'];
        const denied = kind === 'denial' || kind === 'unsupported';
        const one: TestEvent = {
          ...draft,
          kind,
          model: denied || kind === 'start' || kind === 'upgrade' ? 'concurrent' : draft.model,
          code: denied ? draft.code : '',
          reason: denied ? `reason${draft.code}` : '',
          ...(kind === 'upgrade' && { quantityBefore: 1 }),
          ...(kind === 'start' && { user: '', host: '', feature: '', account: '', previous: 0 }),
        };
        if (!denied) return [one];
        let at = one.time;
        return [
          one,
          ...repeats.map((gap, i): TestEvent => {
            at += gap * 1000;
            return i === repeats.length - 1 && gap % 2 === 0
              ? { ...one, kind: 'checkout', code: '', reason: '', time: at }
              : // A client that walks its server list.
                { ...one, time: at, ...(gap % 3 === 0 && { server: 'lic02' }) };
          }),
        ];
      })
      .sort((a, b) => a.time - b.time),
  );

export const someRange = fc
  .tuple(moment, moment)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York');

const filter = fc.oneof(
  fc.record({
    dimension: fc.constant('account'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.subarray(accounts, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    dimension: fc.constant('feature'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.subarray(features, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    dimension: fc.constant('server'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.subarray(servers, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({
    dimension: fc.constant('feature'),
    operator: fc.constantFrom('=~', '!~'),
    values: fc.constant(['^(cad|s)']),
  }),
  fc.record({
    dimension: fc.constant('user'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.subarray(users, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    dimension: fc.constant('version'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.constant(['2026']),
  }),
  fc.record({
    dimension: fc.constant('denialReason'),
    operator: fc.constantFrom('in', 'not in'),
    values: fc.constant(['reason-4']),
  }),
);

/** Only such as facts have. */
const keptFilter = filter.filter(({ dimension }) => ['account', 'feature', 'server'].includes(dimension));

const productFilter = fc.record({
  dimension: fc.constant('product'),
  operator: fc.constantFrom('in', 'not in'),
  values: fc.subarray(['Suite', 'Tools', 'unmapped'], { minLength: 1, maxLength: 2 }),
});

/**
 * Questions that make sense, of the measures given.
 *
 * @param products whether they may name products, which only entitlements tell
 * @param kept whether they are about dimensions only that the store keeps facts of
 */
export function someQuestion(
  measures: readonly string[],
  { products = false, kept = false } = {},
): fc.Arbitrary<Question> {
  const filters = kept ? keptFilter : filter;
  return fc
    .record({
      measure: fc.constantFrom(...measures),
      groupBy: fc.subarray(
        [
          'account',
          ...(products ? ['product'] : []),
          ...(kept
            ? ['feature', 'server', 'model']
            : ['feature', 'server', 'vendor', 'version', 'user', 'client', 'denialReason', 'model']),
        ],
        { maxLength: 3 },
      ),
      filters: fc.array(products ? fc.oneof({ weight: 6, arbitrary: filters }, productFilter) : filters, {
        maxLength: 2,
      }),
      shape: fc.constantFrom('table', 'timeSeries'),
      bucket: fc.constantFrom('1h', '1d', '1w', '1mo'),
      timezone: zone,
      denials: fc.record({
        count: fc.constantFrom('lines', 'episodes', 'resolved', 'unresolved', 'unknown', 'clients'),
        gapSeconds: fc.constantFrom(600, 600, 60),
        across: fc.constantFrom('servers', 'servers', 'pool'),
        resolvedWithinSeconds: fc.constantFrom(600, 30),
        unsupported: fc.boolean(),
      }),
      workingHours: fc.option(fc.record({ from: fc.constant('07:30'), to: fc.constantFrom('12:00', '24:00') }), {
        nil: undefined,
        freq: 4,
      }),
      packages: fc.constantFrom('once', 'once', 'each'),
      limit: fc.constant(100_000),
    })
    .map((draft) => {
      const measure = measureOf(draft.measure as Question['measure']);
      const possible = (use: 'groupBy' | 'filters') => (dimension: string) =>
        whyImpossible(measure, use, dimension as Question['groupBy'][number]) === undefined;
      const { workingHours, packages, ...rest } = draft;
      return parseQuestion({
        ...rest,
        shape: measure.kind === 'series+table' ? draft.shape : 'table',
        groupBy: measure.groupByCount === 1 ? ['feature'] : draft.groupBy.filter(possible('groupBy')),
        filters: draft.filters.filter(({ dimension }) => possible('filters')(dimension)),
        ...(workingHours !== undefined && { workingHours }),
        ...(measure.knowsPackages && { packages }),
      }).question;
    });
}

const day = fc.integer({ min: -5, max: days + 5 }).map((n) => new Date(start + n * dayMs).toISOString().slice(0, 10));

/** Entitlements that begin, end and change inside the time of the events. */
export const someEntitlements: fc.Arbitrary<Entitlement[]> = fc.array(
  fc
    .record({
      account: fc.constantFrom('acme', 'acme', 'borealis', ''),
      product: fc.constantFrom('', 'Suite', 'Tools'),
      package: fc.constantFrom('', '', 'cad', 'render'),
      feature: fc.constantFrom(...features),
      version: fc.constant(''),
      server: fc.constantFrom('', '', 'lic01'),
      vendor: fc.constant(''),
      model: fc.constantFrom<'concurrent' | 'metered'>('concurrent', 'concurrent', 'metered'),
      period: fc.constantFrom<'term' | 'month'>('term', 'month'),
      quantity: fc.constantFrom(1, 2, 5, 10),
      overdraft: fc.constant(0),
      uncounted: fc.constantFrom(false, false, false, true),
      days: fc.tuple(day, day),
      origin: fc.constant('test:1'),
    })
    .map(({ days: [a, b], ...row }) => ({ ...row, start: a < b ? a : b, end: a < b ? b : a })),
  { maxLength: 12 },
);
