import * as fc from 'fast-check';
import { numberField, textField, timeField } from '../../engine/frame.ts';
import { customerDashboard } from '../../../dashboards/source/pages/customer.ts';
import { panelTypes, readDashboard } from '../dashboard.ts';
import type { PanelAnswer, Snapshot } from '../snapshot.ts';
import { answerOf, dashboards, day, snapshotOf } from './given.test-helper.ts';
import { leadsOf } from './links.ts';
import { renderPage } from './page.ts';

/** The text of a page without its markup, and its rows of a table. */
const plain = (html: string): string =>
  html
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const cellsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, content = '']) => plain(content).trim());

const count = { unit: 'locale' };

describe('a figure', () => {
  test('is coloured by its threshold', () => {
    const html = renderPage(
      snapshotOf(
        'la-customer',
        'Highest usage',
        answerOf('numeric-long', numberField('value', [118], { unit: 'percent' })),
      ),
    );
    expect(html).toMatch(/class="value t-purple"\s*>118%/);
  });

  test('says how many of how many, and how many it was before', () => {
    const counted = answerOf(
      'timeseries-multi',
      timeField(
        'time',
        [0, 1, 2].map((i) => Date.UTC(2026, 1, 15) + 7 * i * day),
      ),
      numberField('count', [30, 24, 27], { displayName: 'Count', decimals: 0, unit: 'suffix:of 84' }),
      numberField('of', [80, 81, 84], { displayName: 'Of', decimals: 0 }),
    );
    const html = renderPage(snapshotOf('la-overview', 'Customers at 80 %', counted));
    expect(html).toMatch(/class="value t-yellow"\s*>27 of 84</);
    expect(plain(html)).toContain('24 of 81 in the 7 days before');
    expect(html).toContain('<path d="M0.0 0.0L50.0 4.0L100.0 2.0"/>');
  });

  test('whose last time is unknown is unknown, whatever it was before', () => {
    const unknown = answerOf(
      'timeseries-multi',
      timeField('time', [Date.UTC(2026, 1, 22), Date.UTC(2026, 2, 1)]),
      numberField('count', [24, null], { displayName: 'Count', decimals: 0 }),
      numberField('of', [81, null], { displayName: 'Of', decimals: 0 }),
    );
    const html = renderPage(snapshotOf('la-overview', 'Customers at 80 %', unknown));
    expect(html).toMatch(/class="value"\s*>no data</);
  });

  test('without rows says what that means; unknown is grey, and says so', () => {
    expect(renderPage(snapshotOf('la-overview', 'Unresolved denials', { frames: [] }))).toMatch(/empty">not tracked</);
    const html = renderPage(
      snapshotOf('la-customer', 'Highest usage', answerOf('numeric-long', numberField('value', [null], count))),
    );
    expect(html).toMatch(/t-grey"\s*>unknown</);
  });
});

test('an answer that failed is told in its panel', () => {
  const html = renderPage(snapshotOf('la-overview', 'Unresolved denials', { error: 'Took <b>too</b> long.' }));
  expect(html).toContain('<p class="error">Took &lt;b&gt;too&lt;/b&gt; long.</p>');
});

describe('a table', () => {
  test('has the columns that its panel names, cells by thresholds, unknown in grey', () => {
    const html = renderPage(
      snapshotOf(
        'la-utilization',
        'Usage by customer and feature',
        answerOf(
          'table',
          textField('account', ['acme', 'globex', 'initech'], { displayName: 'Account' }),
          numberField('usagePercentage', [118, 82.5, null], { displayName: 'Usage percentage', unit: 'percent' }),
          numberField('hoursAt80', [0.5, 1, null], { displayName: 'Hours at 80 %', unit: 'suffix: h' }),
          timeField('peakAt', [Date.UTC(2026, 6, 1, 22, 30), null, null], { displayName: 'When' }, true),
        ),
      ),
    );
    expect(html).toContain('<td class="n b-dark-purple" data-v="118">118%</td>');
    expect(html).toMatch(/<td class="n[a-z -]* b-yellow" data-v="1">1 h<\/td>/);
    expect(html).toContain('<td class="n b-grey">unknown</td>');
    expect(plain(html)).toContain('2026-07-02 00:30 ');
    expect(plain(html)).not.toMatch(/1970/);
  });

  test('puts several answers beside each other', () => {
    const feature = (values: string[]) => textField('feature', values, { displayName: 'Feature' });
    const html = renderPage(
      snapshotOf(
        'la-customer',
        'Used against bought',
        answerOf(
          'numeric-long',
          feature(['cad', 'mesh']),
          numberField('value', [3, 1], { displayName: 'In use then', ...count }),
        ),
        answerOf(
          'numeric-long',
          feature(['mesh', 'sim']),
          numberField('value', [7, 9], { displayName: 'Unique served clients', ...count }),
        ),
      ),
    );
    const used = html.indexOf('>In use then<');
    expect([used > 0, html.indexOf('>Unique served clients<') > used]).toEqual([true, true]);
    expect(cellsOf(html)).toEqual(['cad', '3', '', 'mesh', '1', '7', 'sim', '', '9']);
  });

  test('is no heat map: that has hours across and days down, darker where higher', () => {
    const html = renderPage(
      snapshotOf(
        'la-utilization',
        'When in the week: peak by hour',
        answerOf(
          'numeric-long',
          textField('weekday', ['Mon', 'Mon', 'Tue'], { displayName: 'Weekday' }),
          textField('hour', ['00', '01', '00'], { displayName: 'Hour of the day' }),
          numberField('value', [0, 5, 10], { displayName: 'Peak concurrent licenses', ...count }),
        ),
      ),
    );
    expect(plain(html)).toMatch(/0 1 Mon 0 5 Tue 10/);
    expect(html).toMatch(/class="c h0">0</);
    expect(html).toMatch(/class="c h15">10</);
  });

  test('shows times on the clocks of the snapshot', () => {
    const html = renderPage(
      snapshotOf(
        'la-servers',
        'Restarts',
        answerOf(
          'table',
          timeField('time', [Date.UTC(2026, 6, 1, 22, 30)], { displayName: 'Time' }),
          textField('text', ['acmed started'], { displayName: 'Text' }),
          textField('other', ['not chosen'], { displayName: 'Other' }),
        ),
      ),
    );
    expect(cellsOf(html)).toEqual(['2026-07-02 00:30:00', 'acmed started']);
  });
});

test('bars are named by their rows, the longest takes the width', () => {
  const html = renderPage(
    snapshotOf(
      'la-overview',
      'Most active customers',
      answerOf('numeric-long', textField('account', ['acme', 'globex']), numberField('value', [2000, 500], count)),
    ),
  );
  expect(plain(html)).toMatch(/acme 2,000 globex 500/);
  expect(html.match(/class="f-blue"\s+width="([\d.]+%)"/g)?.map((text) => text.replace(/.*width=/s, ''))).toEqual([
    '"100.00%"',
    '"25.00%"',
  ]);
});

test('bars have names of families, and read in %', () => {
  const html = renderPage(
    snapshotOf(
      'la-overview',
      'Denials distribution',
      answerOf(
        'numeric-long',
        textField('denialFamily', ['expired', 'queued'], {
          mappings: [
            {
              type: 'value',
              options: {
                expired: { text: 'Expired / no valid line item', index: 0 },
                queued: { text: 'Queued', index: 1 },
              },
            },
          ],
        }),
        numberField('value', [75, 25], { unit: 'percent' }),
      ),
    ),
  );
  expect(plain(html)).toMatch(/Expired \/ no valid line item 75% Queued 25%/);
});

describe('figures over time', () => {
  const time = (...days: readonly number[]) =>
    timeField(
      'time',
      days.map((i) => Date.UTC(2026, 2, 1) + i * day),
      { interval: day },
    );
  test('are lines with a gap where nothing is known, the bought quantity dashed, and a table of all', () => {
    const html = renderPage(
      snapshotOf(
        'la-feature',
        'Licenses in use against capacity',
        answerOf(
          'timeseries-multi',
          time(0, 1, 2),
          numberField('value', [1, null, 3], { displayNameFromDS: 'Peak concurrent licenses', ...count }, {}),
        ),
        answerOf(
          'timeseries-multi',
          time(0, 1, 2),
          numberField('value', [5, 5, 5], { displayNameFromDS: 'Entitled licenses', ...count }, {}),
        ),
        { frames: [] },
      ),
    );
    const [chart = ''] = /<svg role="img"[\s\S]*?<\/svg>/.exec(html) ?? [];
    expect(chart).toContain('stroke-dasharray="8,6"');
    const peak = [...chart.matchAll(/<path d="([^"]*)" fill="none"[^>]*stroke="#5794F2"/g)].map(
      ([, path = '']) => path,
    );
    // Two strokes: what lies between them is unknown.
    expect(peak.map((path) => path.split('M').length - 1)).toEqual([2]);
    expect(html).toContain('Peak concurrent licenses: at most 3; Entitled licenses: at most 5.');
    expect(cellsOf(html)).toEqual(['1', '5', '', '5', '3', '5']);
    expect(html).not.toMatch(/\sstyle="|\son\w+="/);
  });

  test('that are counted stand on top of each other', () => {
    const series = (name: string, values: number[]) =>
      answerOf('timeseries-multi', time(0, 1), numberField('value', values, { displayNameFromDS: name, ...count }, {}));
    const html = renderPage(
      snapshotOf(
        'la-events',
        'Checkouts and denials over time',
        series('Checkouts', [4, 2]),
        series('Denials', [1, 0]),
      ),
    );
    const [chart = ''] = /<svg role="img"[\s\S]*?<\/svg>/.exec(html) ?? [];
    expect(chart.match(/fill="#F2495C"/g)).toHaveLength(1);
    expect(chart.match(/fill="#5794F2"/g)).toHaveLength(2);
  });

  test('lines and bars lead to what their names lead to', () => {
    const leads = leadsOf({ names: [], variables: {}, from: 'now-30d', to: 'now', timezone: 'UTC' });
    const series = numberField('value', [50, 120], { displayNameFromDS: 'acme', unit: 'percent' }, { account: 'acme' });
    const answer = answerOf('timeseries-multi', time(0, 1), series);
    const html = renderPage(snapshotOf('la-feature', 'Usage by customer', answer), { leads });
    const [layer = ''] = /<svg class="over lines"[\s\S]*?<\/svg>/.exec(html) ?? [];
    expect(layer).toContain('href="/d/la-customer?var-account=acme&amp;from=now-30d&amp;to=now"');
    expect(layer).toMatch(/<path d="M\d+ \d+H\d+V\d+H\d+">/);
  });

  test('a year on paper has several dates below it', () => {
    const given = snapshotOf(
      'la-overview',
      'Denials over time',
      answerOf('timeseries-multi', time(0), numberField('value', [1], {}, {})),
    );
    const range = { from: Date.UTC(2025, 2, 17), to: Date.UTC(2026, 2, 17) };
    const charts = renderPage({ ...given, range }).match(/<svg role="img"[\s\S]*?<\/svg>/g) ?? [];
    expect(charts.length).toBeGreaterThan(1);
    for (const chart of charts) expect(chart.match(/>20\d\d-\d\d<\/text>/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test('no axis of whole things has a mark between two of them', () => {
    const marksOf = (values: number[]): readonly string[] => {
      const counted = numberField('value', values, { displayNameFromDS: 'Denials', ...count }, {});
      const html = renderPage(
        snapshotOf('la-events', 'Checkouts and denials over time', answerOf('timeseries-multi', time(0, 1), counted)),
      );
      const [chart = ''] = /<svg role="img"[\s\S]*?<\/svg>/.exec(html) ?? [];
      return [...chart.matchAll(/>([\d.]+)<\/text>/g)].map(([, text = '']) => text);
    };
    expect(marksOf([1, 2])).toEqual(['0', '1', '2']);
    expect(marksOf([1, 2.5])).toContain('0.50');
  });
});

test('a curve is drawn by another figure', () => {
  const html = renderPage(
    snapshotOf(
      'la-utilization',
      'Share of time with at least n licenses',
      answerOf(
        'table',
        numberField('licenses', [0, 1, 2], { displayName: 'Licenses in use', ...count }),
        numberField('hours', [1, 1, 1], { displayName: 'Hours', unit: 'h' }),
        numberField('share', [100, 60, 20], { displayName: 'Share of time', unit: 'percent' }),
      ),
    ),
  );
  expect(html).toContain('Share of time by Licenses in use: from 100% at 0 to 20% at 2.');
  expect(cellsOf(html)).toEqual(['100%', '60%', '20%']);
});

test('links keep what is chosen, and take values from the row', () => {
  const snapshot = snapshotOf(
    'la-overview',
    'Most active customers',
    answerOf('numeric-long', textField('account', ['A & "B"']), numberField('value', [1], count)),
  );
  const leads = leadsOf({
    names: ['account', 'model'],
    variables: { account: ['old'], model: ['concurrent'] },
    from: 'now-30d',
    to: 'now',
    timezone: 'UTC',
  });
  expect(renderPage(snapshot, { leads })).toContain(
    'href="/d/la-customer?var-account=A%20%26%20%22B%22&amp;var-model=concurrent&amp;from=now-30d&amp;to=now"',
  );
  expect(renderPage(snapshot)).not.toContain('href="/d/');
});

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

/** Whatever stands in frames: every text column of every panel, filled with it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '</style><script>',
    ']]><script>',
    '\u202ereversed',
    '$&$1${__data.fields.account}',
    'javascript:alert(1)',
  ),
);

/** One panel of each type. */
const panels = panelTypes.map((type, id) => {
  const found = dashboards.flatMap((dashboard) => dashboard.panels).find((panel) => panel.type === type);
  if (found === undefined) throw new Error(`No dashboard has a panel of the type ${type}.`);
  return { ...found, id };
});

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
  // The pages' own markup, whatever the names are: the same tags and attributes as with a harmless one.
  const shape = (html: string): string =>
    (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '')).join('');
  const expected = shape(renderPage(filled('x'), { leads }));
  fc.assert(
    fc.property(hostile, (text) => {
      fc.pre(text.trim() !== '');
      expect(shape(renderPage(filled(text), { leads }))).toEqual(expected);
    }),
    {
      numRuns: 40,
      examples: [['"><img src=x onerror=alert(1)>'], ['<script>alert(1)</script>'], ["' onmouseover='x"]],
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

  test('only tables that do not fit on a page may go on on the next one', () => {
    expect(expiring(rows(10, 'server'))).toBe('band | panel w24 p24');
    expect(expiring(rows(200, 'server'))).toBe('band | panel w24 p24 long');
  });

  test('tables of many columns lie across, then in small print, then with long words broken', () => {
    expect(expiring(rows(30, ...columns(8)))).toBe('band | panel w24 p24 long');
    expect(expiring(rows(30, ...columns(12)))).toBe('band across | panel w24 p24 long');
    expect(expiring(rows(30, ...columns(16)))).toBe('band across | panel w24 p24 long fine');
    expect(expiring(rows(30, ...columns(20)))).toBe('band across | panel w24 p24 long fine tight');
  });
});
