import Table from 'cli-table3';
import type { CustomerReportResult, QuestionFigures, ReportFigures } from './customer-report.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const one = (value: number): string => value.toFixed(1);

/** Prints what a report of a customer with all events takes, one column per size; then the questions it is made of, slowest first. */
export function printCustomerReports(results: readonly CustomerReportResult[]): void {
  const sizes = results.map(({ events }) => `${whole(events)} events`);
  const cases = new Table({
    head: ['report of one customer with all events: open / snapshot / file, CPU, s; MB; peak MB', ...sizes],
  });
  for (const [i, wanted] of (results[0]?.cases ?? []).entries())
    cases.push([nameOf(wanted), ...results.map((result) => figuresOf(result.cases[i]))]);
  console.log(cases.toString());

  const questions = new Table({ head: ['question of that report, alone: cold / warm, ms (rows)', ...sizes] });
  const last = results.at(-1)?.questions ?? [];
  const byTime = [...last.keys()].sort((a, b) => (last[b]?.warmMs ?? 0) - (last[a]?.warmMs ?? 0));
  for (const i of byTime) {
    const question = last[i];
    if (question !== undefined)
      questions.push([
        `${question.days} days: ${question.name}`,
        ...results.map((result) => timesOf(result.questions[i])),
      ]);
  }
  console.log(questions.toString());
}

function nameOf({ days, outlet = 'snapshot alone', events }: ReportFigures): string {
  return `${days} days: ${outlet}${events === undefined ? '' : `, ${whole(events)} events listed`}`;
}

function figuresOf(figures: ReportFigures | undefined): string {
  if (figures === undefined) return '';
  const { openSeconds, snapshotSeconds, fileSeconds, bytes, cpuSeconds, peakMb, failed } = figures;
  if (failed !== undefined || snapshotSeconds === null) return `no report: ${failed ?? 'not taken'}`;
  const file = fileSeconds === null ? '-' : one(fileSeconds);
  const size = bytes === null ? '-' : (bytes / 1e6).toFixed(2);
  return `${one(openSeconds)} / ${one(snapshotSeconds)} / ${file}, ${one(cpuSeconds)}; ${size}; ${whole(peakMb)}`;
}

const timesOf = (figures: QuestionFigures | undefined): string =>
  figures === undefined ? '' : `${whole(figures.coldMs)} / ${whole(figures.warmMs)} (${whole(figures.rows)})`;
