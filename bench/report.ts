import { others, us, type DatabaseFigures } from './compare/compare.ts';
import { reportCases, type ReportFigures } from './customer-report.ts';
import { entriesOf } from './journal.ts';
import type { Timing } from './measure.ts';
import { edges } from './questions.ts';
import type { Failed, Results, StepName } from './results.ts';

/** What is kept of one size: the newest result of each step. */
interface Measured {
  readonly size: number;
  get<Name extends StepName>(step: Name): Results[Name] | undefined;
  /** Names of the steps that begin so, without that beginning. */
  under(prefix: string): readonly string[];
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const short = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));
const ratio = (value: number): string => `${value < 0.1 ? value.toFixed(2) : short(value)}×`;
const micro = (seconds: number, lines: number): string => ((seconds * 1e6) / lines).toFixed(1);

/** A dashboard's query should be answered within so many milliseconds (p95). */
const goalMs = 100;

/** Everything that the journal has of a commit, as tables in Markdown. */
export function reportOf(file: string, commit: string, machine: string): string {
  const entries = entriesOf(file).filter((entry) => entry.commit === commit);
  const sizes = [...new Set(entries.map(({ size }) => size))].sort((a, b) => a - b);
  const measured = sizes.map((size): Measured => {
    const newest = new Map(entries.filter((entry) => entry.size === size).map(({ step, result }) => [step, result]));
    return {
      size,
      // It was written under this name: it has this type.
      get: <Name extends StepName>(step: Name) => newest.get(step) as Results[Name] | undefined,
      under: (prefix) =>
        [...newest.keys()].flatMap((step) => (step.startsWith(prefix) ? [step.slice(prefix.length)] : [])),
    };
  });
  return [
    `Commit ${commit} on ${machine}.`,
    ingestTable(measured),
    ...measured.map(questionTable),
    ...measured.map(panelTable),
    ...measured.map(comparisonTable),
    overheadTable(measured),
    ...measured.map(customerTables),
    '',
  ]
    .filter((table) => table !== undefined)
    .join('\n\n');
}

const nameOf = ({ size }: Measured): string => `${whole(size)} events`;

/** Undefined where there are no rows. */
function markdown(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string | undefined {
  if (rows.length === 0) return undefined;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [`### ${title}`, '', line(head), line(rule), ...rows.map(line)].join('\n');
}

function ingestTable(measured: readonly Measured[]): string | undefined {
  const rows: string[][] = [];
  const row = <Name extends StepName>(
    name: string,
    step: Name,
    of: (figures: Results[Name]) => string | undefined,
  ): void => {
    const cells = measured.map((size) => {
      const figures = size.get(step);
      return (figures === undefined ? undefined : of(figures)) ?? '';
    });
    if (cells.some((cell) => cell !== '')) rows.push([name, ...cells]);
  };
  row('lines, MB', 'store/load', ({ lines, megabytes }) => `${whole(lines)}, ${whole(megabytes)}`);
  row('ingest, s', 'store/load', ({ seconds }) => whole(seconds));
  row('ingest, µs of CPU per line', 'store/load', ({ cpuSeconds, lines }) => micro(cpuSeconds, lines));
  for (const format of ['flexnet', 'csv'])
    row(`reading ${format} alone, µs of CPU per line`, 'store/read', (all) => {
      const own = all.find((one) => one.format === format);
      return own === undefined ? undefined : micro(own.cpuSeconds, own.lines);
    });
  row('a reader in Python (counts and peaks alone), µs of CPU per line', 'ingest/python', (python) =>
    micro(python.cpuSeconds, python.lines),
  );
  row('its checkouts; denials; equal peaks', 'ingest/python', ({ checkouts, denials, samePeaks }) =>
    [
      ...[checkouts, denials].map(([theirs, ours]) =>
        theirs === ours ? 'equal' : `${whole(theirs)} of ${whole(ours)}`,
      ),
      `${whole(samePeaks[0])} of ${whole(samePeaks[1])} features`,
    ].join('; '),
  );
  row('bytes on disk per event', 'store/load', ({ bytesPerEvent }) => short(bytesPerEvent));
  row('most memory resident, MB', 'store/load', ({ peakMb }) => whole(peakMb));
  row('100 new lines into it: ms, ms of CPU, statements', 'ingest/small', (small) =>
    [whole(small.p50Ms), whole(small.cpuMs), whole(small.statements)].join(', '),
  );
  return markdown('Ingest', ['', ...measured.map(nameOf)], rows);
}

const isFailed = (result: object | undefined): result is Failed => result !== undefined && 'failed' in result;

function timingCells(result: Timing | Failed | undefined): readonly string[] {
  if (result === undefined) return ['', '', '', '', '', ''];
  if (isFailed(result)) return [result.failed, '', '', '', '', ''];
  const { bestMs, p50Ms, p95Ms, cpuMs, store } = result;
  return [whole(bestMs), whole(p50Ms), whole(p95Ms), whole(cpuMs), whole(store.rows / 1000), short(store.bytes / 1e6)];
}

function questionTable(size: Measured): string | undefined {
  const names = new Set(
    size.under('questions/').flatMap((step) => {
      const edge = edges.find((one) => step.endsWith(`, ${one}`));
      return edge === undefined ? [] : [step.slice(0, -edge.length - 2)];
    }),
  );
  const rows = [...names].map((name) => [
    name,
    ...edges.flatMap((edge) => timingCells(size.get(`questions/${name}, ${edge}`))),
  ]);
  const report = size.get('year-report');
  if (report !== undefined)
    rows.push([
      'a customer’s report of a year, the page (snapshot, page; CPU)',
      whole((report.snapshotSeconds ?? 0) * 1000),
      whole((report.fileSeconds ?? 0) * 1000),
      whole(report.cpuSeconds * 1000),
      ...Array.from({ length: 9 }, () => ''),
    ]);
  const columns = ['fastest', 'p50', 'p95', 'CPU', '1,000 rows', 'MB'];
  return markdown(
    `Questions, ${nameOf(size)}, ms`,
    [
      'question, one year',
      ...edges.flatMap((edge) => columns.map((column, i) => (i === 0 ? `${edge}: fastest` : column))),
    ],
    rows,
  );
}

function panelTable(size: Measured): string | undefined {
  const all = size.under('panels/').flatMap((name) => {
    const result = size.get(`panels/${name}`);
    return result === undefined ? [] : [[name, result] as const];
  });
  const over = all
    .filter(([, result]) => isFailed(result) || result.p95Ms > goalMs)
    .sort(([, a], [, b]) => (isFailed(b) ? Infinity : b.p50Ms) - (isFailed(a) ? Infinity : a.p50Ms));
  return markdown(
    `Dashboards, ${nameOf(size)}: ${over.length} of ${all.length} queries over ${goalMs} ms (p95)`,
    ['panel and query, variables, time', 'fastest', 'p50', 'p95', 'CPU', '1,000 rows', 'MB'],
    over.map(([name, result]) => [name, ...timingCells(result)]),
  );
}

function comparisonTable(size: Measured): string | undefined {
  const everybody = [us, 'ClickHouse, one statement', ...others].filter(
    (name) => size.get(`database/${name}`) !== undefined,
  );
  const questions = size.under(`compare/${us}/`);
  const notes: string[] = [];
  const rows = questions.map((name) => [
    name,
    ...everybody.map((who) => {
      const figures = size.get(`compare/${who}/${name}`);
      if (figures === undefined) return '';
      if (isFailed(figures)) return `no answer: ${figures.failed.split('\n')[0]}`;
      if (figures.differs !== undefined) notes.push(`- ${who}, ${name}: ${figures.differs}`);
      const time = whole(figures.bestMs);
      if (who === us) return time;
      const ours = size.get(`compare/${us}/${name}`);
      if (ours === undefined || isFailed(ours)) return time;
      return `${time} (${ratio(figures.bestMs / ours.bestMs)})${figures.differs === undefined ? '' : ' ≠'}`;
    }),
  ]);
  if (rows.length > 0)
    for (const [name, of] of [
      [
        'loading the rows, s',
        (of: DatabaseFigures | undefined) => ((of?.loadSeconds ?? 0) === 0 ? '' : whole(of?.loadSeconds ?? 0)),
      ],
      ['on disk, MB', (of: DatabaseFigures | undefined) => whole((of?.bytes ?? 0) / 1e6)],
    ] as const)
      rows.push([name, ...everybody.map((who) => of(size.get(`database/${who}`)))]);
  const table = markdown(
    `Instead, ${nameOf(size)}, inside a day: fastest, ms (times ours)`,
    ['question', ...everybody],
    rows,
  );
  return notes.length === 0 ? table : [table, ['Answers that are not ours (≠):', '', ...notes].join('\n')].join('\n\n');
}

function overheadTable(measured: readonly Measured[]): string | undefined {
  const rows = measured.flatMap((size) =>
    (size.get('overhead') ?? []).map(({ name, serverMs, pluginMs }) => [
      `${name}, ${nameOf(size)}`,
      short(serverMs),
      pluginMs === null ? 'no Go here' : short(pluginMs),
    ]),
  );
  return markdown('The way of a kept answer, p50 ms', ['', 'HTTP server', 'plugin'], rows);
}

function customerTables(size: Measured): string | undefined {
  const cases = reportCases.flatMap((_, i) => size.get(`report/${i}`) ?? []);
  const head = ['report', 'opening, s', 'snapshot, s', 'file, s', 'CPU, s', 'file, MB', 'most memory, MB'];
  const tables = [
    markdown(`Report of one customer with all events, ${nameOf(size)}`, head, cases.map(reportRow)),
    markdown(
      `Questions of that report, alone, ${nameOf(size)}`,
      ['question', 'cold, ms', 'warm, ms', 'rows'],
      [...(size.get('report/questions') ?? [])]
        .sort((a, b) => b.warmMs - a.warmMs)
        .map(({ name, days, coldMs, warmMs, rows }) => [
          `${days} days: ${name}`,
          whole(coldMs),
          whole(warmMs),
          whole(rows),
        ]),
    ),
  ].filter((table) => table !== undefined);
  return tables.length === 0 ? undefined : tables.join('\n\n');
}

function reportRow(figures: ReportFigures): readonly string[] {
  const {
    days,
    outlet = 'snapshot alone',
    events,
    openSeconds,
    snapshotSeconds,
    fileSeconds,
    bytes,
    cpuSeconds,
  } = figures;
  const name = `${days} days: ${outlet}${events === undefined ? '' : `, ${whole(events)} events listed`}`;
  if (snapshotSeconds === null) return [name, `no report: ${figures.failed ?? 'not taken'}`, '', '', '', '', ''];
  const seconds = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
  return [
    name,
    seconds(openSeconds),
    seconds(snapshotSeconds),
    seconds(fileSeconds),
    seconds(cpuSeconds),
    bytes === null ? '-' : (bytes / 1e6).toFixed(2),
    whole(figures.peakMb),
  ];
}
