import type { MeasureName } from '../../query/measures/registry.ts';
import type { Compute } from '../ask.ts';
import { allEvents } from './all-events.ts';
import { clientsPerLicense, uniqueClients } from './clients.ts';
import { averageConcurrent, licenseHours, peakConcurrent } from './concurrent.ts';
import { denialSummary } from './denial-summary.ts';
import { deniedClients, denialRate, denials, denialShare } from './denials.ts';
import { entitled } from './entitled.ts';
import { checkins, checkouts, consumed, events } from './lines.ts';
import type { List } from './listing.ts';
import { quality } from './quality.ts';
import { sessionDuration } from './session-duration.ts';
import { usagePercentage } from './usage-percentage.ts';

/** How each measure is computed: figures per group and window, or the rows of a listing. One line per measure. */
export const computations: Readonly<Record<MeasureName, { readonly compute: Compute } | { readonly list: List }>> = {
  allEvents: { list: allEvents },
  averageConcurrent: { compute: averageConcurrent },
  checkins: { compute: checkins },
  checkouts: { compute: checkouts },
  clientsPerLicense: { compute: clientsPerLicense },
  consumed: { compute: consumed },
  denialRate: { compute: denialRate },
  denialShare: { compute: denialShare },
  denialSummary: { list: denialSummary },
  denials: { compute: denials },
  deniedClients: { compute: deniedClients },
  entitled: { compute: entitled },
  events: { compute: events },
  licenseHours: { compute: licenseHours },
  peakConcurrent: { compute: peakConcurrent },
  quality: { compute: quality },
  sessionDuration: { compute: sessionDuration },
  uniqueClients: { compute: uniqueClients },
  usagePercentage: { compute: usagePercentage },
};
