import type { Annotation } from '../annotations.ts';
import { capacityChanges as changesOf, expiries, restarts } from '../annotations.ts';
import { readBursts } from '../denial-bursts.ts';
import type { Ask } from '../ask.ts';
import { entitledRows } from '../entitled-rows.ts';
import type { Entitlement } from '../entitlement-book.ts';
import { withNamed } from '../own-account.ts';
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

const bought = (ask: Ask, model: Entitlement['model']): readonly Entitlement[] =>
  withNamed(ask.book.own, entitledRows(ask, model));

export const capacityChanges: List = async (ask) => rowsOf(changesOf(bought(ask, 'concurrent'), ask.range));

export const entitlementExpiries: List = async (ask) =>
  rowsOf(expiries([...bought(ask, 'concurrent'), ...bought(ask, 'metered')], ask.range));

export const denialBursts: List = async (ask) => rowsOf(await readBursts(ask));
