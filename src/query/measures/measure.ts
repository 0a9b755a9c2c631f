import type { Dimension } from '../dimensions.ts';
import { denialDimensions, dimensions, personDimensions } from '../dimensions.ts';

/**
 * One measure of the question language: what the editor shows of it, what its answer looks like and what it cannot be
 * combined with. How it is computed is the engine's business (`src/engine/measures/NAME.ts`).
 */
export interface Measure<Name extends string = string> {
  readonly name: Name;
  readonly title: string;
  /** One line for the editor and `--help`. */
  readonly help: string;
  /** Where the editor lists it. */
  readonly group: MeasureGroup;
  /** `series+table`: both shapes; `table`: no answer over time; `listing`: rows with columns of their own. */
  readonly kind: 'series+table' | 'table' | 'listing';
  /** What the answer holds beside the grouping (and `time`). The one named `value` is alone, unless `kind` is `listing`. */
  readonly columns: readonly Column[];
  /** The column that `value` stands for in `having` and `orderBy`, and that chooses series. */
  readonly valueColumn: string;
  /** `orderBy` when the question has none. */
  readonly defaultOrder: string;
  /** Whether each group has several rows, which stand together: `defaultOrder` then orders them within their group. */
  readonly groupsFirst: boolean;
  /** Groupings and filters that make no sense, and why. Everything else is allowed. */
  readonly impossible: readonly Impossible[];
  /**
   * Of measures that hold use against what was bought: what a table names of the pair its highest figure comes from, where it is
   * not grouped by it (docs/definitions.md#groups); empty for all other measures.
   */
  readonly namesHighest: readonly ('account' | 'feature')[];
  /** Whether it adds up features, so that packages count once or each checkout does (docs/definitions.md#package). */
  readonly knowsPackages: boolean;
  /** Of a listing that may be longer than anybody reads: what counts its rows instead. */
  readonly countedBy?: string;
  /** How many dimensions the question must group by; undefined: any number. */
  readonly groupByCount?: number;
  /** How figures of hours make up one of a weekday or an hour of the day; undefined: they do not. */
  readonly overHours?: 'highest' | 'sum' | 'mean';
  /** Whether UNSUPPORTED lines count when the question does not say (docs/definitions.md#denials). */
  readonly countsUnsupported: boolean;
}

/** Whether the rule of counting denials changes the answer. */
export const countsDenials = ({ group, countsUnsupported }: Measure): boolean =>
  group === 'Denials' || countsUnsupported;

export interface Column {
  readonly name: string;
  readonly title: string;
  readonly type: 'number' | 'string' | 'time';
  /** Of times: whether there may be none. */
  readonly optional?: boolean;
  /** Grafana unit id; empty for text and time. */
  readonly unit: string;
  /** The values it can have, in their order, where that is not the one of the alphabet. */
  readonly values?: readonly string[];
}

export interface Impossible {
  readonly use: 'groupBy' | 'filters' | 'both';
  readonly dimensions: readonly Dimension[];
  /** Goes on after "… cannot be grouped by user: ". */
  readonly why: string;
}

/** Groups of the editor, in its order. */
export const measureGroups = [
  'Use',
  'Entitlements',
  'Activity',
  'Denials',
  'Listings',
  'Data quality',
  'Annotations',
  'Variables',
] as const;
export type MeasureGroup = (typeof measureGroups)[number];

type Draft<Name extends string> = Pick<Measure<Name>, 'name' | 'title' | 'help' | 'group'> &
  Partial<Omit<Measure<Name>, 'name' | 'title' | 'help' | 'group'>> & {
    /** For a measure with one figure: its unit. Instead of `columns`. */
    readonly unit?: string;
  };

/**
 * Grafana's units, chosen so that a figure is one that people would write: its own `short` makes 4.11 K of 4,110 clients, its `d`
 * and `h` make weeks of days and of license-hours.
 */
export const units = { count: 'locale', days: 'suffix: d', hours: 'suffix: h' } as const;

/** Fills in what most measures share: one figure named `value`, both shapes, `value desc`, every dimension. */
export function defineMeasure<const Name extends string>({ unit = units.count, ...draft }: Draft<Name>): Measure<Name> {
  const columns = draft.columns ?? [number('value', draft.title, unit)];
  return {
    kind: 'series+table',
    defaultOrder: 'value desc',
    impossible: [],
    namesHighest: [],
    knowsPackages: false,
    countsUnsupported: false,
    groupsFirst: false,
    valueColumn: columns[0]?.name ?? 'value',
    ...draft,
    columns,
  };
}

export const number = (name: string, title: string, unit: string = units.count): Column => ({
  name,
  title,
  type: 'number',
  unit,
});
export const text = (name: string, title: string): Column => ({ name, title, type: 'string', unit: '' });
/** A text with few values, in their order. */
export const choice = (name: string, title: string, values: readonly string[]): Column => ({
  ...text(name, title),
  values,
});
export const timestamp = (name: string, title: string): Column => ({ name, title, type: 'time', unit: '' });

/** A time that may be none. */
export const timestampIfAny = (name: string, title: string): Column => ({ ...timestamp(name, title), optional: true });

/** Whether the size of pools tells figures apart: those that hold use against what was bought. */
export const knowsPools = ({ namesHighest }: Measure): boolean => namesHighest.length > 0;

/** For measures of what was granted. */
export const noDenialReason: Impossible = {
  use: 'both',
  dimensions: denialDimensions,
  why: 'only denials have a reason; ask denials, denialShare, denialRate, deniedClients or denialSummary',
};

/** For measures of entitlements alone. */
export const noPersons: Impossible = {
  use: 'both',
  dimensions: personDimensions,
  why: 'entitlements belong to accounts, not to single users, hosts, clients or projects; leave it out',
};

/** For measures of entitlements alone, whatever was used. */
export const noDenialOfEntitlements: Impossible = {
  use: 'both',
  dimensions: denialDimensions,
  why: 'entitlements know no denials; leave it out',
};

/** For listings whose rows are told apart by columns of their own. */
export const noGroups = (why: string): Impossible => ({ use: 'groupBy', dimensions, why });

/** For measures of license servers as such: filters choose those that hold such use. */
export const onlySourceFilters: Impossible = {
  use: 'filters',
  dimensions: dimensions.filter(
    (dimension) =>
      !(['account', 'product', 'feature', 'version', 'server', 'vendor'] as readonly Dimension[]).includes(dimension),
  ),
  why: 'it tells of license servers; filter by account, product, feature, version, server or vendor',
};

/** A license server has many accounts and features: figures of one cannot be told apart by them. */
export const onlyPerServer: Impossible = {
  use: 'groupBy',
  dimensions: dimensions.filter((dimension) => dimension !== 'server'),
  why: 'it tells of license servers; group by server, or by nothing',
};

/** For measures that divide by entitlements. A filter leaves a part of the use over all of the entitlement: fair to ask. */
export const noPersonGroups: Impossible = {
  use: 'groupBy',
  dimensions: personDimensions,
  why: 'entitlements belong to accounts, not to single users, hosts, clients or projects; ask peakConcurrent instead',
};
