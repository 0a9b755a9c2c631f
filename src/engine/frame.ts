import { noData, onlyMetered } from '../query/page-notices.ts';

/**
 * Grafana's `DataFrameJSON`, as its Go SDK reads it: every field has `typeInfo` (its decoder refuses a field without), time
 * fields are nullable in listings only, an empty answer is one frame with its type and no fields.
 * Sources: grafana-plugin-sdk-go `data/frame_json.go`, grafana/dataplane contract v0.1.
 */
export interface Frame {
  readonly schema: {
    readonly name?: string;
    readonly refId?: string;
    readonly meta: FrameMeta;
    readonly fields: readonly FieldSchema[];
  };
  readonly data: { readonly values: readonly (readonly FieldValue[])[] };
}

export type FieldValue = string | number | boolean | null;
export type FrameType = 'timeseries-multi' | 'numeric-long' | 'table';

export interface FrameMeta {
  readonly type: FrameType;
  readonly typeVersion: readonly [number, number];
  readonly notices?: readonly Notice[];
}

/** Shown by Grafana in the panel's corner, by the command line on standard error. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface FieldSchema {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string' | 'boolean';
  readonly typeInfo: { readonly frame: 'time.Time' | 'float64' | 'string' | 'bool'; readonly nullable: boolean };
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: FieldConfig;
}

export interface FieldConfig {
  readonly displayName?: string;
  readonly displayNameFromDS?: string;
  readonly unit?: string;
  readonly decimals?: number;
  /** What is shown for a value: Grafana's value mappings. */
  readonly mappings?: readonly ValueMapping[];
  /** Milliseconds between points: Grafana draws a gap where one is missing. */
  readonly interval?: number;
  /** Tables leave the field out; both names, since Grafana has changed its own. */
  readonly custom?: { readonly hidden: boolean; readonly hideFrom: { readonly viz: boolean } };
}

interface MappedText {
  readonly text: string;
  readonly color?: string;
  readonly index: number;
}

export type ValueMapping =
  | { readonly type: 'value'; readonly options: Readonly<Record<string, MappedText>> }
  | { readonly type: 'special'; readonly options: { readonly match: 'null'; readonly result: MappedText } }
  | {
      readonly type: 'range';
      readonly options: { readonly from: number; readonly to: number; readonly result: MappedText };
    };

export interface Field {
  readonly schema: FieldSchema;
  readonly values: readonly FieldValue[];
}

/** @param optional whether there may be no time */
export function timeField(
  name: string,
  values: readonly (number | null)[],
  config?: FieldConfig,
  optional = false,
): Field {
  return {
    schema: { name, type: 'time', typeInfo: { frame: 'time.Time', nullable: optional }, ...(config && { config }) },
    values,
  };
}

/** Numbers are nullable: unknown is null, never 0. They are not rounded; `decimals` is for display. */
export function numberField(
  name: string,
  values: readonly (number | null)[],
  config: FieldConfig,
  labels?: Readonly<Record<string, string>>,
): Field {
  return {
    schema: { name, type: 'number', typeInfo: { frame: 'float64', nullable: true }, ...(labels && { labels }), config },
    values,
  };
}

export function textField(name: string, values: readonly string[], config?: FieldConfig): Field {
  return {
    schema: { name, type: 'string', typeInfo: { frame: 'string', nullable: false }, ...(config && { config }) },
    values,
  };
}

const unknownAs = (text: string): readonly ValueMapping[] => [
  { type: 'special', options: { match: 'null', result: { text, color: '#808080', index: 0 } } },
];

/** Why a figure is unknown that is neither "not tracked" nor "nothing bought". */
const reasons = [
  [noData, unknownAs('no data')],
  [onlyMetered, unknownAs('metered')],
] as const;

const saysWhy = (schema: FieldSchema, mappings: readonly ValueMapping[] | undefined): FieldSchema =>
  mappings !== undefined && schema.type === 'number' && schema.config?.mappings === undefined
    ? { ...schema, config: { ...schema.config, mappings } }
    : schema;

/** A figure of no group, be it named after its highest one: cells of tables are empty. */
const standsAlone = (type: FrameType, fields: readonly Field[]): boolean =>
  type !== 'table' &&
  fields.every(
    ({ schema, values }) =>
      (schema.type !== 'string' || values.length === 1) && Object.keys(schema.labels ?? {}).length === 0,
  );

/** One frame of its type; without rows it has no fields (that is how the contract says "no data"). */
export function frameOf(type: FrameType, fields: readonly Field[], notices: readonly Notice[], name?: string): Frame {
  const [, why] = standsAlone(type, fields)
    ? (reasons.find(([words]) => notices.some(({ text }) => text.startsWith(words))) ?? [])
    : [];
  const empty = fields.length === 0 || fields[0]?.values.length === 0;
  return {
    schema: {
      ...(name !== undefined && { name }),
      meta: { type, typeVersion: [0, 1], ...(notices.length > 0 && { notices }) },
      fields: empty ? [] : fields.map(({ schema }) => saysWhy(schema, why)),
    },
    data: { values: empty ? [] : fields.map((field) => field.values) },
  };
}
