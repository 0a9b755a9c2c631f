import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadOneCustomer,
  measureReport,
  measureReportQuestions,
  oneCustomer,
  reportCases,
  type ReportFigures,
} from '../../bench/customer-report.ts';

/** The bench of the customer report at its smallest: what it measures is what it says; no time is asserted. */
const events = 3000;
let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'license-analytics-bench-'));
  await loadOneCustomer(events, work);
});
afterAll(() => rm(work, { recursive: true, force: true }));

test('every form of file is measured for 30 days and for a year, and a listing as workbook and as CSV', () => {
  const named = reportCases.map(({ days, outlet, events: listed }) =>
    [days, outlet ?? 'snapshot', ...(listed === undefined ? [] : ['listing'])].join(' '),
  );
  for (const days of [30, 365]) {
    for (const form of ['snapshot', 'html', 'pdf', 'xlsx', 'csv', 'json', 'xlsx listing', 'csv listing'])
      expect(named).toContain(`${days} ${form}`);
  }
});

test('the one customer has all events, those of files that name other customers too', async () => {
  const listing = await measureReport({ days: 365, outlet: 'csv', events: 1_000_000 }, oneCustomer(events, work), work);
  const short = await measureReport({ days: 365, outlet: 'csv', events: 100 }, oneCustomer(events, work), work);
  expectWritten(listing);
  // Lines are about equally long: there are as many as events.
  expect(listing.bytes! / short.bytes!).toBeGreaterThan((0.8 * events) / 100);
});

test('a report says what it took, and leaves no file behind', async () => {
  const before = await readdir(work);
  const taken = await measureReport({ days: 30 }, oneCustomer(events, work), work);
  expect(taken).toMatchObject({ days: 30, fileSeconds: null, bytes: null });
  expect(taken.failed).toBeUndefined();
  expect(taken.peakMb).toBeGreaterThan(50);
  expectWritten(await measureReport({ days: 30, outlet: 'html' }, oneCustomer(events, work), work));
  expectWritten(await measureReport({ days: 30, outlet: 'xlsx', events: 100 }, oneCustomer(events, work), work));
  expect(await readdir(work)).toEqual(before);
});

test('every question of the report is asked alone', async () => {
  const questions = await measureReportQuestions(events, work, { ranges: [30], times: 2 });
  expect(questions.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'usagePercentage over time',
      'utilization by product, feature',
      'denialAdvice',
      'licenseHours by feature',
    ]),
  );
  expect(questions.find(({ name }) => name === 'averageConcurrent by feature')?.rows).toBeGreaterThan(1);
});

test('a store that an earlier run has loaded is taken as it is, with what its loading took', async () => {
  const first = await loadOneCustomer(events, work, { keep: true });
  expect(await loadOneCustomer(events, work, { keep: true })).toEqual(first);
});

function expectWritten(figures: ReportFigures): void {
  expect(figures.failed).toBeUndefined();
  expect(figures.bytes).toBeGreaterThan(1000);
  expect(figures.fileSeconds).toBeGreaterThan(0);
  expect(figures.cpuSeconds).toBeGreaterThan(0);
}
