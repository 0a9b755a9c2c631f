import type { LicenseEvent } from '../../sessions/event.ts';
import type { Format, ReaderSink, SourceContext } from '../format.ts';

/** Everything a reader reported, for tests. */
export interface Reading {
  readonly events: readonly (LicenseEvent & { readonly line: number; readonly part: number })[];
  readonly parts: readonly string[];
  readonly unreadable: readonly { readonly line: number; readonly text: string; readonly reason: string }[];
  readonly undated: readonly { readonly line: number; readonly text: string; readonly reason: string }[];
  readonly notices: readonly string[];
  readonly ignored: number;
  readonly server: string;
  readonly firstTime: string;
  readonly lastTime: string;
}

/** Reads a text the way an ingest does: survey first where the format has one. */
export function reading(format: Format, text: string, context: Partial<SourceContext> = {}): Reading {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return readingLines(format, lines, context);
}

export function readingLines(format: Format, lines: readonly string[], context: Partial<SourceContext> = {}): Reading {
  const events: (LicenseEvent & { line: number; part: number })[] = [];
  const parts: string[] = [];
  const unreadable: { line: number; text: string; reason: string }[] = [];
  const undated: { line: number; text: string; reason: string }[] = [];
  const notices: string[] = [];
  let ignored = 0;
  let server = '';
  let first = Infinity;
  let last = -Infinity;
  const moved = (time: number): void => {
    first = Math.min(first, time);
    last = Math.max(last, time);
  };
  const sink: ReaderSink = {
    event(event, line) {
      events.push({ ...event, line, part: parts.length });
      moved(event.time);
    },
    part: (reason) => void parts.push(reason),
    unreadable: (line, text, reason) => void unreadable.push({ line, text, reason }),
    undated: (line, text, reason) => void undated.push({ line, text, reason }),
    ignored: (count) => void (ignored += count),
    sourceName: (name) => void (server = name),
    lastLine: moved,
    notice: (text) => void notices.push(text),
  };
  const source: SourceContext = { file: 'test.log', timezone: 'UTC', ...context };
  const survey = format.survey?.(source);
  if (survey !== undefined) lines.forEach((text, index) => survey.line(text, index + 1));
  const reader = survey === undefined ? format.open({ ...source, sink }) : survey.open(sink);
  lines.forEach((text, index) => reader.line(text, index + 1));
  reader.end();
  const iso = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString() : '');
  return { events, parts, unreadable, undated, notices, ignored, server, firstTime: iso(first), lastTime: iso(last) };
}
