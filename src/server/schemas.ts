import { z } from 'zod';
import { owners } from '../denials/families.ts';
import { questionSchema } from '../query/question.ts';
import { filterOperators } from '../query/question.ts';
import { dimensions } from '../query/dimensions.ts';
import { unusableKinds } from '../store/unreadable.ts';
import { tokenLevels } from './caller.ts';

/** The forms of what the HTTP API takes and gives: checked on the way in, and published as OpenAPI. */

const moment = z.union([z.string(), z.number()]).describe('ISO time, epoch milliseconds, or relative: now-12M, now/d.');

export const nothing = z.object({});

export const rangeQuery = z.object({ from: moment.optional(), to: moment.optional() });

/** Questions are checked one by one, so that one wrong question does not spoil the others. */
export const queryBody = z.object({
  from: moment.optional().describe('Start of the range, inclusive; where the data begin when left out.'),
  to: moment.optional().describe('End of the range, exclusive; where the data end when left out.'),
  queries: z.array(z.record(z.string(), z.unknown())).min(1).max(200),
});

/** As `queryBody`, but with the questions spelled out, for the OpenAPI document. */
export const queryBodyDocumented = queryBody.extend({
  queries: z
    .array(
      z.object({
        refId: z.string().default('A'),
        maxDataPoints: z.int().optional().describe('For the bucket "auto"; more than 4,000 count as 4,000.'),
        intervalMs: z.number().optional(),
        from: moment.optional().describe('In place of the range of the whole request.'),
        to: moment.optional(),
        ...questionSchema.shape,
      }),
    )
    .min(1)
    .max(200),
});

export const frame = z
  .object({
    schema: z.object({
      name: z.string().optional(),
      refId: z.string().optional(),
      meta: z.record(z.string(), z.unknown()),
      fields: z.array(
        z.object({
          name: z.string(),
          type: z.enum(['time', 'number', 'string', 'boolean']),
          typeInfo: z.object({ frame: z.string(), nullable: z.boolean() }),
          labels: z.record(z.string(), z.string()).optional(),
          config: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
    data: z.object({ values: z.array(z.array(z.unknown())) }),
  })
  .describe("Grafana's DataFrameJSON.");

export const queryAnswer = z.object({
  results: z.record(
    z.string(),
    z.union([
      z.object({ status: z.literal(200), frames: z.array(frame) }),
      z.object({
        status: z.int().describe('HTTP code.'),
        error: z.string(),
        errorSource: z.enum(['plugin', 'downstream']),
        code: z.string(),
      }),
    ]),
  ),
});

export const valuesQuery = z.object({
  search: z.string().optional().describe('Only values that contain this text, whatever the case.'),
  filters: z.string().optional().describe('JSON list of {dimension, operator, values}, as in a question.'),
  from: moment.optional(),
  to: moment.optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1000),
});

export const filtersInQuery = z.array(
  z.strictObject({
    dimension: z.enum(dimensions),
    operator: z.enum(filterOperators).default('in'),
    values: z.array(z.string()).optional(),
    value: z.string().optional(),
  }),
);

export const valuesAnswer = z.object({
  values: z.array(z.object({ value: z.string(), text: z.string() })),
  truncated: z.boolean(),
});

export const annotationsAnswer = z.object({
  annotations: z.array(
    z.object({
      time: z.number().describe('Milliseconds since 1970.'),
      timeEnd: z.number().optional(),
      title: z.string(),
      text: z.string(),
      tags: z.array(z.string()),
    }),
  ),
});

const guidance = {
  id: z.string(),
  title: z.string(),
  insight: z.string().describe("What it means, for the vendor's own people."),
  opportunity: z.string().describe("What can be made of it, for the vendor's own people."),
  owner: z.enum(owners),
  advice: z.string().describe("What a customer's administrator can do."),
};

export const denialReasonsAnswer = z.object({
  families: z.array(z.object(guidance)),
  reasons: z
    .array(z.object({ ...guidance, family: z.string() }))
    .describe('A reason that is not among them is its own text, of family "other".'),
});

export const sourceQuery = z.object({
  server: z.string().min(1).optional().describe('Name of the license server; found out when left out.'),
  account: z.string().min(1).optional().describe('Account of every event.'),
  timezone: z.string().min(1).optional().describe("IANA zone of the source's times."),
});

export const uploadQuery = sourceQuery.extend({
  file: z.string().min(1).default('upload').describe('File name; `.gz` is unpacked.'),
  format: z.string().min(1).default('auto'),
  options: z.string().optional().describe("JSON object: the format's own options, such as a column mapping."),
});

export const ingestAnswer = z.record(z.string(), z.unknown()).describe('What became of the lines.');

export const documentQuery = z.object({
  file: z.string().min(1).describe('Name of the document: a later load under the same name replaces it.'),
  account: z.string().min(1).optional().describe('For rows that name none.'),
  server: z.string().min(1).optional().describe('For rows that name none.'),
});

export const loadAnswer = z.object({
  document: z.string(),
  rows: z.int(),
  superseded: z.int(),
  notices: z.array(z.string()),
});

export const entitlementsAnswer = z.object({
  entitlements: z.array(
    z.object({
      document: z.string(),
      account: z.string(),
      product: z.string(),
      package: z.string().describe('What it was bought together with; empty: nothing.'),
      feature: z.string(),
      version: z.string(),
      server: z.string(),
      model: z.string(),
      quantity: z.number().nullable(),
      overdraft: z.number(),
      period: z.string(),
      start: z.string(),
      end: z.string(),
    }),
  ),
});

export const sourcesAnswer = z.object({ sources: z.array(z.record(z.string(), z.unknown())) });

export const unusableQuery = z.object({
  server: z.string().optional().describe('Only those of this license server.'),
  file: z.string().optional().describe('Only those of this file: its path, or the end of it such as lic01.log.'),
  kind: z.enum(unusableKinds).optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
});

export const unusableAnswer = z.object({
  lines: z.array(
    z.object({
      server: z.string(),
      file: z.string(),
      line: z.int().describe('Line number, from 1.'),
      kind: z.enum(unusableKinds).describe('Not understood; or understood, but no date in its file says when it was.'),
      reason: z.string(),
      text: z.string().describe('The line as it was written.'),
    }),
  ),
  total: z.int().describe('How many there are, whatever limit and offset.'),
});

export const tokenBody = z.strictObject({
  name: z.string().min(1).max(100),
  scope: z.enum(tokenLevels).default('read'),
  accounts: z.array(z.string().min(1)).default([]).describe('Accounts it is limited to; none = all.'),
});

export const tokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(tokenLevels),
  accounts: z.array(z.string()),
  created: z.string(),
  revoked: z.string(),
});

export const dimensionsAnswer = z.object({
  dimensions: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      filters: z
        .boolean()
        .describe('Whether questions can be filtered by it; groupings of the calendar are for tables only.'),
    }),
  ),
  measures: z.array(z.record(z.string(), z.unknown())),
});

export const healthAnswer = z.object({
  status: z.enum(['ok', 'starting', 'failing']),
  reason: z.string().describe('Why questions cannot be answered; empty when they can.'),
  version: z.string(),
  uptimeSeconds: z.number(),
  lastCrash: z.object({ at: z.string(), reason: z.string(), restarts: z.int() }).optional(),
});

export const errorAnswer = z.object({
  code: z.string(),
  error: z.string().describe('What was expected and what was found, as a sentence.'),
  todo: z.string().describe('What to do about it.'),
});

const followedProblem = z.object({ file: z.string(), message: z.string(), todo: z.string() });

export const following = z
  .object({
    everySeconds: z.int(),
    looks: z.int().describe('Looks since the server started.'),
    lines: z.int().describe('Lines read by them.'),
    lastLook: z.string().nullable(),
    lastLookSeconds: z.number(),
    error: z.string().describe('Why the last look as a whole failed, and what to do; empty when it did not.'),
    sources: z.array(
      z.object({
        names: z.array(z.string()),
        files: z.int(),
        lastGrowth: z.string().nullable().describe('When new lines were last found, since the server started.'),
        waitingLines: z.int().describe('Lines that wait for a date that comes after them.'),
        problems: z.array(followedProblem),
      }),
    ),
    documents: z.array(followedProblem).describe('Files of accounts and entitlements that could not be loaded.'),
    notices: z.array(z.object({ at: z.string(), file: z.string(), text: z.string() })),
  })
  .describe('How the following of log files stands.');

export const delivering = z
  .object({
    looks: z.int().describe('Looks at what is due since the server started.'),
    lastLook: z.string().nullable(),
    error: z.string().describe('Why the last look as a whole failed, and what to do; empty when it did not.'),
    subscriptions: z.int(),
    next: z.string().nullable().describe('When one comes due next.'),
    waiting: z.int().describe('Mails that are tried again later.'),
    refused: z
      .array(z.string())
      .describe('Configured subscriptions that are not sent, since one made by command has the name.'),
    sent: z.int().describe('Mails by what became of them, since the server started.'),
    failed: z.int(),
    unknown: z.int(),
    skipped: z.int(),
  })
  .describe('How the mailing of reports stands.');
