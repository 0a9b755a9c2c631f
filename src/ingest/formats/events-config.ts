import { z } from 'zod';
import { licenseSystems } from '../../denials/reason.ts';
import { eventKinds } from '../../sessions/event.ts';

/**
 * How the columns of a CSV file, or the paths of JSON lines, become events: the part of the configuration file that the formats
 * `csv` and `ndjson` take as their options. Everything is optional; what is not said comes from the preset.
 */

/** What a column can give. `client` is a device id where the source has one; `id` recognises the same event in another export. */
export const eventFields = [
  'id',
  'time',
  'kind',
  'server',
  'vendor',
  'feature',
  'version',
  'user',
  'host',
  'client',
  'account',
  'project',
  'model',
  'quantity',
  'quantityBefore',
  'handle',
  'code',
  'detail',
] as const;
export type EventField = (typeof eventFields)[number];

export const eventsPresets = ['events', 'fno-historical-usage', 'data-warehouse-usage'] as const;
export type EventsPreset = (typeof eventsPresets)[number];

/** `refund` is no kind of its own: metered use taken back, stored as a checkout of a negative amount. */
export const rowKinds = [...eventKinds, 'refund'] as const;
export type RowKind = (typeof rowKinds)[number];

const fieldName = z.enum(eventFields, {
  error: (issue) => `expected a field of an event (${eventFields.join(', ')}), found ${JSON.stringify(issue.input)}`,
});

const columnReference = z.union(
  [z.string().min(1), z.int().min(1)],
  'expected the name of a column, a JSON path like "request.item", or the number of a column from 1',
);
export type ColumnReference = z.infer<typeof columnReference>;

const columnChoice = z.union(
  [columnReference, z.array(columnReference).min(1)],
  'expected a column or a list of columns, of which the first that is not empty counts',
);

const kindTarget = z.enum(rowKinds, {
  error: (issue) => `expected one of ${rowKinds.join(', ')}, found ${JSON.stringify(issue.input)}`,
});

export const eventsConfigSchema = z
  .strictObject({
    preset: z
      .enum(eventsPresets, {
        error: (issue) => `expected one of ${eventsPresets.join(', ')}, found ${JSON.stringify(issue.input)}`,
      })
      .optional()
      .describe('What to start from; the other settings change it. Default: events.'),
    header: z
      .boolean()
      .optional()
      .describe('CSV: the first line names the columns. Default: as the preset, else true.'),
    delimiter: z
      .enum([',', ';', '\t', '|'], 'expected one of "," ";" "|" and a tab')
      .optional()
      .describe('CSV: what parts the fields. Default: found from the first lines.'),
    columns: z
      .partialRecord(fieldName, columnChoice)
      .optional()
      .describe(
        'Which column gives which field of an event. Names are compared without case, spaces, "_", "-" and ".".',
      ),
    values: z
      .strictObject({
        kind: z.record(z.string(), kindTarget).optional(),
        model: z.record(z.string(), z.enum(['concurrent', 'metered'], 'expected "concurrent" or "metered"')).optional(),
      })
      .optional()
      .describe('What the texts of a column mean, like {"kind": {"OUT": "checkout"}}; compared without case.'),
    constants: z
      .partialRecord(fieldName, z.union([z.string(), z.number().transform(String)], 'expected a text or a number'))
      .optional()
      .describe('Fields that are the same in every row, or where a row says nothing.'),
    denialSystem: z
      .enum(licenseSystems, {
        error: (issue) => `expected one of ${licenseSystems.join(', ')}, found ${JSON.stringify(issue.input)}`,
      })
      .optional()
      .describe(
        'Whose denial codes the rows hold: FlexNet Publisher, FlexNet Embedded (Cloud and local license server), Dynamic Monetization or RLM. Default: as the texts tell.',
      ),
    deniedWhenEmpty: columnReference.optional().describe('A row in which this column is empty is a denial.'),
    runningTotal: columnReference
      .optional()
      .describe(
        'A total to date in place of a quantity: the amount of a row is what it adds to the row before of the same item.',
      ),
    runningTotalOf: z
      .array(columnReference)
      .optional()
      .describe('The columns that tell the items of a running total apart.'),
    details: z
      .array(
        z.union([
          z.strictObject({ name: z.string().min(1), column: columnReference }),
          z.strictObject({ from: z.int().min(1) }),
        ]),
      )
      .optional()
      .describe('Columns written into `detail` as name=value; {"from": 7}: all from the 7th on, as they are.'),
    identity: z
      .array(columnReference)
      .min(1)
      .optional()
      .describe(
        'Columns that recognise the same event in another export, with its kind and second. Default: the whole row.',
      ),
  })
  .describe('Events as CSV or JSON lines');

/** As a person writes it in the configuration file. */
export type EventsConfig = z.infer<typeof eventsConfigSchema>;

/** Config with its preset filled in: what the readers work with. */
export interface EventsMapping {
  readonly preset: EventsPreset;
  readonly header: boolean;
  readonly delimiter: ',' | ';' | '\t' | '|' | undefined;
  readonly columns: Readonly<Partial<Record<EventField, readonly ColumnReference[]>>>;
  readonly kinds: ReadonlyMap<string, RowKind>;
  readonly models: ReadonlyMap<string, 'concurrent' | 'metered'>;
  readonly constants: Readonly<Partial<Record<EventField, string>>>;
  readonly deniedWhenEmpty: ColumnReference | undefined;
  readonly runningTotal: ColumnReference | undefined;
  readonly runningTotalOf: readonly ColumnReference[];
  readonly details: NonNullable<EventsConfig['details']>;
  readonly identity: readonly ColumnReference[];
}

/** Thrown by `readEventsConfig`: the mapping in the configuration is wrong, not the data. */
export class EventsConfigError extends Error {
  readonly code = 'events_mapping_invalid';

  constructor(message: string) {
    super(message);
    this.name = 'EventsConfigError';
  }
}

/** The validated mapping, or `EventsConfigError` with every place that is wrong. `undefined` = nothing configured. */
export function readEventsConfig(options: unknown): EventsConfig {
  const result = eventsConfigSchema.safeParse(options ?? {});
  if (result.success) return result.data;
  const sentences = result.error.issues.map((issue) => `${issue.path.join('.') || 'the mapping'}: ${issue.message}`);
  throw new EventsConfigError(`The mapping of events is not valid. ${sentences.join('; ')}.`);
}
