import { z } from 'zod';
import type { FieldSchema, FieldValue, Frame } from '../../engine/frame.ts';
import type { SharedPanel } from '../dashboard.ts';

export interface Step {
  readonly value: number | null;
  readonly color: string;
}
export interface Shown {
  readonly text?: string | undefined;
  readonly color?: string | undefined;
}

/** How the values of a column are shown, after the frame's own configuration, the panel's defaults and its overrides. */
export interface Look {
  readonly displayName?: string | undefined;
  readonly unit?: string | undefined;
  readonly decimals?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly noValue: string;
  readonly interval?: number | undefined;
  readonly color?: { readonly mode?: string | undefined; readonly fixedColor?: string | undefined } | undefined;
  readonly steps: readonly Step[];
  /** By value; `null` is the one for what is unknown. */
  readonly mappings: ReadonlyMap<string | null, Shown>;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly custom: Readonly<Record<string, unknown>>;
}

/** A field of a frame as the panel shows it. */
export interface Column {
  readonly name: string;
  /** What Grafana calls it before overrides: matchers and transformations go by it. */
  readonly title: string;
  readonly type: FieldSchema['type'];
  readonly labels: Readonly<Record<string, string>>;
  readonly refId: string;
  readonly own: FieldSchema['config'];
  readonly values: readonly FieldValue[];
  readonly look: Look;
}

export interface Rows {
  readonly refId: string;
  readonly columns: readonly Column[];
}

export const lengthOf = ({ columns }: Rows): number => columns[0]?.values.length ?? 0;

/** What a table shows: a hidden column is there for links only. */
export const shownColumns = ({ columns }: Rows): readonly Column[] =>
  columns.filter(({ own }) => own?.custom?.hideFrom.viz !== true);

const bare: Look = { noValue: '', steps: [], mappings: new Map(), links: [], custom: {} };

/** A frame's columns, not yet configured. */
export function rowsOf({ schema, data }: Frame, refId: string): Rows {
  return {
    refId,
    columns: schema.fields.map((field, i) => ({
      name: field.name,
      title: titleOf(field),
      type: field.type,
      labels: field.labels ?? {},
      refId,
      own: field.config,
      values: data.values[i] ?? [],
      look: bare,
    })),
  };
}

function titleOf({ name, labels, config }: FieldSchema): string {
  const own = config?.displayName ?? config?.displayNameFromDS;
  if (own !== undefined) return own;
  const texts = Object.values(labels ?? {});
  return texts.length > 0 ? texts.join(' ') : name;
}

/**
 * The columns as the panel has them: what the frame says of a field goes before the panel's defaults, overrides go before both
 * (grafana `applyFieldOverrides`). Throws for a matcher or property that we do not know: a fault of the program.
 */
export function configured(rows: Rows, { fieldConfig }: Pick<SharedPanel, 'fieldConfig'>): Rows {
  const { defaults, overrides } = fieldConfig;
  return {
    ...rows,
    columns: rows.columns.map((column) => {
      const { own } = column;
      const look: Look = {
        displayName: own?.displayName,
        unit: own?.unit ?? defaults.unit,
        decimals: own?.decimals ?? defaults.decimals,
        min: defaults.min,
        max: defaults.max,
        noValue: defaults.noValue,
        interval: own?.interval,
        color: defaults.color,
        steps: defaults.thresholds?.steps ?? [],
        mappings: own?.mappings === undefined ? mapped(defaults.mappings) : mapped(own.mappings),
        links: defaults.links,
        custom: { ...defaults.custom, ...own?.custom },
      };
      const changes = overrides
        .filter(({ matcher }) => matches(matcher, column))
        .flatMap(({ properties }) => properties)
        .reduce((sum, property) => overridden(sum, property), look);
      return { ...column, look: changes };
    }),
  };
}

function matches({ id, options }: { readonly id: string; readonly options?: unknown }, column: Column): boolean {
  const text = z.string().parse(options);
  switch (id) {
    case 'byName':
      return text === column.name || text === column.title;
    case 'byRegexp':
      return new RegExp(text.replace(/^\/(.*)\/$/s, '$1')).test(column.title);
    case 'byType':
      return text === column.type;
    case 'byFrameRefID':
      return text === column.refId;
    default:
      throw new Error(`A panel's override is matched by "${id}"; known are byName, byRegexp, byType and byFrameRefID.`);
  }
}

const color = z.object({ mode: z.string().optional(), fixedColor: z.string().optional() });
const thresholds = z.object({ steps: z.array(z.object({ value: z.number().nullable(), color: z.string() })) });
const shown = z.object({ text: z.string().optional(), color: z.string().optional() });
const mappings = z.array(
  z.union([
    z.object({ type: z.literal('special'), options: z.object({ match: z.string(), result: shown }) }),
    z.object({ type: z.literal('value'), options: z.record(z.string(), shown) }),
  ]),
);

function overridden(look: Look, { id, value }: { readonly id: string; readonly value?: unknown }): Look {
  if (id.startsWith('custom.')) return { ...look, custom: { ...look.custom, [id.slice('custom.'.length)]: value } };
  switch (id) {
    case 'unit':
    case 'displayName':
    case 'noValue':
      return { ...look, [id]: z.string().parse(value) };
    case 'decimals':
    case 'min':
    case 'max':
      return { ...look, [id]: z.number().parse(value) };
    case 'color':
      return { ...look, color: color.parse(value) };
    case 'thresholds':
      return { ...look, steps: thresholds.parse(value).steps };
    case 'mappings':
      return { ...look, mappings: mapped(mappings.parse(value)) };
    default:
      throw new Error(`A panel overrides "${id}", which is not drawn outside of Grafana yet.`);
  }
}

type Mapping =
  | { readonly type: 'special'; readonly options: { readonly match: string; readonly result: Shown } }
  | { readonly type: 'value'; readonly options: Readonly<Record<string, Shown>> }
  // Of hardly anything, for Grafana: pages write such figures so by themselves (`units.ts`).
  | { readonly type: 'range' };

function mapped(list: readonly Mapping[]): ReadonlyMap<string | null, Shown> {
  return new Map(
    list.flatMap((mapping): (readonly [string | null, Shown])[] => {
      if (mapping.type === 'value') return Object.entries(mapping.options);
      return mapping.type === 'special' && mapping.options.match.startsWith('null')
        ? [[null, mapping.options.result]]
        : [];
    }),
  );
}
