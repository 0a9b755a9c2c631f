import Table from 'cli-table3';
import type { SizeResult } from './measure.ts';
import type { Overhead } from './overhead.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const one = (value: number): string => value.toFixed(1);

/** Prints what was measured, one column per size, and how each grows from the first size to the last. */
export function printReport(measured: readonly SizeResult[], machine: Readonly<Record<string, unknown>>): void {
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', '),
  );
  const sizes = measured.map(({ events }) => `${whole(events)} events`);
  const overall = new Table({ head: ['', ...sizes] });
  const row = (name: string, of: (size: SizeResult) => string): void => void overall.push([name, ...measured.map(of)]);
  row('lines / MB', (size) => `${whole(size.lines)} / ${whole(size.megabytes)}`);
  for (const { format } of measured[0]?.parse ?? [])
    row(`parse ${format}: lines/s, MB/s`, (size) => {
      const found = size.parse.find((each) => each.format === format);
      return found === undefined ? '' : `${whole(found.linesPerSecond)}, ${one(found.megabytesPerSecond)}`;
    });
  row(
    'ingest: lines/s, MB/s, events/s',
    ({ ingest }) =>
      `${whole(ingest.linesPerSecond)}, ${one(ingest.megabytesPerSecond)}, ${whole(ingest.eventsPerSecond)}`,
  );
  row('ingest, seconds', ({ ingest }) => one(ingest.seconds));
  row('the same files again, seconds', ({ again }) => one(again.seconds));
  row('bytes per event on disk', ({ disk }) => one(disk.bytesPerEvent));
  for (const table of Object.keys(measured.at(-1)?.disk.tables ?? {}).slice(0, 8))
    row(`  ${table}`, ({ disk, events }) => one((disk.tables[table] ?? 0) / events));
  row('resident: idle, peak MB', ({ memory }) => `${whole(memory.idleMb)}, ${whole(memory.peakMb)}`);
  console.log(overall.toString());

  const questions = new Table({ head: ['question: cold / p50 / p95 / raw, ms', ...sizes, 'p50 growth'] });
  const first = measured[0];
  const last = measured.at(-1);
  for (const { name } of last?.questions ?? []) {
    const of = (size: SizeResult | undefined) => size?.questions.find((each) => each.name === name);
    questions.push([
      name,
      ...measured.map((size) => {
        const timing = of(size);
        return timing === undefined
          ? ''
          : `${whole(timing.coldMs)} / ${one(timing.p50Ms)} / ${one(timing.p95Ms)} / ${whole(timing.rawMs)} (${whole(timing.rows)} rows)`;
      }),
      `${((of(last)?.p50Ms ?? 0) / (of(first)?.p50Ms ?? 1)).toFixed(2)}×`,
    ]);
  }
  console.log(questions.toString());
}

/** Prints what server and plugin add, as ratios to the bare statements. */
export function printOverhead(overhead: readonly Overhead[]): void {
  const table = new Table({ head: ['the way of a question, p50 ms', 'statements', 'engine', 'HTTP server', 'plugin'] });
  const cell = (ms: number | undefined, bare: number): string =>
    ms === undefined ? 'no Go here' : `${one(ms)} (${(ms / bare).toFixed(2)}×)`;
  for (const { name, storeMs, engineMs, serverMs, pluginMs } of overhead)
    table.push([name, one(storeMs), cell(engineMs, storeMs), cell(serverMs, storeMs), cell(pluginMs, storeMs)]);
  console.log(table.toString());
}
