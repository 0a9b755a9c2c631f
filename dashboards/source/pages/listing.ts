import { usageSteps } from '../colors.ts';

/** How the All Events Listing looks wherever it stands: every column, those that are read most first. */
export const eventColumns = {
  colour: { 'Usage Percentage': usageSteps() },
  first: [
    'Time',
    'Event',
    'Account',
    'Feature',
    'User',
    'Host',
    'Quantity',
    'In use',
    'Entitled',
    'Usage Percentage',
    'Denial reason',
    'Server',
  ],
} as const;
