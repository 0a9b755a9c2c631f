/** What a question can group and filter by. The order is the one of the editor. */
export const dimensions = [
  'account',
  'product',
  'feature',
  'version',
  'server',
  'vendor',
  'model',
  'user',
  'host',
  'client',
  'project',
  'denialFamily',
  'denialReason',
] as const;
export type Dimension = (typeof dimensions)[number];

/**
 * When in the week, on the clocks of the question's time zone: for `groupBy` of tables, which fold the hours of the range.
 * Rows stand in this order, weekdays from Monday.
 */
export const calendarDimensions = ['weekday', 'hour'] as const;
export type CalendarDimension = (typeof calendarDimensions)[number];

/** What a question can group by; filters know the dimensions only. */
export const groupings = [...dimensions, ...calendarDimensions] as const;
export type Grouping = (typeof groupings)[number];

export const isCalendar = (grouping: Grouping): grouping is CalendarDimension =>
  calendarDimensions.some((calendar) => calendar === grouping);

/** The grouping without weekday and hour. */
export const withoutCalendar = (groupBy: readonly Grouping[]): Dimension[] =>
  groupBy.filter((grouping) => !isCalendar(grouping));

/** Values of `weekday`, in order. */
export const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Display names of what can be grouped by: column headings and editor labels. */
export const dimensionTitles: Readonly<Record<Grouping, string>> = {
  account: 'Account',
  product: 'Product',
  feature: 'Feature',
  version: 'Version',
  server: 'Server',
  vendor: 'Vendor daemon',
  model: 'License model',
  user: 'User',
  host: 'Host',
  client: 'Client',
  project: 'Project',
  denialFamily: 'Denial family',
  denialReason: 'Denial reason',
  weekday: 'Weekday',
  hour: 'Hour of the day',
};

/** What only a denial has. */
export const denialDimensions = ['denialFamily', 'denialReason'] as const satisfies readonly Dimension[];

/** Who used a license, below the account. */
export const personDimensions = ['user', 'host', 'client', 'project'] as const satisfies readonly Dimension[];

/** Whether a question is about products and does not tell features apart: then packages count once (docs/definitions.md#package). */
export const isAboutProducts = (
  groupBy: readonly Grouping[],
  filters: readonly { readonly dimension: Dimension }[],
): boolean =>
  !groupBy.includes('feature') &&
  (groupBy.includes('product') || filters.some(({ dimension }) => dimension === 'product'));
