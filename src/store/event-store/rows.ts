import type { ChangeBlock, EventBlock, Labels, Reading, SourceRecord } from '../../ingest/event-store.ts';
import { eventKinds } from '../../sessions/event.ts';
import { beforeEverything } from '../../sessions/change.ts';
import type { Place } from '../../sessions/change.ts';
import type { InsertColumn, Row } from '../connection.ts';

const timeType = "DateTime64(3, 'UTC')" as const;
const amountType = 'Decimal(18, 6)' as const;

/** Numbers of the `kind` column's Enum8 (schema.ts), by place in `eventKinds`. */
const kindNumbers = Uint8Array.from(
  eventKinds,
  (kind) =>
    ({
      checkout: 1,
      checkin: 2,
      denial: 3,
      unsupported: 4,
      queued: 5,
      dequeued: 6,
      upgrade: 7,
      start: 20,
      exit: 21,
      reread: 22,
      seen: 23,
    })[kind],
);

export function eventColumns(block: EventBlock): InsertColumn[] {
  return [
    labels('account', block.account),
    labels('feature', block.feature),
    { name: 'time', type: timeType, values: block.time },
    { name: 'seq', type: 'UInt64', values: block.seq },
    labels('server', block.server),
    labels('vendor', block.vendor),
    labels('version', block.version),
    { name: 'kind', type: 'UInt8', values: block.kind.map((code) => kindNumbers[code] ?? 0) },
    { name: 'model', type: 'UInt8', values: block.metered.map((metered) => metered + 1) },
    { name: 'client', type: 'UInt32', values: block.client },
    labels('project', block.project),
    { name: 'quantity', type: amountType, values: block.quantity },
    { name: 'quantityBefore', type: amountType, values: block.quantityBefore },
    { name: 'handle', type: 'String', values: block.handle },
    labels('code', block.code),
    labels('reason', block.reason),
    labels('detail', block.detail),
    { name: 'previous', type: timeType, values: block.previous },
    { name: 'identity', type: 'UInt64', values: block.identity },
  ];
}

export function changeColumns(block: ChangeBlock): InsertColumn[] {
  return [
    ...openSessionColumns(block),
    { name: 'ending', type: 'UInt8', values: block.ending },
    { name: 'place', type: 'UInt64', values: block.place },
  ];
}

/** Without `ending` and `place`, which `open_sessions` does not have. */
export function openSessionColumns(block: ChangeBlock): InsertColumn[] {
  return [
    labels('account', block.account),
    labels('feature', block.feature),
    { name: 'time', type: timeType, values: block.time },
    labels('server', block.server),
    { name: 'seq', type: 'UInt64', values: block.seq },
    labels('vendor', block.vendor),
    labels('version', block.version),
    { name: 'delta', type: amountType, values: block.delta },
    { name: 'client', type: 'UInt32', values: block.client },
    labels('project', block.project),
    { name: 'held', type: 'Int64', values: block.held },
  ];
}

export function words({ dictionary, codes }: Labels): string[] {
  return Array.from(codes, (code) => dictionary[code] ?? '');
}

function labels(name: string, { dictionary, codes }: Labels): InsertColumn {
  return { name, type: 'LowCardinality(String)', dictionary, values: codes };
}

/** `columnsOf(rows, {name: [type, value]})`: rows of small tables as columns. */
export function columnsOf<T>(
  rows: readonly T[],
  columns: Readonly<
    Record<string, readonly ['String', (row: T) => string] | readonly [NumberColumn, (row: T) => number]>
  >,
): InsertColumn[] {
  return Object.entries(columns).map(([name, column]) =>
    column[0] === 'String'
      ? { name, type: column[0], values: rows.map(column[1]) }
      : { name, type: column[0], values: rows.map(column[1]) },
  );
}

type NumberColumn = 'UInt8' | 'UInt32' | 'UInt64' | typeof timeType;

export function sourceColumns(records: readonly SourceRecord[], updated: number): InsertColumn[] {
  return columnsOf(records, {
    server: ['String', ({ server }) => server],
    format: ['String', ({ format }) => format],
    timezone: ['String', ({ timezone }) => timezone],
    account: ['String', ({ account }) => account],
    firstLine: [timeType, ({ firstLine }) => firstLine],
    lastLine: [timeType, ({ lastLine }) => lastLine],
    tracksDenials: ['UInt8', ({ tracksDenials }) => (tracksDenials ? 1 : 0)],
    state: ['UInt8', ({ dirty }) => (dirty ? 1 : 0)],
    derivedTo: [timeType, ({ derivedTo }) => Math.max(0, derivedTo.time)],
    derivedSeq: ['UInt64', ({ derivedTo }) => derivedTo.ordinal],
    touched: [timeType, ({ touched }) => touched],
    generation: ['UInt64', ({ generation }) => generation],
    updated: ['UInt64', () => updated],
  });
}

/** In the order that `sourceOf` reads. */
export const sourceSelect = `server, format, timezone, account, ${millis('firstLine')}, ${millis('lastLine')}, tracksDenials,
  state = 'dirty', ${millis('derivedTo')}, toFloat64(derivedSeq), ${millis('touched')}, toFloat64(generation)`;

export function sourceOf(row: Row): SourceRecord {
  const text = (i: number): string => String(row[i]);
  const number = (i: number): number => Number(row[i]);
  return {
    server: text(0),
    format: text(1),
    timezone: text(2),
    account: text(3),
    firstLine: number(4),
    lastLine: number(5),
    tracksDenials: number(6) === 1,
    dirty: number(7) === 1,
    derivedTo: placeOf(number(8), number(9)),
    touched: number(10),
    generation: number(11),
  };
}

/** A place as it is stored: 1970 stands for "before everything". */
export function placeOf(time: number, ordinal: number): Place {
  return time <= 0 ? beforeEverything : { time, ordinal };
}

/** Milliseconds of a time column as a JSON number. */
export function millis(column: string): string {
  return `toFloat64(toUnixTimestamp64Milli(${column}))`;
}

export function readingColumns(readings: readonly Reading[], updated: number): InsertColumn[] {
  return columnsOf(readings, {
    server: ['String', ({ server }) => server],
    file: ['String', ({ file }) => file],
    head: ['String', ({ head }) => head],
    headBytes: ['UInt32', ({ headBytes }) => headBytes],
    lines: ['UInt64', ({ lines }) => lines],
    events: ['UInt64', ({ events }) => events],
    undated: ['UInt64', ({ undated }) => undated],
    unreadable: ['UInt64', ({ unreadable }) => unreadable],
    updated: ['UInt64', () => updated],
  });
}

/** In the order that `readingOf` reads. */
export const readingSelect = `server, file, head, headBytes, toFloat64(lines), toFloat64(events), toFloat64(undated), toFloat64(unreadable)`;

export function readingOf([server, file, head, headBytes, lines, events, undated, unreadable]: Row): Reading {
  return {
    server: String(server),
    file: String(file),
    head: String(head),
    headBytes: Number(headBytes),
    lines: Number(lines),
    events: Number(events),
    undated: Number(undated),
    unreadable: Number(unreadable),
  };
}
