import fc from 'fast-check';
import { describeQuestion } from './describe.ts';
import { dimensions, groupings } from './dimensions.ts';
import { assertUnique, measureNames, measureOf, measures } from './measures/registry.ts';
import { migrateQuestion } from './migrate.ts';
import type { Question } from './question.ts';
import { answerColumns, parseQuestion, QuestionError, questionJsonSchema } from './question.ts';

const ask = (input: object): Question => parseQuestion(input).question;
const refusal = (input: unknown): QuestionError => {
  try {
    parseQuestion(input);
  } catch (error) {
    if (error instanceof QuestionError) return error;
    throw error;
  }
  throw new Error(`Expected a refusal of ${JSON.stringify(input)}.`);
};

/** The shortest question of a measure. */
const least = (measure: string): object =>
  measure === 'dimensionValues' ? { measure, groupBy: ['feature'] } : { measure };

describe('a question', () => {
  test('needs only a measure', () => {
    expect(parseQuestion({ measure: 'peakConcurrent' })).toEqual({
      notices: [],
      question: {
        schemaVersion: 1,
        measure: 'peakConcurrent',
        groupBy: [],
        filters: [],
        shape: 'table',
        bucket: 'auto',
        timezone: 'UTC',
        orderBy: { text: 'value desc', keys: [{ column: 'value', direction: 'desc' }] },
        limit: 1000,
        denials: { count: 'episodes', gapSeconds: 600, resolvedWithinSeconds: 600, unsupported: false },
      },
    });
  });

  test("is read as the issue's example writes it", () => {
    const question = ask({
      measure: 'usagePercentage',
      groupBy: ['account', 'feature'],
      filters: [{ dimension: 'account', operator: 'in', values: ['acme'] }],
      having: { operator: '>=', value: 80 },
      shape: 'table',
      bucket: 'auto',
      timezone: 'UTC',
      orderBy: 'value desc',
      limit: 20,
      denials: { count: 'episodes', gapSeconds: 600, resolvedWithinSeconds: 600 },
    });
    expect(question).toMatchObject({
      limit: 20,
      having: { operator: '>=', value: 80 },
      groupBy: ['account', 'feature'],
    });
  });

  test('denials are resolved within a day or not at all: a longer time is refused, not ignored', () => {
    expect(ask({ measure: 'denials', denials: { resolvedWithinSeconds: 86_400 } }).denials.resolvedWithinSeconds).toBe(
      86_400,
    );
    expect(() => ask({ measure: 'denials', denials: { resolvedWithinSeconds: 86_401 } })).toThrow(/0 to 86400 seconds/);
  });

  test('fills in each field of denials alone', () => {
    expect(ask({ measure: 'denials', denials: { gapSeconds: 60 } }).denials).toEqual({
      count: 'episodes',
      gapSeconds: 60,
      resolvedWithinSeconds: 600,
      unsupported: false,
    });
  });

  test('counts UNSUPPORTED in distribution and summary only, unless told otherwise', () => {
    const counting = measureNames.filter((measure) => ask(least(measure)).denials.unsupported);
    expect(counting).toEqual(['denialShare', 'denialSummary', 'denialAdvice', 'denialEpisodes']);
    expect(ask({ measure: 'denials', denials: { unsupported: true } }).denials.unsupported).toBe(true);
    expect(ask({ measure: 'denialShare', denials: { unsupported: false } }).denials.unsupported).toBe(false);
  });

  test("ignores Grafana's own fields, whatever they hold", () => {
    const grafana = {
      refId: 'A',
      datasource: { uid: 'x' },
      datasourceId: 3,
      intervalMs: 1000,
      maxDataPoints: 500,
      hide: false,
      key: 'Q-1',
      queryType: '',
      queryCachingTTL: null,
      expression: '',
      instant: true,
      range: false,
      timeRange: { from: '0', to: '1' },
      scopes: [],
      adhocFilters: [],
    };
    expect(ask({ measure: 'events', ...grafana })).toEqual(ask({ measure: 'events' }));
  });

  test('a limit over a million is cut, and said so; a lower one is kept', () => {
    const { question, notices } = parseQuestion({ measure: 'events', limit: 3_000_000 });
    expect(question.limit).toBe(1_000_000);
    expect(notices).toEqual([expect.stringContaining('3,000,000')]);
    expect(parseQuestion({ measure: 'events', limit: 1_000_000 })).toMatchObject({
      question: { limit: 1_000_000 },
      notices: [],
    });
  });

  test('the listings have orders of their own', () => {
    expect(ask({ measure: 'allEvents' }).orderBy.text).toBe('time desc');
    expect(ask({ measure: 'denialSummary' }).orderBy.text).toBe('count desc');
  });

  test('orders by any column of the answer; value stands for the value column', () => {
    expect(ask({ measure: 'denials', groupBy: ['account'], orderBy: 'account, value DESC' }).orderBy.keys).toEqual([
      { column: 'account', direction: 'asc' },
      { column: 'value', direction: 'desc' },
    ]);
    expect(ask({ measure: 'allEvents', orderBy: 'value desc' }).orderBy.keys[0]?.column).toBe('usagePercentage');
    expect(ask({ measure: 'sessionDuration', orderBy: 'max desc' }).orderBy.keys[0]?.column).toBe('max');
    expect(ask({ measure: 'usagePercentage', groupBy: ['account'], orderBy: 'feature' }).orderBy.keys).toHaveLength(1);
    expect(ask({ measure: 'events', shape: 'timeSeries', orderBy: 'time asc' }).orderBy.keys[0]?.column).toBe('time');
    for (const { name } of measures) {
      const base = least(name);
      for (const column of answerColumns(ask(base)))
        expect(ask({ ...base, orderBy: `${column} desc` }).measure).toBe(name);
    }
  });

  test('the highest feature is a column of tables coarser than the feature only', () => {
    const columns = (rest: object): string[] => answerColumns(ask({ measure: 'usagePercentage', ...rest }));
    expect(columns({ groupBy: ['account'] })).toEqual(['account', 'feature', 'value']);
    expect(columns({ groupBy: ['account', 'feature'] })).toEqual(['account', 'feature', 'value']);
    expect(columns({ groupBy: ['account'], shape: 'timeSeries' })).toEqual(['time', 'account', 'value']);
    expect(answerColumns(ask({ measure: 'peakConcurrent' }))).toEqual(['value']);
  });
});

describe('filters', () => {
  const filters = (...given: object[]): Question['filters'] => ask({ measure: 'events', filters: given }).filters;

  test('= and != are in and not in; several values are alternatives', () => {
    expect(
      filters(
        { dimension: 'account', operator: '=', values: ['acme', 'globex', 'acme'] },
        { dimension: 'feature', operator: '!=', value: 'cad' },
        { dimension: 'user', operator: '=~', values: ['^u0[0-9]'] },
        { dimension: 'project', values: [''] },
      ),
    ).toEqual([
      { dimension: 'account', operator: 'in', values: ['acme', 'globex'] },
      { dimension: 'feature', operator: 'not in', values: ['cad'] },
      { dimension: 'user', operator: '=~', values: ['^u0[0-9]'] },
      { dimension: 'project', operator: 'in', values: [''] },
    ]);
  });

  test('"All", and no values at all, are no filter', () => {
    for (const operator of ['=', '!=', 'in', 'not in', '=~', '!~']) {
      expect(filters({ dimension: 'account', operator, values: ['$__all'] })).toEqual([]);
      expect(filters({ dimension: 'account', operator, values: [] })).toEqual([]);
    }
  });

  // Checked against the engine (ClickHouse `match`): it compiles these, and none of the refused ones below.
  test.each([
    ...['^a.*b$', 'a|b', '(?i)acme', '(?i:ab)c', '(?s-i).', '(?P<x>a)', '(?<x>a)', 'ü{3}', '{', 'a{,3}', '^*'],
    ...['[[:alpha:]]+', '[]a]', '[^]a]', 'a]', String.raw`[\d-z]`, String.raw`[a\-z]`, String.raw`[\]]`],
    ...[String.raw`\d{2,4}?`, String.raw`\Qa(b\E`, String.raw`\Qa`, String.raw`\pL\p{Greek}\x{1F600}\x41\.\07\z`],
  ])('takes the pattern %s', (pattern) => {
    expect(filters({ dimension: 'user', operator: '=~', values: [pattern] })).toHaveLength(1);
  });

  test.each([
    ['a(?=b)', /look-ahead/],
    ['(?<!a)b', /look-behind/],
    [String.raw`(a)\1`, /backreferences/],
    ['(?>a)', /atomic/],
    ['a*+', /possessive/],
    ['a(', /not a regular expression/],
    ['*a', /not a regular expression/],
    ['[a', /not closed/],
    ['[z-a]', /backwards/],
    ['a{2000}', /1,000 times/],
    ['a\\', /ends with a backslash/],
    ['[]', /not closed/],
    ['[^]', /not closed/],
    ['[[:foo:]]', /no class/],
    [String.raw`[a-\d]`, /no proper end/],
    [String.raw`[\z]`, /"\\z" means nothing/],
    [String.raw`\y`, /"\\y" means nothing/],
    [String.raw`\x4`, /"\\x" means nothing/],
    [String.raw`\p{Foo}`, /"\\p" means nothing/],
    ['a{2,1}', /not a regular expression/],
    ['x{2}{3}', /not a regular expression/],
  ])('refuses the pattern %s and says why', (pattern, why) => {
    const error = refusal({
      measure: 'events',
      filters: [{ dimension: 'user', operator: '!~', values: ['ok', pattern] }],
    });
    expect(error.path).toBe('filters[0].values[1]');
    expect(error.message).toMatch(why);
  });
});

describe('what is wrong is named, with what was expected, what was found and what to do', () => {
  test.each<[object, string, string, RegExp]>([
    [{}, 'missingMeasure', 'measure', /expected one of peakConcurrent, .*found nothing/],
    [{ measure: 'peak' }, 'invalidValue', 'measure', /found "peak". Did you mean "peakConcurrent"\?/],
    [{ measure: 'events', groupby: [] }, 'unknownField', 'groupby', /no field "groupby".*Did you mean "groupBy"\?/],
    [
      { measure: 'events', color: 1 },
      'unknownField',
      'color',
      /no field "color"; expected schemaVersion, measure.*Remove it/,
    ],
    [
      { measure: 'denials', denials: { gap: 1 } },
      'unknownField',
      'denials.gap',
      /no field "gap" in denials; expected count, gapSeconds/,
    ],
    [
      { measure: 'events', filters: [{ dimension: 'user', values: ['a'], op: '=' }] },
      'unknownField',
      'filters[0].op',
      /"op"/,
    ],
    [
      { measure: 'events', groupBy: ['acount'] },
      'invalidValue',
      'groupBy[0]',
      /found "acount". Did you mean "account"\?/,
    ],
    [{ measure: 'events', groupBy: 'account' }, 'invalidValue', 'groupBy', /expected a list, found "account"/],
    [{ measure: 'events', limit: 0 }, 'invalidValue', 'limit', /at least 1, found 0/],
    [{ measure: 'events', limit: 1.5 }, 'invalidValue', 'limit', /whole number, found 1.5/],
    [{ measure: 'events', shape: 'series' }, 'invalidValue', 'shape', /timeSeries, table; found "series"/],
    [{ measure: 'events', bucket: '2h' }, 'invalidValue', 'bucket', /auto, 5m, 15m, 1h, 1d, 1w, 1mo; found "2h"/],
    [{ measure: 'events', timezone: 'Mars/Base' }, 'invalidValue', 'timezone', /IANA time zone.*found "Mars\/Base"/],
    [{ measure: 'events', orderBy: 'vale desc' }, 'invalidValue', 'orderBy', /found "vale". Did you mean "value"\?/],
    [{ measure: 'events', orderBy: 'value down' }, 'invalidValue', 'orderBy', /"COLUMN desc"/],
    [
      { measure: 'events', having: { operator: '>', value: '8' } },
      'invalidValue',
      'having.value',
      /a number, found "8"/,
    ],
    [
      { measure: 'events', workingHours: { from: '8:00' } },
      'invalidValue',
      'workingHours.from',
      /such as 08:00; found "8:00"/,
    ],
    [
      { measure: 'events', workingHours: { from: '19:00' } },
      'invalidValue',
      'workingHours',
      /expected "from" before "to"/,
    ],
    [{ measure: 'events', schemaVersion: 2 }, 'newerVersion', 'schemaVersion', /newer version/],
    [{ measure: 'events', schemaVersion: 'x' }, 'invalidValue', 'schemaVersion', /whole number/],
    [{ measure: 'allEvents', shape: 'timeSeries' }, 'impossibleCombination', 'shape', /listing/],
    [{ measure: 'quality', shape: 'timeSeries' }, 'impossibleCombination', 'shape', /no answer over time/],
    [{ measure: 'allEvents', groupBy: ['account'] }, 'impossibleCombination', 'groupBy', /lists every event by itself/],
    [{ measure: 'entitled', groupBy: ['user'] }, 'impossibleCombination', 'groupBy', /entitlements belong to accounts/],
    [
      { measure: 'checkouts', groupBy: ['denialReason'] },
      'impossibleCombination',
      'groupBy',
      /only denials have a reason/,
    ],
    [
      { measure: 'peakConcurrent', filters: [{ dimension: 'denialFamily', values: ['expired'] }] },
      'impossibleCombination',
      'filters',
      /cannot be filtered by denialFamily: only denials/,
    ],
  ])('%j', (input, code, path, message) => {
    const error = refusal(input);
    expect([error.code, error.path]).toEqual([code, path]);
    expect(error.message).toMatch(message);
  });

  test('anything else than an object is refused', () => {
    for (const input of [undefined, null, 'peakConcurrent', 4, [], 5n, () => 1])
      expect(refusal(input).message).toMatch(/JSON object/);
  });

  test('whatever comes in: an answerable question or a QuestionError, never another error', () => {
    const field = fc.constantFrom(
      ...['measure', 'groupBy', 'filters', 'having', 'shape', 'bucket', 'timezone', 'orderBy', 'limit', 'denials'],
      ...['workingHours', 'schemaVersion', 'refId', 'constructor', 'values', 'dimension'],
    );
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...measureNames, ...dimensions, 'value desc', '1d', 'UTC'));
    fc.assert(
      fc.property(fc.dictionary(field, value), fc.option(fc.constantFrom(...measureNames)), (fields, measure) => {
        try {
          const { question } = parseQuestion(measure === null ? fields : { ...fields, measure });
          expect(question.limit).toBeGreaterThan(0);
          expect(describeQuestion(question)).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(QuestionError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('working hours', () => {
  test('are Monday to Friday, 08:00 to 18:00 in the time zone of the question', () => {
    expect(ask({ measure: 'events', timezone: 'Europe/Berlin', workingHours: {} }).workingHours).toEqual({
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      from: '08:00',
      to: '18:00',
      timezone: 'Europe/Berlin',
    });
  });

  test('keep their own zone, their days in order', () => {
    const workingHours = { days: ['sun', 'mon', 'sun'], from: '00:00', to: '24:00', timezone: 'Asia/Tokyo' };
    expect(ask({ measure: 'events', workingHours }).workingHours).toEqual({ ...workingHours, days: ['mon', 'sun'] });
  });
});

describe('saved questions', () => {
  const steps = {
    1: (question: object) => ({ ...question, shape: 'table' }),
    2: (question: object) => ({ ...question, limit: 7 }),
  };

  test('go through every version after their own, in order', () => {
    expect(migrateQuestion({ measure: 'events' }, 3, steps)).toEqual({
      measure: 'events',
      shape: 'table',
      limit: 7,
      schemaVersion: 3,
    });
    expect(migrateQuestion({ measure: 'events', schemaVersion: 2 }, 3, steps)).toEqual({
      measure: 'events',
      limit: 7,
      schemaVersion: 3,
    });
  });

  test('without a version are version 1', () => {
    expect(ask({ measure: 'events' })).toEqual(ask({ measure: 'events', schemaVersion: 1 }));
  });
});

describe('measures', () => {
  test('are those of the issue', () => {
    const issue =
      'events checkouts checkins uniqueClients clientsPerLicense peakConcurrent averageConcurrent licenseHours usagePercentage ' +
      'entitled denials denialShare denialRate deniedClients consumed sessionDuration quality allEvents denialSummary';
    const forGrafana = 'serverRestarts capacityChanges entitlementExpiries denialBursts dimensionValues';
    const forAlerts =
      'overdraft daysToExpiry expiringEntitlements freshness ingestErrors newIngestErrors sources timeAtLicenses sessionLengths ' +
      'coverageGaps denialAdvice denialEpisodes eventRate beyondOverdraft utilization meteredUse boughtThen periodEnd silence';
    expect(measureNames.toSorted()).toEqual(
      [issue, forGrafana, forAlerts].flatMap((names) => names.split(' ')).toSorted(),
    );
  });

  test('two of one name fail at start', () => {
    expect(() => assertUnique([{ name: 'a' }, { name: 'b' }, { name: 'a' }])).toThrow(/"a" is registered twice/);
  });

  test('have a default order, and a value column, among their columns; help is one line', () => {
    for (const measure of measures) {
      const columns = measure.columns.map((column) => column.name);
      expect(columns).toContain(measure.valueColumn);
      expect(ask(least(measure.name)).orderBy.keys.every(({ column }) => columns.includes(column))).toBe(true);
      expect(measure.help).toMatch(/^[^\n]{10,130}\.$/);
    }
    expect(measureOf('denialSummary').columns.map(({ name }) => name)).toEqual([
      'family',
      'reason',
      'code',
      'count',
      'sharePercent',
      'insight',
      'opportunity',
      'owner',
    ]);
  });
});

describe('in words', () => {
  test.each<[object, string]>([
    [
      {
        measure: 'usagePercentage',
        groupBy: ['account', 'feature'],
        having: { operator: '>=', value: 80 },
      },
      'Peak use as % of entitlements, per account and feature, at or over 80 %, highest first',
    ],
    [
      {
        measure: 'denials',
        shape: 'timeSeries',
        bucket: '1d',
        filters: [{ dimension: 'account', operator: '!=', values: ['acme', 'globex'] }],
        denials: { count: 'unresolved', gapSeconds: 60 },
      },
      'Denials, unresolved episodes only (gap 60 s), over time by day, where account is not acme or globex, highest first',
    ],
    [
      { measure: 'peakConcurrent', workingHours: { days: ['mon', 'fri'] }, orderBy: 'value' },
      'Peak concurrent licenses, Mon and Fri 08:00–18:00 (UTC), lowest first',
    ],
    [
      { measure: 'allEvents', filters: [{ dimension: 'user', operator: '=~', values: ['^u'] }] },
      'All events, where user matches ^u, newest first',
    ],
    [
      { measure: 'peakConcurrent', groupBy: ['weekday', 'hour'] },
      'Peak concurrent licenses, per weekday and hour of the day, ordered by weekday and hour',
    ],
    [{ measure: 'checkouts', groupBy: ['user'], orderBy: 'user' }, 'Checkouts, per user, ordered by user'],
  ])('%j', (input, sentence) => {
    expect(describeQuestion(ask(input))).toBe(sentence);
  });
});

test('the JSON Schema of a question allows what may be written, and requires only the measure', () => {
  const schema = questionJsonSchema();
  expect(schema).toMatchObject({ type: 'object', required: ['measure'], additionalProperties: false });
  expect(schema).toHaveProperty('properties.measure.enum', [...measureNames]);
  expect(schema).toHaveProperty('properties.groupBy.items.enum', [...groupings]);
  expect(schema).toHaveProperty('properties.filters.items.properties.dimension.enum', [...dimensions]);
  expect(schema).toHaveProperty('properties.denials.properties.gapSeconds.default', 600);
});
