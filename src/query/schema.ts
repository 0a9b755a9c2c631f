import { z } from 'zod';
import { dimensions, groupings } from './dimensions.ts';
import type { Dimension, Grouping } from './dimensions.ts';
import type { Order } from './order.ts';
import type { MeasureName } from './measures/registry.ts';
import { measureNames } from './measures/registry.ts';
import { regexProblem } from './regex.ts';
import { isTimeZone } from './zones.ts';

/** The version of the question's format that this program writes. A question without one is version 1. */
export const currentSchemaVersion = 1;

/** The most time ranges before the one asked for that one series compares it with. */
export const mostBefore = 52;

/** More rows than this are cut, with a notice. */
export const highestLimit = 1_000_000;

export const shapes = ['timeSeries', 'table'] as const;
export const bucketSizes = ['5m', '15m', '1h', '1d', '1w', '1mo'] as const;
export const filterOperators = ['=', '!=', 'in', 'not in', '=~', '!~'] as const;
export const havingOperators = ['>=', '>', '<=', '<', '=', '!='] as const;
export const denialCounts = ['lines', 'episodes', 'resolved', 'unresolved', 'unknown', 'clients'] as const;
export const denialsAcross = ['servers', 'pool'] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** What counts of a FlexNet package: one seat, or each checkout. */
export const packageCounts = ['once', 'each'] as const;

export type Shape = (typeof shapes)[number];
export type BucketSize = (typeof bucketSizes)[number];
export type DenialCount = (typeof denialCounts)[number];
export type DenialsAcross = (typeof denialsAcross)[number];
export type Weekday = (typeof weekdays)[number];

const timeZone = z.string().refine(isTimeZone, {
  error: 'expected an IANA time zone such as UTC or Europe/Berlin',
});

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, {
  error: 'expected a time of day between 00:00 and 24:00, such as 08:00',
});

const filter = z
  .strictObject({
    dimension: z.enum(dimensions),
    operator: z.enum(filterOperators).default('in'),
    values: z
      .array(z.string())
      .optional()
      .describe('Denial families and reasons by id or title, whatever the case; patterns (=~, !~) are RE2.'),
    value: z.string().optional().describe('Short for values with one entry.'),
  })
  .superRefine((given, context) => {
    if (given.operator !== '=~' && given.operator !== '!~') return;
    [...(given.values ?? []), ...(given.value === undefined ? [] : [given.value])].forEach((pattern, i) => {
      const problem = regexProblem(pattern);
      if (problem === undefined) return;
      context.addIssue({ code: 'custom', path: ['values', i], message: `this pattern cannot be used: ${problem}` });
    });
  });

const workingHours = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    from: clock.default('08:00'),
    to: clock.default('18:00'),
    timezone: timeZone.optional().describe("The question's time zone when left out."),
  })
  .refine(({ from, to }) => from < to, {
    error:
      'expected "from" before "to" (18:00 when left out); for a night shift ask one question for each side of midnight',
  });

/** How denials are counted (docs/definitions.md#denials). Each field defaults by itself. */
const denials = z.strictObject({
  count: z.enum(denialCounts).default('episodes'),
  gapSeconds: z
    .int()
    .min(0)
    .default(600)
    .describe('Denials of one client for one feature closer than this are one episode.'),
  across: z
    .enum(denialsAcross)
    .optional()
    .describe(
      'servers: a client that asks the servers of its account one after the other makes one episode; pool: one for each server and vendor daemon. By default as the configuration has it (`denialEpisodes.across`), else servers.',
    ),
  resolvedWithinSeconds: z
    .int()
    .min(0)
    // What comes later than a day after a denial is not looked for (`grantAfter`).
    .max(86_400, {
      error: ({ input }) => `expected 0 to 86400 seconds (one day), found ${String(input)}; ask within a day`,
    })
    .default(600)
    .describe('An episode is resolved by a checkout this soon after its last denial; a day at most.'),
  unsupported: z.boolean().optional().describe('Whether UNSUPPORTED lines count; by default as the measure has it.'),
});

/**
 * The question as plain JSON (docs/questions.md). Only `measure` is required. `parseQuestion` is the way in: it takes older
 * versions and Grafana's own fields, and fills in what depends on the measure.
 */
export const questionSchema = z.strictObject({
  schemaVersion: z.literal(currentSchemaVersion).default(currentSchemaVersion),
  measure: z.enum(measureNames),
  groupBy: z
    .array(z.enum(groupings))
    .default([])
    .describe('weekday and hour are for tables: they fold the hours of the range, on the clocks of the time zone.'),
  filters: z.array(filter).default([]),
  having: z
    .strictObject({
      operator: z.enum(havingOperators).default('>='),
      value: z.number(),
      below: z.number().optional().describe('And less than this.'),
    })
    .optional()
    .describe('Keeps rows whose value passes; series any of whose points passes.'),
  poolSize: z
    .strictObject({ atLeast: z.number().min(0).optional(), atMost: z.number().min(0).optional() })
    .refine(({ atLeast = 0, atMost = Infinity }) => atLeast <= atMost, {
      error: 'expected "atLeast" to be at most "atMost"; no pool has both sizes',
    })
    .optional()
    .describe(
      'Only use while so many licenses were bought for the account and feature: pools of one or two are full at every use.',
    ),
  packages: z
    .enum(packageCounts)
    .optional()
    .describe(
      'Of products: once (default) counts what a client has open in one package as one seat; each: every checkout, of the package and of its components.',
    ),
  tally: z
    .boolean()
    .optional()
    .describe('How many rows pass `having`, and of how many, instead of the rows themselves.'),
  shape: z.enum(shapes).default('table'),
  before: z
    .int()
    .min(1)
    .max(mostBefore)
    .optional()
    .describe(
      'Of a time series, instead of buckets: a point for the time range, and one for each of so many of its length before it.',
    ),
  bucket: z.enum(['auto', ...bucketSizes]).default('auto'),
  timezone: timeZone.default('UTC'),
  orderBy: z.string().optional().describe('Columns of the answer, such as "value desc" or "account, feature".'),
  limit: z.int().min(1).max(highestLimit).default(1000),
  denials: denials.prefault({}),
  workingHours: workingHours.optional(),
});

/** A question as it is written and saved: everything but `measure` may be left out. */
export type QuestionInput = z.input<typeof questionSchema>;

type Parsed = z.output<typeof questionSchema>;

/**
 * One condition. Operators are brought to four: `=` is `in`, `!=` is `not in`. Never without values, never "All".
 * Several patterns: `=~` wants any of them to match, `!~` none. Patterns are RE2, unanchored (ClickHouse `match`).
 */
export interface Filter {
  readonly dimension: Dimension;
  readonly operator: 'in' | 'not in' | '=~' | '!~';
  readonly values: readonly string[];
}

export interface WorkingHours {
  /** Without repetition, Monday first. */
  readonly days: readonly Weekday[];
  /** Inclusive, `HH:MM`. */
  readonly from: string;
  /** Exclusive, `HH:MM`, up to `24:00`. */
  readonly to: string;
  readonly timezone: string;
}

/** A complete question: valid, every default filled in. */
export interface Question {
  readonly schemaVersion: typeof currentSchemaVersion;
  readonly measure: MeasureName;
  /** Without repetition, in the order asked for. */
  readonly groupBy: readonly Grouping[];
  /** All of them must hold. */
  readonly filters: readonly Filter[];
  /** Tests the measure's value column. */
  readonly having?: Readonly<NonNullable<Parsed['having']>>;
  /** Licenses bought, of what use is held against. */
  readonly poolSize?: Readonly<NonNullable<Parsed['poolSize']>>;
  /** Left out: packages count once where products are asked about. */
  readonly packages?: (typeof packageCounts)[number];
  /** How many rows pass `having`, instead of the rows. */
  readonly tally?: true;
  readonly shape: Shape;
  /** Of a series, instead of buckets: how many ranges of the same length before the one asked for are points too. */
  readonly before?: number;
  readonly bucket: 'auto' | BucketSize;
  readonly timezone: string;
  /** Its columns are columns of the answer; `value` is replaced by the measure's value column. */
  readonly orderBy: Order;
  readonly limit: number;
  readonly denials: {
    readonly count: DenialCount;
    readonly gapSeconds: number;
    /** Left out: as the configuration has it. */
    readonly across?: DenialsAcross | undefined;
    readonly resolvedWithinSeconds: number;
    /** Whether UNSUPPORTED lines count. */
    readonly unsupported: boolean;
  };
  readonly workingHours?: WorkingHours;
}

/** JSON Schema (draft 2020-12) of a question as it is written, for the OpenAPI document and editors. */
export function questionJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(questionSchema, { io: 'input', target: 'draft-2020-12' });
}
