import { DateTime } from 'luxon';
import type { MeasureName } from '../query/measures/registry.ts';
import { noData } from '../query/page-notices.ts';
import type { Source } from './ask.ts';
import type { Notice } from './frame.ts';
import type { Range } from './windows.ts';

/** What does not depend on the lines of the range: what was bought, how far lines reach, what can be chosen, marks. */
const ofOther: ReadonlySet<MeasureName> = new Set<MeasureName>([
  'daysToExpiry',
  'expiringEntitlements',
  'entitled',
  'meteredUse',
  'periodEnd',
  'sources',
  'quality',
  'freshness',
  'silence',
  'ingestErrors',
  'newIngestErrors',
  'dimensionValues',
  'serverRestarts',
  'capacityChanges',
  'entitlementExpiries',
  'denialBursts',
]);

/** Whether the figures of a window are known as far as they are made of lines: one of the sources has some in it. */
export const isKnown = (measure: MeasureName, { from, to }: Range, sources: readonly Source[]): boolean =>
  ofOther.has(measure) || sources.some(({ firstLine, lastLine }) => lastLine >= from && firstLine < to);

/**
 * Said beside figures where none of the sources has a line in the range: until when there are some. Nothing is known of it then, so
 * that nobody reads "none" (docs/definitions.md#unknown-is-null).
 */
export function noDataNotices(
  { measure, timezone }: { readonly measure: MeasureName; readonly timezone: string },
  range: Range,
  sources: readonly Source[],
): Notice[] {
  return isKnown(measure, range, sources)
    ? []
    : [{ severity: 'warning', text: sentence(timezone, range.from, sources) }];
}

function sentence(timezone: string, from: number, sources: readonly Source[]): string {
  if (sources.length === 0) return `${noData}: no license server has a line of what is asked for.`;
  const minute = (ms: number): string =>
    `${DateTime.fromMillis(ms, { zone: timezone }).toFormat('yyyy-MM-dd HH:mm')} (${timezone})`;
  const before = sources.filter(({ lastLine }) => lastLine < from).map(({ lastLine }) => lastLine);
  return before.length > 0
    ? `${noData}: the last line before it is of ${minute(Math.max(...before))}.`
    : `${noData}: the first line is of ${minute(Math.min(...sources.map(({ firstLine }) => firstLine)))}.`;
}
