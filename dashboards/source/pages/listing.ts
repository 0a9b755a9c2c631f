import { usageSteps } from '../colors.ts';

/** How the All Events Listing looks wherever it stands: every column, what decides first. */
export const eventColumns = {
  colour: { 'Usage Percentage': usageSteps() },
  columns: [
    'Time',
    'Event',
    'Feature',
    'Account',
    'Denial reason',
    'Usage Percentage',
    'User',
    'Quantity',
    'In use',
    'Entitled',
    'Host',
    'Server',
  ],
  others: true,
} as const;
