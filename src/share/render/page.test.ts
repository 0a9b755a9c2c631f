import * as fc from 'fast-check';
import { numberField, textField, timeField } from '../../engine/frame.ts';
import { customerDashboard } from '../../../dashboards/source/pages/customer.ts';
import { panelTypes, readDashboard } from '../dashboard.ts';
import type { PanelAnswer, Snapshot } from '../snapshot.ts';
import { answerOf, cellsOf, dashboards, day, plain, snapshotOf } from './given.test-helper.ts';
import { hostile, hostileExamples, shapeOf } from './hostile.test-helper.ts';
import { leadsOf } from './links.ts';
import { renderPage } from './page.ts';

/** What holds for pages as a whole: text stays text, marks, paper. */
const marksOf = (text: string, times: readonly number[], lasting = 0): Snapshot['marks'][number] => ({
  name: 'Changes',
  color: 'orange',
  answer: answerOf(
    'table',
    timeField('time', times),
    timeField(
      'timeEnd',
      times.map((time) => time + lasting),
    ),
    textField(
      'title',
      times.map(() => 'Mark'),
    ),
    textField(
      'text',
      times.map(() => text),
    ),
  ),
});

/** One panel of each type. */
const panels = panelTypes.map((type, id) => {
  const found = dashboards.flatMap((dashboard) => dashboard.panels).find((panel) => panel.type === type);
  if (found === undefined) throw new Error(`No dashboard has a panel of the type ${type}.`);
  return { ...found, id };
});

/** Whatever stands in frames: every text column of every panel, filled with it. */
function filled(text: string): Snapshot {
  const times = timeField('time', [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 2)], { interval: day });
  const names = ['account', 'feature', 'server', 'user', 'denialFamily', 'denialReason', 'product'];
  const series = numberField('value', [1, 2], { displayNameFromDS: text }, { account: text, feature: text });
  const table = answerOf(
    'table',
    ...names.map((name) => textField(name, [text, text])),
    numberField('value', [1, null], { displayName: text }),
    numberField('licenses', [1, 2], { displayName: 'Licenses in use' }),
    numberField('share', [1, 2], { displayName: 'Share of time' }),
  );
  const given = snapshotOf('la-overview', 'In overdraft');
  return {
    ...given,
    dashboard: { ...given.dashboard, title: text, description: text, panels },
    marks: [marksOf(text, [Date.UTC(2026, 2, 2), Date.UTC(2026, 2, 4)])],
    variables: { account: [text] },
    rules: [text],
    answers: new Map(
      panels.map(({ id, type, targets }) => [
        id,
        targets.map(() => (type === 'timeseries' ? answerOf('timeseries-multi', times, series) : table)),
      ]),
    ),
  };
}

const customer = readDashboard(JSON.parse(JSON.stringify(customerDashboard('acme', 'source', 'la-customer-acme'))));

test.each([...dashboards, customer].map((dashboard) => [dashboard.uid, dashboard] as const))(
  '%s: every panel can be drawn, with and without rows',
  (_, dashboard) => {
    const { answers: some } = filled('acme');
    const given = { ...filled('acme'), dashboard };
    const answers = new Map(
      dashboard.panels.map((panel) => [panel.id, some.get(panelTypes.indexOf(panel.type)) ?? []] as const),
    );
    for (const snapshot of [
      { ...given, answers },
      { ...given, answers: new Map() },
    ]) {
      const text = plain(renderPage(snapshot));
      for (const { title } of dashboard.panels) expect(text).toContain(title);
    }
  },
);

test('text from data never becomes markup', () => {
  const leads = leadsOf({ names: ['account'], variables: {}, from: 'now-1d', to: 'now', timezone: 'UTC' });
  // The pages' own markup, whatever the names are.
  const expected = shapeOf(renderPage(filled('x'), { leads }));
  fc.assert(
    fc.property(hostile, (text) => {
      fc.pre(text.trim() !== '');
      expect(shapeOf(renderPage(filled(text), { leads }))).toEqual(expected);
    }),
    {
      numRuns: 40,
      examples: hostileExamples,
    },
  );
});

describe('marks on the time axis', () => {
  const figures = answerOf(
    'timeseries-multi',
    timeField('time', [Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 3)], { interval: 2 * day }),
    numberField('value', [1, 2], { displayNameFromDS: 'Denials' }, {}),
  );
  const drawn = (marks: Snapshot['marks']): { readonly html: string; readonly chart: string } => {
    const html = renderPage({ ...snapshotOf('la-overview', 'Denials over time', figures), marks });
    return { html, chart: /<svg role="img"[\s\S]*?<\/svg>/.exec(html)?.[0] ?? '' };
  };

  test('are lines with their text, stretches of time are bands; all are listed, on the clocks of the page', () => {
    const { html, chart } = drawn([
      marksOf('4 → 6 of cad', [Date.UTC(2026, 2, 2, 12)]),
      { ...marksOf('5 clients', [Date.UTC(2026, 2, 5)], 6 * 3_600_000), name: 'Denial bursts' },
    ]);
    expect(chart).toContain('<title>Changes\n2026-03-02 13:00: 4 → 6 of cad</title>');
    expect(chart).toContain('<title>Denial bursts\n2026-03-05 01:00 to 2026-03-05 07:00: 5 clients</title>');
    expect(chart.match(/fill-opacity="0.15"/g)).toHaveLength(1);
    expect(plain(html)).toMatch(/Vertical lines: Denial bursts \(1\), Changes \(1\)/);
    const [list = ''] = /<details class="rules marks">[\s\S]*?<\/details>/.exec(html) ?? [];
    expect(cellsOf(list)).toEqual([
      ...['2026-03-05 01:00 to 2026-03-05 07:00', 'Mark', '5 clients'],
      ...['2026-03-02 13:00', 'Mark', '4 → 6 of cad'],
    ]);
  });

  test('lie where their times are', () => {
    const at = (hours: number): number => {
      const { chart } = drawn([marksOf('x', [Date.UTC(2026, 2, 1) + hours * 3_600_000])]);
      return Number(/<path d="M([\d.]+) [^"]*" stroke="var\(--t-orange\)"/.exec(chart)?.[1]);
    };
    // The range is seven days: noon of the fourth is its middle.
    expect(at(84)).toBeCloseTo((at(0) + at(168)) / 2, 0);
    expect(at(42)).toBeCloseTo((at(0) + at(84)) / 2, 0);
  });

  test('of one day share a line and a row; what lasted comes first, though restarts are many and newer', () => {
    const hours = Array.from({ length: 167 }, (_, i) => Date.UTC(2026, 2, 1) + i * 3_600_000);
    const burst = { ...marksOf('5 clients', [Date.UTC(2026, 2, 2, 12)], 6 * 3_600_000), name: 'Denial bursts' };
    const { html, chart } = drawn([{ ...marksOf('started', hours), name: 'Server restarts' }, burst]);
    // Seven days, and the burst, which is drawn over them.
    expect(chart.match(/<title>/g)).toHaveLength(8);
    expect(chart.lastIndexOf('<title>Server restarts')).toBeLessThan(chart.indexOf('<title>Denial bursts'));
    expect(chart).toMatch(/and \d+ more<\/title>/);
    const [list = ''] = /<details class="rules marks">[\s\S]*?<\/details>/.exec(html) ?? [];
    expect(plain(list)).toContain('Denial bursts (1), Server restarts (167)');
    const cells = cellsOf(list);
    expect(cells.slice(0, 6)).toEqual([
      ...['2026-03-02 13:00 to 2026-03-02 19:00', 'Mark', '5 clients'],
      ...['2026-03-07', 'Mark × 24', 'started'],
    ]);
    expect(cells).toHaveLength(3 * 8);
    expect(html.indexOf('class="rules marks"')).toBeGreaterThan(html.indexOf('How figures are counted'));
  });

  test('that are very many on one day share lines, which say how many', () => {
    const minutes = Array.from({ length: 400 }, (_, i) => Date.UTC(2026, 2, 1) + i * 60_000);
    const given = snapshotOf('la-overview', 'Denials over time', figures);
    const range = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 1, 7) };
    const html = renderPage({ ...given, range, marks: [marksOf('started', minutes)] });
    const [chart = ''] = /<svg role="img"[\s\S]*?<\/svg>/.exec(html) ?? [];
    const lines = chart.match(/<title>/g)?.length ?? 0;
    expect(lines).toBeGreaterThan(20);
    expect(lines).toBeLessThanOrEqual(41);
  });

  test('that lie outside of the range, or that there are none of, leave no trace', () => {
    const { html } = drawn([marksOf('x', [Date.UTC(2025, 0, 1)])]);
    expect(html).not.toContain('id="marks"');
    expect(html).not.toContain('Vertical lines');
  });

  test('that could not be answered are told', () => {
    const { html } = drawn([{ name: 'Server restarts', color: 'orange', answer: { error: 'Took too long.' } }]);
    expect(html).toContain('Server restarts are not marked: Took too long.');
  });
});

describe('on paper', () => {
  const rows = (count: number, ...names: string[]): PanelAnswer =>
    answerOf(
      'table',
      ...names.map((name) => textField(name, new Array<string>(count).fill('cloud_reader'), { displayName: name })),
    );
  const expiring = (answer: PanelAnswer): string =>
    /<div class="(band[^"]*)">\s*<article\s+class="(panel[^"]*)"/
      .exec(renderPage(snapshotOf('la-servers', 'Data quality', answer)))
      ?.slice(1)
      .join(' | ') ?? '';
  const columns = (count: number): string[] => Array.from({ length: count }, (_, i) => `column ${i}`);

  test('short tables stay whole, others may go on on the next page', () => {
    expect(expiring(rows(6, 'server'))).toBe('band | panel w24 p24');
    expect(expiring(rows(200, 'server'))).toBe('band | panel w24 p24 long');
  });

  test('tables of many columns lie across, then in small print, then with long words broken', () => {
    expect(expiring(rows(30, ...columns(8)))).toBe('band | panel w24 p24 long');
    expect(expiring(rows(30, ...columns(12)))).toBe('band across | panel w24 p24 long');
    expect(expiring(rows(30, ...columns(16)))).toBe('band across | panel w24 p24 long fine');
    expect(expiring(rows(30, ...columns(20)))).toBe('band across | panel w24 p24 long fine tight');
  });
});
