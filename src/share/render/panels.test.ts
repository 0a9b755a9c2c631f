import { numberField, textField, timeField } from '../../engine/frame.ts';
import { answerOf, cellsOf, day, plain, snapshotOf } from './given.test-helper.ts';
import { leadsOf } from './links.ts';
import { renderPage } from './page.ts';

/** What single panels of a page look like. */
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

test('shares have names of families, and read in %', () => {
  const html = renderPage(
    snapshotOf(
      'la-overview',
      'Denials distribution',
      answerOf(
        'numeric-long',
        textField('denialFamily', ['expired', 'queued'], {
          displayName: 'Denial family',
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
        numberField('value', [75, 25], { displayName: 'Denial Rate (%)', unit: 'percent' }),
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
