import { buffer, text } from 'node:stream/consumers';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { numberField, textField, timeField } from '../engine/frame.ts';
import { csvOf } from './csv.ts';
import { csv } from './outlets/csv.ts';
import { answerOf, day, snapshotOf } from './render/given.test-helper.ts';
import type { Snapshot } from './snapshot.ts';
import { tableOfPanel } from './table.ts';

/** The panel's CSV as a page's download gives it. */
const csvIn = (snapshot: Snapshot): Promise<string> =>
  text(csvOf(tableOfPanel(snapshot.dashboard.panels[0]!, snapshot), snapshot.timezone));

describe('a panel as a table', () => {
  test('has numbers as they are, unknown is empty, and no formulas', async () => {
    const snapshot = snapshotOf(
      'la-overview',
      'Most active customers',
      answerOf(
        'numeric-long',
        textField('account', ['=cmd|1', 'a "b", c', '-x', '-5', '-5+cmd|1', '007']),
        numberField('value', [-1.25, 1000, null], { displayName: 'Events', unit: 'locale' }),
      ),
    );
    expect(await csvIn(snapshot)).toBe(
      `account,Events\r\n'=cmd|1,-1.25\r\n"a ""b"", c",1000\r\n'-x,\r\n-5,\r\n'-5+cmd|1,\r\n007,\r\n`,
    );
  });

  test('leaves the account out where everything is of one', async () => {
    const account = { displayName: 'Account', custom: { hidden: true, hideFrom: { viz: true } } };
    const snapshot = snapshotOf(
      'la-overview',
      'Most active customers',
      answerOf(
        'numeric-long',
        textField('account', ['acme'], account),
        numberField('value', [2], { displayName: 'Events' }),
      ),
    );
    expect(await csvIn(snapshot)).toBe('Events\r\n2\r\n');
  });

  test('of a figure that counts rows keeps the unit of what it counts', async () => {
    const snapshot = snapshotOf(
      'la-overview',
      'Ending in 30 days',
      answerOf(
        'numeric-long',
        textField('account', ['a']),
        numberField('value', [7], { displayName: 'Left', unit: 'suffix: d' }),
      ),
    );
    expect(await csvIn(snapshot)).toBe('account,Left (days)\r\na,7\r\n');
  });

  test('of series has a row for each time, with the offset of the clocks of the page', async () => {
    const time = timeField('time', [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)], { interval: day });
    const snapshot = snapshotOf(
      'la-events',
      'Checkouts and denials over time',
      answerOf('timeseries-multi', time, numberField('value', [4, null], { displayNameFromDS: 'Checkouts' }, {})),
      answerOf('timeseries-multi', time, numberField('value', [1, 2.5], { displayNameFromDS: 'Denials' }, {})),
    );
    // Berlin's clocks were put forward in between.
    expect(await csvIn(snapshot)).toBe(
      'time,Checkouts,Denials\r\n2026-03-01T01:00:00+01:00,4,1\r\n2026-04-01T02:00:00+02:00,,2.5\r\n',
    );
  });

  test('is the same file from a page and as a report', async () => {
    const snapshot = snapshotOf(
      'la-overview',
      'Most active customers',
      answerOf('numeric-long', textField('account', ['acme']), numberField('value', [1], { unit: 'locale' })),
    );
    const report = await buffer(await csv.open(snapshot, { table: 'most active customers' }));
    expect(report.toString()).toBe(await csvIn(snapshot));
  });

  test('whatever names are, reading the file gives them back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), async (names) => {
        const snapshot = snapshotOf(
          'la-overview',
          'Most active customers',
          answerOf(
            'numeric-long',
            textField('account', names),
            numberField(
              'value',
              names.map((_, i) => i),
              { displayName: 'Events' },
            ),
          ),
        );
        const rows: readonly string[][] = parse(await csvIn(snapshot), { from_line: 2 });
        // What would begin a formula has an apostrophe before it.
        expect(rows.map(([name = '']) => name.replace(/^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, ''))).toEqual(names);
        expect(rows.map(([, figure]) => Number(figure))).toEqual(names.map((_, i) => i));
      }),
    );
  });
});
