import type { Format } from '../format.ts';
import { csv, dataWarehouseUsage, fnoHistoricalUsage, ndjson } from './events.ts';
import { flexnet } from './flexnet/index.ts';

/** All formats that can be read; a new one is a folder or file here and one line below. */
export const formats: readonly Format[] = [
  flexnet, // FlexNet Publisher debug logs
  csv, // events as CSV
  ndjson, // events as JSON lines
  dataWarehouseUsage,
  fnoHistoricalUsage,
];
