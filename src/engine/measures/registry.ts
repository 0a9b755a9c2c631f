import type { MeasureName } from '../../query/measures/registry.ts';
import type { Compute } from '../ask.ts';
import { allEvents } from './all-events.ts';
import { capacityChanges, denialBursts, entitlementExpiries, serverRestarts } from './annotations.ts';
import { clientsPerLicense, uniqueClients } from './clients.ts';
import { averageConcurrent, licenseHours, peakConcurrent } from './concurrent.ts';
import { coverageGaps } from './coverage-gaps.ts';
import { denialEpisodes } from './denial-episodes.ts';
import { denialAdvice, denialSummary } from './denial-summary.ts';
import { deniedClients, denialRate, denials, denialShare } from './denials.ts';
import { dimensionValues } from './dimension-values.ts';
import { entitled } from './entitled.ts';
import { daysToExpiry, expiringEntitlements } from './expiry.ts';
import { checkins, checkouts, consumed, eventRate, events } from './lines.ts';
import type { List } from './listing.ts';
import { meteredUse } from './metered-use.ts';
import { quality } from './quality.ts';
import { sessionDuration, sessionLengths } from './session-duration.ts';
import { freshness, ingestErrors, newIngestErrors, silence, sources } from './sources.ts';
import { timeAtLicenses } from './time-at-licenses.ts';
import { beyondOverdraft, boughtThen, overdraft, periodEnd, usagePercentage } from './usage-percentage.ts';
import { utilization } from './utilization.ts';

/** How each measure is computed: figures per group and window, or the rows of a listing. One line per measure. */
export const computations: Readonly<Record<MeasureName, { readonly compute: Compute } | { readonly list: List }>> = {
  allEvents: { list: allEvents },
  averageConcurrent: { compute: averageConcurrent },
  capacityChanges: { list: capacityChanges },
  checkins: { compute: checkins },
  checkouts: { compute: checkouts },
  clientsPerLicense: { compute: clientsPerLicense },
  consumed: { compute: consumed },
  coverageGaps: { list: coverageGaps },
  daysToExpiry: { compute: daysToExpiry },
  denialBursts: { list: denialBursts },
  denialAdvice: { list: denialAdvice },
  denialEpisodes: { list: denialEpisodes },
  denialRate: { compute: denialRate },
  denialShare: { compute: denialShare },
  denialSummary: { list: denialSummary },
  denials: { compute: denials },
  deniedClients: { compute: deniedClients },
  dimensionValues: { list: dimensionValues },
  entitled: { compute: entitled },
  entitlementExpiries: { list: entitlementExpiries },
  eventRate: { compute: eventRate },
  events: { compute: events },
  expiringEntitlements: { list: expiringEntitlements },
  freshness: { compute: freshness },
  ingestErrors: { compute: ingestErrors },
  licenseHours: { compute: licenseHours },
  meteredUse: { list: meteredUse },
  newIngestErrors: { compute: newIngestErrors },
  overdraft: { compute: overdraft },
  beyondOverdraft: { compute: beyondOverdraft },
  boughtThen: { compute: boughtThen },
  periodEnd: { compute: periodEnd },
  peakConcurrent: { compute: peakConcurrent },
  quality: { compute: quality },
  serverRestarts: { list: serverRestarts },
  sessionDuration: { compute: sessionDuration },
  sessionLengths: { list: sessionLengths },
  silence: { compute: silence },
  sources: { list: sources },
  timeAtLicenses: { list: timeAtLicenses },
  uniqueClients: { compute: uniqueClients },
  usagePercentage: { compute: usagePercentage },
  utilization: { list: utilization },
};
