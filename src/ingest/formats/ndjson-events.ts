import type { FollowedReader, FormatContext, ReaderState } from '../format.ts';
import { columnKey } from './csv-dialect.ts';
import { trimLine } from './csv-events.ts';
import type { EventsMapping } from './events-config.ts';
import { reportRows } from './events-report.ts';
import { compileRow, type Getter, type RowContext, type RowShape } from './events-row.ts';

/** One JSON object: as it was read, and its own keys by `columnKey`. */
export interface JsonRow {
  readonly object: Readonly<Record<string, unknown>>;
  readonly byKey: ReadonlyMap<string, unknown>;
}

/** Reads lines of JSON objects as events. Columns are keys (compared like CSV columns) or paths (`request.items[0].name`). */
export function openNdjsonEvents(
  context: FormatContext,
  mapping: EventsMapping,
  rows: RowContext,
  from?: ReaderState,
): FollowedReader {
  const report = reportRows(context.sink, rows.server, from !== undefined);
  const read = compileRow(mapping, jsonShape, rows);
  const keys = keyCache();
  return {
    line(raw, number) {
      const text = trimLine(raw, number);
      const object = parseObject(text);
      if (text.trim() === '') report.ignored(1);
      else if (typeof object === 'string') report.unreadable(number, 1, text, object);
      else {
        report.row(number, 1, text, read(keyed(object, keys)));
      }
    },
    end: () => {
      report.end();
    },
    pause() {
      report.end();
      return { state: { text: 'ndjson' } };
    },
  };
}

/** The object of a line, or what is wrong with it. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `expected one JSON object, found text that is no JSON (${error instanceof Error ? error.message : String(error)})`;
  }
  if (isObject(value)) return value;
  return `expected one JSON object, found ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`}`;
}

/** A JSON object beside its keys as they are compared. */
export function keyed(object: JsonRow['object'], key: (name: string) => string): JsonRow {
  return {
    object,
    byKey: new Map(Object.entries(object).map(([name, value]): [string, unknown] => [key(name), value])),
  };
}

/** Columns of JSON lines: keys, or paths into what stands there. */
export const jsonShape: RowShape<JsonRow> = {
  resolve(column): Getter<JsonRow> | undefined {
    if (typeof column === 'number') return undefined;
    const key = columnKey(column);
    const path = column.split(/[.[\]]+/).filter((step) => step !== '');
    return ({ object, byKey }) => {
      const own = byKey.get(key);
      return textOf(own === undefined && path.length > 1 ? walk(object, path) : own);
    };
  },
  rest: () => '',
};

function walk(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.trim();
  return JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `columnKey` of the few names that come again in every row. */
function keyCache(): (name: string) => string {
  const keys = new Map<string, string>();
  return (name) => {
    let key = keys.get(name);
    if (key === undefined) {
      key = columnKey(name);
      if (keys.size < 1000) keys.set(name, key);
    }
    return key;
  };
}
