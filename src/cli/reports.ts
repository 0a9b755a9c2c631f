import { basename } from 'node:path';
import type { IngestReport } from '../server/service.ts';

/** Reports of several ingests as one. At least one is needed. */
export function mergeReports(reports: readonly IngestReport[]): IngestReport {
  const [first, ...rest] = reports;
  if (first === undefined) throw new Error('An ingest of no file has no report.');
  return rest.reduce(merge, first);
}

function merge(a: IngestReport, b: IngestReport): IngestReport {
  const events = Object.fromEntries(
    Object.entries(a.events).map(([kind, count]) => [kind, count + b.events[kind as keyof typeof b.events]]),
  ) as IngestReport['events'];
  return {
    files: a.files + b.files,
    lines: a.lines + b.lines,
    events,
    duplicates: a.duplicates + b.duplicates,
    orphans: a.orphans + b.orphans,
    excess: a.excess + b.excess,
    undated: a.undated + b.undated,
    unreadable: a.unreadable + b.unreadable,
    closedByRestart: a.closedByRestart + b.closedByRestart,
    // What is open is known at the end of the last one only.
    stillOpen: b.stillOpen,
    firstTime: least(a.firstTime, b.firstTime, Math.min),
    lastTime: least(a.lastTime, b.lastTime, Math.max),
    sources: [...new Set([...a.sources, ...b.sources])],
    notices: [...a.notices, ...b.notices],
    examples: [...a.examples, ...b.examples].slice(0, 20),
    formats: [...a.formats, ...b.formats],
    refused: [...a.refused, ...b.refused],
  };
}

function least(
  a: number | undefined,
  b: number | undefined,
  choose: (a: number, b: number) => number,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : choose(a, b);
}

/** The closing summary of an ingest, for people. */
export function summaryText(report: IngestReport): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  const time = (value: number | undefined): string => (value === undefined ? '–' : new Date(value).toISOString());
  const events = Object.entries(report.events)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${number(count)} ${kind}`)
    .join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['lines', `${number(report.lines)} in ${number(report.files)} ${report.files === 1 ? 'file' : 'files'}`],
    ['new events', events === '' ? 'none' : events],
    ['duplicates', `${number(report.duplicates)} (stored already; counted once)`],
    ['orphans', `${number(report.orphans)} (check-ins of something that was not open)`],
    ['excess', `${number(report.excess)} (check-ins of more than was open)`],
    ['undated', number(report.undated)],
    ['unreadable', number(report.unreadable)],
    ['closed by restart', `${number(report.closedByRestart)} sessions`],
    ['still open', `${number(report.stillOpen)} sessions at the last line`],
    ['first time', time(report.firstTime)],
    ['last time', time(report.lastTime)],
    ['license servers', report.sources.join(', ')],
  ];
  return `${rows.map(([name, value]) => `${name.padEnd(18)} ${value}`).join('\n')}\n`;
}

/** The command that lists what could not be used: of the one file, when there was only one. */
function listCommand({ files, examples }: IngestReport): string {
  const file = files === 1 ? examples[0]?.file : undefined;
  const name = file === undefined || file === '-' ? undefined : basename(file);
  return `license-analytics unreadable${name === undefined ? '' : ` --file '${name.replaceAll("'", "'\\''")}'`}`;
}

/** What should be known beside the summary: formats, notices, the first lines that could not be used, files left out. */
export function remarksText(report: IngestReport): string {
  const unused = report.undated + report.unreadable;
  const lines = [
    ...report.formats.slice(0, 20).map(({ file, format, reason }) => `${file}: read as ${format} (${reason})`),
    ...report.notices.slice(0, 20).map(({ file, text }) => `${file}: ${text}`),
    ...(report.examples.length === 0
      ? []
      : [`first ${report.examples.length} of ${unused} lines that could not be used:`]),
    ...report.examples.map(
      ({ file, line, kind, reason, text }) => `  ${file}:${line}: ${kind}: ${reason}: ${text.slice(0, 120)}`,
    ),
    ...(report.examples.length === 0 ? [] : [`all of them: ${listCommand(report)}`]),
    ...report.refused.map(({ reason, todo }) => `not stored: ${reason}\n  ${todo}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
