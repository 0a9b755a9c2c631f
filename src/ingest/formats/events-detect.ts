import type { Detection } from '../format.ts';
import { columnKey, detectDelimiter, isTable, withoutBom } from './csv-dialect.ts';
import { csvShape } from './csv-events.ts';
import { splitRecords } from './csv-records.ts';
import { readEventsConfig, type EventsMapping, type EventsPreset } from './events-config.ts';
import { mappingOf } from './events-presets.ts';
import { missingColumns, neededFields, type RowShape } from './events-row.ts';
import { jsonShape, keyed, parseObject, type JsonRow } from './ndjson-events.ts';

/**
 * Sure when the first lines have the columns that the mapping names: the preset's, or those of the options in their place. A table of
 * other columns may be meant, but the user has to say so.
 */
export function detectColumns(head: string, options: unknown, own: EventsPreset): Detection {
  const config = readEventsConfig(options);
  const mapping = mappingOf(config, own);
  const isPossible = isJson(head) || isTable(firstLines(head));
  if (mapping.preset !== own) {
    const other = `the preset ${mapping.preset} is asked for`;
    return isPossible ? { score: 0.1, reason: other } : no(other);
  }
  const missing = isJson(head) ? missingKeys(head, mapping) : missingInTable(head, mapping);
  const where = mapping.header ? 'its first line' : 'it';
  if (missing === undefined) {
    return { score: 0.9, reason: `${where} has the columns for ${neededFields(mapping).join(', ')}` };
  }
  const lacks = `${where} has no column for ${missing}`;
  const todo = config.columns === undefined ? 'it needs a mapping of its columns' : 'the mapping does not fit it';
  return isPossible ? { score: 0.1, reason: `it is a table, but ${lacks}: ${todo}` } : no(lacks);
}

function missingInTable(head: string, mapping: EventsMapping): string | undefined {
  const fields = csvFields(head, mapping);
  const shape = csvShape(mapping.header ? fields : []);
  return missingColumns(mapping, {
    ...shape,
    resolve: (column) => (typeof column === 'number' && column > fields.length ? undefined : shape.resolve(column)),
  });
}

/** Keys of JSON lines may be missing where they are empty: one line that has them is enough. */
function missingKeys(head: string, mapping: EventsMapping): string | undefined {
  const rows = firstLines(head)
    .map(parseObject)
    .filter((object) => typeof object !== 'string')
    .map((object) => keyed(object, columnKey));
  const present: RowShape<JsonRow> = {
    ...jsonShape,
    resolve(column) {
      const get = jsonShape.resolve(column);
      return get !== undefined && rows.some((row) => get(row) !== '') ? get : undefined;
    },
  };
  return missingColumns(mapping, present);
}

/** The names of the columns: fields of a header line, or keys of the first JSON object. */
export function columnNames(head: string): readonly string[] {
  if (!isJson(head)) return csvFields(head);
  const object = parseObject(firstLines(head)[0] ?? '');
  return typeof object === 'string' ? [] : Object.keys(object);
}

function csvFields(head: string, mapping?: EventsMapping): readonly string[] {
  const lines = firstLines(head);
  const delimiter = mapping?.delimiter ?? detectDelimiter(lines);
  const [fields = []] = splitRecords([{ text: lines[0] ?? '', line: 1, lines: 1 }], delimiter);
  return typeof fields === 'string' ? [] : fields;
}

/** Up to 20 whole lines with text. `head` may be cut off inside its last line, which counts only when it is the only one. */
export function firstLines(head: string): readonly string[] {
  const lines = withoutBom(head).split(/\r?\n/);
  return (lines.length > 1 ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '').slice(0, 20);
}

export function isJson(head: string): boolean {
  return /^\uFEFF?\s*\{/.test(head);
}

export function no(reason: string): Detection {
  return { score: 0, reason };
}
