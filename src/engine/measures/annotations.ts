import type { Annotation } from '../annotations.ts';
import { capacityChanges as changesOf, expiries, restarts } from '../annotations.ts';
import { readBursts } from '../denial-bursts.ts';
import { entitledRows } from '../entitled-rows.ts';
import type { List } from './listing.ts';

/** Marks on the time axis as rows of `time, timeEnd, title, text, tags`; Grafana parts tags at commas. */
const rowsOf = (annotations: readonly Annotation[]): Awaited<ReturnType<List>> =>
  annotations.map(({ time, timeEnd, title, text, tags }) => [
    time,
    timeEnd ?? time,
    title,
    text,
    tags.map((tag) => tag.replaceAll(',', ' ')).join(','),
  ]);

/** Starts of vendor daemons on the servers that filters and scope leave. */
export const serverRestarts: List = async ({ connection, sources, range, signal }) =>
  rowsOf(await restarts({ connection, sources, range, ...(signal !== undefined && { signal }) }));

export const capacityChanges: List = async (ask) => rowsOf(changesOf(entitledRows(ask, 'concurrent'), ask.range));

export const entitlementExpiries: List = async (ask) =>
  rowsOf(expiries([...entitledRows(ask, 'concurrent'), ...entitledRows(ask, 'metered')], ask.range));

export const denialBursts: List = async (ask) => rowsOf(await readBursts(ask));
