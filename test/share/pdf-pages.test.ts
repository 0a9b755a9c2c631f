import { buffer } from 'node:stream/consumers';
import { customerDashboard } from '../../dashboards/source/pages/customer.ts';
import type { Frame } from '../../src/engine/frame.ts';
import { frameOf, numberField, textField, timeField } from '../../src/engine/frame.ts';
import { readDashboard } from '../../src/share/dashboard.ts';
import { pdf } from '../../src/share/outlets/pdf.ts';
import type { Snapshot } from '../../src/share/snapshot.ts';
import { readPdf } from '../support/pdf.ts';

/** How reports of customers small and large stand on their pages. Needs Chromium, as `pdf.test.ts` does. */
const day = 86_400_000;
const from = Date.UTC(2026, 2, 1);
const times = Array.from({ length: 30 }, (_, i) => from + i * day);
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `fluxion_thermal_g${i}`);

const dashboard = readDashboard(JSON.parse(JSON.stringify(customerDashboard('acme', 'none', 'acme'))));

/** A report with so many features, reasons for denials and entitlements that end. */
function reportOf([features, reasons, ends]: readonly [number, number, number]): Snapshot {
  const figures = (count: number, ...titles: readonly string[]) =>
    titles.map((title) => numberField(title, new Array<number>(count).fill(12), { displayName: title }));
  const feature = (count: number) => textField('feature', names(count), { displayName: 'Feature' });
  const tables: Readonly<Record<string, () => Frame>> = {
    'Used against bought': () =>
      frameOf('table', [feature(features), ...figures(features, 'Hours at 95 %', 'In use then', 'Bought then')], []),
    'Denials and what to do': () =>
      frameOf(
        'table',
        [
          textField('reason', new Array<string>(reasons).fill('License does not support this version'), {
            displayName: 'Reason',
          }),
          ...figures(reasons, 'Count'),
          textField(
            'advice',
            new Array<string>(reasons).fill(
              'Compare the version that is asked for with the one in the license file: use a matching version of the application, or bring the license server up to date.',
            ),
            { displayName: 'Advice' },
          ),
        ],
        [],
      ),
    'Entitlements that end soon': () =>
      frameOf('table', [feature(ends), ...figures(ends, 'Days to expiry', 'Quantity')], []),
    'Metered use': () => frameOf('table', [feature(0)], []),
  };
  const series = names(5).map((name) =>
    frameOf(
      'timeseries-multi',
      [
        timeField('time', times, { interval: day }),
        numberField(
          'value',
          times.map((_, i) => i % 7),
          { displayNameFromDS: name },
        ),
      ],
      [],
    ),
  );
  const framesOf = ({ type, title }: (typeof dashboard.panels)[number]): readonly Frame[] => {
    if (type === 'stat') return [frameOf('numeric-long', [numberField('value', [12], {})], [])];
    if (type === 'timeseries') return series;
    if (type === 'barchart')
      return [frameOf('table', [feature(Math.min(features, 12)), ...figures(Math.min(features, 12), 'value')], [])];
    const table = tables[title];
    if (table === undefined) throw new Error(`What does "${title}" hold?`);
    return [table()];
  };
  return {
    dashboard,
    answers: new Map(
      dashboard.panels.map((panel) => [panel.id, panel.targets.map(() => ({ frames: framesOf(panel) }))]),
    ),
    marks: [],
    range: { from, to: from + 30 * day },
    timezone: 'UTC',
    account: 'acme',
    variables: { account: ['acme'] },
    rules: Array.from({ length: 5 }, () => 'Usage in % is the peak number of licenses in use at once.'),
    takenAt: from + 30 * day,
  };
}

/** 16 mm above and below, in points. */
const margin = (16 / 25.4) * 72;

test.each([[[3, 1, 1]], [[9, 2, 2]], [[12, 10, 2]], [[18, 8, 6]], [[24, 5, 3]], [[40, 20, 12]]] as const)(
  'of features, reasons and ends %p: no page but the last has a fifth blank at its end',
  async (sizes) => {
    const { pages } = await readPdf(await buffer(await pdf.open(reportOf(sizes))));
    const blank = pages.map(({ lines, size: [, height] }) => {
      const lowest = Math.min(...lines.filter((line) => line > margin));
      return (lowest - margin) / (height - 2 * margin);
    });
    expect(pages.length).toBeGreaterThan(1);
    expect(blank.slice(0, -1).filter((share) => share >= 0.2)).toEqual([]);
    // Nothing is lost where panels change places, and each is there once.
    const text = pages.map((page) => page.text).join('\n');
    for (const { title } of dashboard.panels)
      expect(text.split('\n').filter((line) => line === title)).toEqual([title]);
  },
);
