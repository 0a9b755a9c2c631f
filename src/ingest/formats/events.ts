import { basename } from 'node:path';
import type { FollowedReader, FollowedReading, Format, FormatContext, ReaderState, SourceContext } from '../format.ts';
import { openCsvEvents, trimLine, type CsvState } from './csv-events.ts';
import { columnKey } from './csv-dialect.ts';
import { readEventsConfig, type EventsPreset } from './events-config.ts';
import { columnNames, detectColumns, firstLines, isJson, no } from './events-detect.ts';
import { mappingOf } from './events-presets.ts';
import { timeReader } from './events-time.ts';
import { openNdjsonEvents } from './ndjson-events.ts';

/**
 * The tabular formats: events as CSV or as JSON lines. Each reads either text, told by its first character; they differ in their
 * preset and in what they detect. Options: `eventsConfigSchema`.
 */
export const csv: Format = {
  name: 'csv',
  title: 'Events as CSV',
  denialSystem: (options) => readEventsConfig(options).denialSystem ?? '',
  looksLike: 'a header line with the columns time, kind and feature, like "time,kind,feature,user,host"',
  detect: (head, options) => (isJson(head) ? no('the first line is JSON') : detectColumns(head, options, 'events')),
  open: (context) => openEvents(context, 'events'),
  follow: (context, state) => followEvents(context, 'events', state),
};

export const ndjson: Format = {
  name: 'ndjson',
  title: 'Events as JSON lines',
  denialSystem: (options) => readEventsConfig(options).denialSystem ?? '',
  looksLike: 'one JSON object a line, like {"time":"2026-03-27T06:55:03Z","kind":"checkout","feature":"solver"}',
  detect: (head, options) =>
    isJson(head) ? detectColumns(head, options, 'events') : no('the first line is no JSON object'),
  open: (context) => openEvents(context, 'events'),
  follow: (context, state) => followEvents(context, 'events', state),
};

export const dataWarehouseUsage: Format = {
  name: 'data-warehouse-usage',
  title: 'Usage from the FlexNet Operations data warehouse',
  denialSystem: (options) => readEventsConfig(options).denialSystem ?? '',
  looksLike: 'a table (CSV or JSON lines) with the columns CORRELATION_ID, USAGE_TIME, ITEM and ACTIVATION_ID',
  detect(head, options) {
    if (readEventsConfig(options).preset !== undefined) return detectColumns(head, options, 'data-warehouse-usage');
    const names = new Set(columnNames(head).map(columnKey));
    const telling = ['CORRELATION_ID', 'USAGE_TIME', 'CONSUMER_ID', 'ACTIVATION_ID', 'ITEM'];
    const found = telling.filter((name) => names.has(columnKey(name)));
    if (found.length < 3) return no(`it has too few of the columns ${telling.join(', ')}`);
    return { score: 0.75 + found.length * 0.04, reason: `it has the columns ${found.join(', ')}` };
  },
  open: (context) => openEvents(context, 'data-warehouse-usage'),
  follow: (context, state) => followEvents(context, 'data-warehouse-usage', state),
};

export const fnoHistoricalUsage: Format = {
  name: 'fno-historical-usage',
  title: 'Historical usage as FlexNet Operations takes it',
  denialSystem: (options) => readEventsConfig(options).denialSystem ?? '',
  looksLike: 'lines without a header, like "2026-01-31T23:59:59Z,12,feature name,activation code"',
  detect(head, options) {
    if (readEventsConfig(options).preset !== undefined) return detectColumns(head, options, 'fno-historical-usage');
    const lines = firstLines(head);
    const fitting = lines.filter((line) => /^"?\d{4}-\d\d-\d\d[^,]*,"?\s*-?\d+(\.\d+)?\s*"?,[^,]+,[^,]+/.test(line));
    if (lines.length === 0 || fitting.length < lines.length * 0.8)
      return no('its lines are not "date,count,feature,activation code"');
    return {
      score: 0.9,
      reason: `${fitting.length} of the first ${lines.length} lines are "date,count,feature,activation code"`,
    };
  },
  open: (context) => openEvents(context, 'fno-historical-usage'),
  follow: (context, state) => followEvents(context, 'fno-historical-usage', state),
};

/**
 * A reader for CSV or JSON lines, whichever the first line with text is.
 * Throws `EventsConfigError` when the options are no valid mapping.
 */
function openEvents(context: FormatContext, preset: EventsPreset, from?: ReaderState): FollowedReader {
  const mapping = mappingOf(readEventsConfig(context.options), preset);
  const server = context.server ?? fileSource(context.file);
  const rows = { server, readTime: timeReader(context.timezone) };
  let reader: FollowedReader | undefined;
  if (from?.['text'] === 'ndjson') reader = openNdjsonEvents(context, mapping, rows, from);
  else if (from !== undefined) reader = openCsvEvents(context, mapping, rows, from as unknown as CsvState);
  let blank = 0;
  return {
    line(raw, number) {
      if (!reader) {
        const text = trimLine(raw, number).trim();
        if (text === '') {
          blank++;
          return;
        }
        reader = text.startsWith('{')
          ? openNdjsonEvents(context, mapping, rows)
          : openCsvEvents(context, mapping, rows);
      }
      reader.line(raw, number);
    },
    end() {
      if (blank > 0) context.sink.ignored(blank);
      reader?.end();
    },
    pause() {
      if (blank > 0) context.sink.ignored(blank);
      blank = 0;
      const { state, ...rest } = reader?.pause() ?? {};
      // A running total is told by all rows before it.
      return state === undefined || mapping.runningTotal !== undefined ? rest : { state, ...rest };
    },
  };
}

/**
 * Rows that arrive in order of time are read as they are in one reading. Rows of a later slice that go back in time begin a
 * part of their own: they cannot be put in order with rows that were stored already.
 */
function followEvents(context: SourceContext, preset: EventsPreset, state: ReaderState | undefined): FollowedReading {
  return { settled: () => Infinity, open: (sink) => openEvents({ ...context, sink }, preset, state) };
}

/** The source of a file whose rows name none: its name without folders and endings. Standard input is "stdin". */
export function fileSource(file: string): string {
  const name = basename(file).replace(/(\.(csv|tsv|txt|ndjson|jsonl|json|log|gz))+$/i, '');
  return name === '' || name === '-' ? 'stdin' : name;
}
