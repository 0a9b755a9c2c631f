import { allEvents } from './all-events.ts';
import { capacityChanges, denialBursts, entitlementExpiries, serverRestarts } from './annotations.ts';
import { averageConcurrent } from './average-concurrent.ts';
import { checkins } from './checkins.ts';
import { checkouts } from './checkouts.ts';
import { clientsPerLicense } from './clients-per-license.ts';
import { consumed } from './consumed.ts';
import { coverageGaps } from './coverage-gaps.ts';
import { daysToExpiry } from './days-to-expiry.ts';
import { denialAdvice } from './denial-advice.ts';
import { denialEpisodes } from './denial-episodes.ts';
import { denialRate } from './denial-rate.ts';
import { denialShare } from './denial-share.ts';
import { denialSummary } from './denial-summary.ts';
import { deniedClients } from './denied-clients.ts';
import { denials } from './denials.ts';
import { dimensionValues } from './dimension-values.ts';
import { entitled } from './entitled.ts';
import { eventRate } from './event-rate.ts';
import { events } from './events.ts';
import { expiringEntitlements } from './expiring-entitlements.ts';
import { freshness } from './freshness.ts';
import { ingestErrors } from './ingest-errors.ts';
import { licenseHours } from './license-hours.ts';
import { meteredUse } from './metered-use.ts';
import type { Measure } from './measure.ts';
import { newIngestErrors } from './new-ingest-errors.ts';
import { beyondOverdraft } from './beyond-overdraft.ts';
import { boughtThen } from './bought-then.ts';
import { overdraft } from './overdraft.ts';
import { periodEnd } from './period-end.ts';
import { peakConcurrent } from './peak-concurrent.ts';
import { quality } from './quality.ts';
import { sessionDuration } from './session-duration.ts';
import { sessionLengths } from './session-lengths.ts';
import { silence } from './silence.ts';
import { sources } from './sources.ts';
import { timeAtLicenses } from './time-at-licenses.ts';
import { uniqueClients } from './unique-clients.ts';
import { usagePercentage } from './usage-percentage.ts';
import { utilization } from './utilization.ts';

/** Every measure, in the editor's order. A new one: its file, its import and one line here. */
const registered = [
  peakConcurrent,
  averageConcurrent,
  licenseHours,
  timeAtLicenses,
  uniqueClients,
  consumed,
  sessionDuration,
  sessionLengths,
  usagePercentage,
  utilization,
  overdraft,
  beyondOverdraft,
  boughtThen,
  periodEnd,
  clientsPerLicense,
  entitled,
  daysToExpiry,
  expiringEntitlements,
  coverageGaps,
  meteredUse,
  events,
  eventRate,
  checkouts,
  checkins,
  denials,
  denialShare,
  denialRate,
  deniedClients,
  allEvents,
  denialSummary,
  denialAdvice,
  denialEpisodes,
  quality,
  freshness,
  silence,
  ingestErrors,
  newIngestErrors,
  sources,
  serverRestarts,
  capacityChanges,
  entitlementExpiries,
  denialBursts,
  dimensionValues,
] as const;

export type MeasureName = (typeof registered)[number]['name'];

/** Refuses two measures of one name: else the second would silently answer for the first. */
export function assertUnique(measures: readonly { readonly name: string }[]): void {
  const names = measures.map((measure) => measure.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Error(`Measures need different names; "${twice}" is registered twice in src/query/measures/registry.ts.`);
  }
}
assertUnique(registered);

export const measures: readonly Measure<MeasureName>[] = registered;
export const measureNames: readonly MeasureName[] = registered.map((measure) => measure.name);

const byName = new Map<MeasureName, Measure<MeasureName>>(registered.map((measure) => [measure.name, measure]));

/** The measure of that name; the type says that it exists. */
export function measureOf(name: MeasureName): Measure<MeasureName> {
  const measure = byName.get(name);
  if (measure === undefined) throw new Error(`No measure is named "${name}".`);
  return measure;
}
