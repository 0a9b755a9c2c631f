import { IANAZone } from 'luxon';
import { z } from 'zod';
import { denialOverridesSchema } from '../denials/overrides.ts';
import { eventsConfigSchema } from '../ingest/formats/events-config.ts';
import { isTooLong, mostDaysShown } from '../share/links/opening.ts';
import { periodsOf } from '../share/subscriptions/range.ts';
import type { Subscription } from '../share/subscriptions/subscription.ts';
import { isRange, subscriptionSchema } from '../share/subscriptions/subscription.ts';
import { brandingSchema } from './branding.ts';
import { linksSchema, mailSchema } from './delivery.ts';

const timeZone = z
  .string()
  .refine((name) => IANAZone.isValidZone(name), { error: 'expected an IANA time zone such as UTC or Europe/Berlin' })
  .describe('IANA time zone, such as UTC or Europe/Berlin.');

const oneOrMore = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: 'expected one path or a list of paths' })
  .transform((given) => (typeof given === 'string' ? [given] : given));

const source = z.strictObject({
  files: oneOrMore.describe('Files, directories or globs, relative to the configuration file.'),
  server: z.string().min(1).optional().describe('Name of the license server; by default what the log says.'),
  account: z.string().min(1).optional().describe('Customer or department that all of its use belongs to.'),
  timezone: timeZone.optional().describe("Time zone of the log's times; by default `siteTimezone`."),
  format: z.string().min(1).default('auto').describe('`auto` looks at the content.'),
  options: eventsConfigSchema.optional().describe('CSV and JSON lines: which column is what.'),
  follow: z
    .boolean()
    .default(true)
    .describe('Whether the server reads what is written to these files while it runs; `ingest` reads them anyway.'),
});

const entitlementFile = z.strictObject({
  file: z.string().min(1).describe('CSV or FlexNet license file, relative to the configuration file.'),
  account: z.string().min(1).optional().describe('For rows that name none, as in license files.'),
  server: z.string().min(1).optional().describe('For rows that name none.'),
});

type EntitlementFileConfig = z.output<typeof entitlementFile>;

const limits = z.strictObject({
  questionSeconds: z.int().min(1).max(3600).default(60).describe('A question that takes longer is ended.'),
  concurrentQuestions: z.int().min(1).max(64).default(8).describe('Questions answered at the same time; others wait.'),
  waitingQuestions: z.int().min(0).max(100_000).default(500).describe('Questions that may wait; more are refused.'),
  answerMegabytes: z
    .int()
    .min(0)
    .max(100_000)
    .default(64)
    .describe(
      'Memory for answers, kept until the data change, for whoever may see the same and asks the same; 0: none.',
    ),
});

/**
 * `license-analytics.yaml`. Everything may be left out; secrets are not in it but in environment variables
 * (`LICENSE_ANALYTICS_TOKEN`, `LICENSE_ANALYTICS_CLICKHOUSE_PASSWORD`, `LICENSE_ANALYTICS_SMTP_PASSWORD`, each also with `_FILE`).
 */
const settings = z.strictObject({
  data: z.string().min(1).optional().describe('Directory of the built-in store; `./data/store` when left out.'),
  clickhouse: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('Such as http://clickhouse:8123; without a password.'),
      user: z.string().min(1).optional(),
      database: z.string().min(1).optional(),
      cluster: z
        .string()
        .min(1)
        .optional()
        .describe('Name of the cluster, when tables are to be distributed over one.'),
    })
    .optional()
    .describe('A ClickHouse server or cluster instead of the built-in store.'),
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8686),
    })
    .prefault({})
    .describe('Where the server listens. Without tokens only on this machine itself.'),
  siteTimezone: timeZone.default('UTC').describe('Days of entitlements begin and end in this zone.'),
  siteAccount: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the one account, where no line of any log has one; "This company" when left out.'),
  sources: z
    .array(source)
    .default([])
    .describe('What `ingest` without files reads, and what the server follows while it runs.'),
  following: z
    .strictObject({
      everySeconds: z
        .int()
        .min(1)
        .max(3600)
        .default(10)
        .describe('How often the server looks at the files of `sources`, accounts and entitlements.'),
    })
    .prefault({})
    .describe('How files are followed.'),
  accounts: oneOrMore
    .optional()
    .describe(
      'Mapping files: account by user, host, group or project; product by feature. Loaded like `entitlements`.',
    ),
  entitlements: z
    .array(
      z.union([
        z
          .string()
          .min(1)
          .transform((file): EntitlementFileConfig => ({ file })),
        entitlementFile,
      ]),
    )
    .default([])
    .describe(
      'What `ingest` without files, and the server, load before the sources; the server again when they change.',
    ),
  denials: denialOverridesSchema
    .default([])
    .describe('Entries that replace or extend the built-in catalogue of denial codes.'),
  denialEpisodes: z
    .strictObject({ across: z.enum(['servers', 'pool']).default('servers') })
    .prefault({})
    .describe(
      'What makes one episode where a question does not say (`denials.across`): a client over the servers of its account, or in each pool by itself.',
    ),
  limits: limits.prefault({}),
  branding: brandingSchema.optional(),
  links: linksSchema.prefault({}),
  mail: mailSchema.optional(),
  subscriptions: z
    .array(subscriptionSchema)
    .default([])
    .describe('Reports that the server mails by itself. `license-analytics subscribe add` makes them too.'),
});

/** Whether a link could not show it. How long a relative time is hardly depends on when and where it is read. */
const isLong = (range: Subscription['range']): boolean =>
  typeof range !== 'string' &&
  isRange(range.from, range.to) &&
  isTooLong(periodsOf({ range, timezone: 'UTC' }, Date.UTC(2026, 0, 1)).current);

/** What one part of it needs of another. */
export const configSchema = settings.superRefine(({ subscriptions, mail, links }, context) => {
  for (const [i, { name, outlets, range }] of subscriptions.entries()) {
    const needs = (path: PropertyKey[], message: string, input: unknown): void =>
      context.addIssue({ code: 'custom', path: ['subscriptions', i, ...path], message, input });
    if (subscriptions.findIndex((other) => other.name === name) < i)
      needs(['name'], 'expected a name of its own', name);
    if (mail === undefined) needs([], 'expected `mail` to say how mails are sent', name);
    if (outlets.includes('link') && links.baseUrl === undefined)
      needs(['outlets'], 'expected `links.baseUrl` to say under which address links lead here', outlets);
    if (outlets.includes('link') && isLong(range))
      needs(['range'], `expected at most ${mostDaysShown} days where a link is mailed`, range);
  }
});

/** The configuration with every default filled in; paths as they are written. */
export type Config = z.output<typeof configSchema>;
export type SourceConfig = Config['sources'][number];

/** JSON Schema (draft 2020-12) of the configuration file, for editors: `license-analytics config schema`. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    title: 'License Analytics configuration (license-analytics.yaml)',
    ...rest,
  };
}
