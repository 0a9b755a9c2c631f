import { head, useStore } from './given.ts';

/** When in the week licenses are used: 2 March 2026 is a Monday. */
const given = useStore();
const columns = 'account,product,feature,version,model,quantity,overdraft,start,end,server,period';
const bought = (...rows: string[]): string => [columns, ...rows, ''].join('\n');
const out = (time: string, count: number, who: string, feature = 'cad'): string =>
  `${time} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n`;
const back = (time: string, count: number, who: string, feature = 'cad'): string =>
  `${time} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const anchor = (time: string, day: string): string => `${time} (acmed) TIMESTAMP ${day}\n`;

/** Mondays: 2 licenses on 2 March and 5 on 9 March, both from 9:15; Tuesday 3 March: one, from 9:30. */
const log =
  head('3/2/2026') +
  out(' 9:15:00', 2, 'ana@ws1') +
  back('10:15:00', 2, 'ana@ws1') +
  anchor('23:00:00', '3/2/2026') +
  out(' 9:30:00', 1, 'bob@ws2') +
  back(' 9:45:00', 1, 'bob@ws2') +
  anchor('10:00:00', '3/3/2026') +
  anchor(' 8:00:00', '3/9/2026') +
  out(' 9:15:00', 5, 'ana@ws1') +
  back('10:15:00', 5, 'ana@ws1') +
  anchor('23:59:59', '3/15/2026');
const twoWeeks = ['2026-03-02 00:00:00', '2026-03-16 00:00:00'] as const;
const busy = { having: { operator: '>', value: 0 } };

test('the peak of every weekday and hour, Monday first', async () => {
  const { ask } = await given({ log });
  expect(await ask({ measure: 'peakConcurrent', groupBy: ['weekday', 'hour'], ...busy }, ...twoWeeks)).toEqual([
    ['Mon', '09', 5],
    ['Mon', '10', 5],
    ['Tue', '09', 1],
  ]);
  expect(await ask({ measure: 'peakConcurrent', groupBy: ['weekday'] }, ...twoWeeks)).toEqual([
    ['Mon', 5],
    ['Tue', 1],
    ['Wed', 0],
    ['Thu', 0],
    ['Fri', 0],
    ['Sat', 0],
    ['Sun', 0],
  ]);
  const hours = await ask({ measure: 'peakConcurrent', groupBy: ['hour', 'account'] }, ...twoWeeks);
  expect(hours.map(([hour]) => hour)).toEqual(Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')));
  expect(hours[9]).toEqual(['09', 'acme', 5]);
  // An order that is asked for: weekdays still stand in the order of the week.
  expect(
    await ask({ measure: 'peakConcurrent', groupBy: ['weekday'], ...busy, orderBy: 'weekday desc' }, ...twoWeeks),
  ).toEqual([
    ['Tue', 1],
    ['Mon', 5],
  ]);
});

test('averages are means over the hours, lines and license-hours add up', async () => {
  const { ask } = await given({ log });
  const monday = async (measure: string) =>
    (await ask({ measure, groupBy: ['weekday', 'hour'] }, ...twoWeeks)).find(
      ([weekday, hour]) => weekday === 'Mon' && hour === '09',
    )?.[2];
  // Three quarters of the hour, 2 on one Monday and 5 on the other.
  expect(await monday('averageConcurrent')).toBe((0.75 * 2 + 0.75 * 5) / 2);
  expect(await monday('licenseHours')).toBe(0.75 * 2 + 0.75 * 5);
  expect(await monday('checkouts')).toBe(2);
});

test('hours are those of the time zone asked for', async () => {
  const { ask } = await given({ log });
  const tokyo = { measure: 'checkouts', groupBy: ['weekday', 'hour'], timezone: 'Asia/Tokyo', ...busy };
  expect(await ask(tokyo, ...twoWeeks)).toEqual([
    ['Mon', '18', 2],
    ['Tue', '18', 1],
  ]);
  // Kolkata is half an hour off: 9:15 UTC is 14:45, 9:30 UTC is 15:00.
  expect(await ask({ ...tokyo, timezone: 'Asia/Kolkata' }, ...twoWeeks)).toEqual([
    ['Mon', '14', 2],
    ['Tue', '15', 1],
  ]);
});

test('hours outside working hours, and those after the data end, are not made up', async () => {
  const { ask } = await given({ log });
  const rows = await ask(
    { measure: 'peakConcurrent', groupBy: ['weekday', 'hour'], workingHours: { from: '09:00', to: '11:00' } },
    ...twoWeeks,
  );
  expect(rows).toHaveLength(5 * 2);
  expect(rows[0]).toEqual(['Mon', '09', 5]);
  const later = await ask(
    { measure: 'peakConcurrent', groupBy: ['weekday'] },
    '2026-03-15 00:00:00',
    '2026-03-17 00:00:00',
  );
  expect(later).toEqual([
    ['Mon', null],
    ['Sun', 0],
  ]);
});

test('the feature that the highest percentage comes from goes with it', async () => {
  const { ask } = await given({
    log:
      head('3/2/2026') +
      out(' 9:15:00', 2, 'ana@ws1') +
      back(' 9:30:00', 2, 'ana@ws1') +
      out('10:15:00', 3, 'ana@ws1', 'sim') +
      back('10:30:00', 3, 'ana@ws1', 'sim') +
      anchor('11:00:00', '3/2/2026') +
      anchor(' 8:00:00', '3/9/2026') +
      out(' 9:15:00', 1, 'ana@ws1', 'sim') +
      back(' 9:30:00', 1, 'ana@ws1', 'sim') +
      anchor('11:00:00', '3/9/2026'),
    entitlements: bought(
      'acme,,cad,,concurrent,4,0,2026-01-01,2026-12-31,,',
      'acme,,sim,,concurrent,4,0,2026-01-01,2026-12-31,,',
    ),
  });
  const table = { measure: 'usagePercentage', groupBy: ['account', 'weekday', 'hour'], ...busy };
  expect(await ask(table, ...twoWeeks)).toEqual([
    ['acme', 'Mon', '09', 'cad', 50],
    ['acme', 'Mon', '10', 'sim', 75],
  ]);
  expect(
    await ask({ ...table, groupBy: ['weekday'], measure: 'overdraft', having: undefined }, ...twoWeeks),
  ).toContainEqual(['Mon', 'cad', 0]);
});

test('what makes no sense says why', async () => {
  const { ask } = await given({ log });
  const table = { measure: 'peakConcurrent', groupBy: ['hour'] };
  await expect(ask({ ...table, shape: 'timeSeries' })).rejects.toThrow(
    /hour: that puts the hours of all weeks together; use the shape "table"/,
  );
  await expect(ask({ ...table, filters: [{ dimension: 'weekday', operator: '=', values: ['Mon'] }] })).rejects.toThrow(
    /cannot be weekday.*use workingHours instead/,
  );
  await expect(ask({ ...table, measure: 'uniqueClients' })).rejects.toThrow(
    /figures of single hours do not make up one of all of them; ask peakConcurrent, averageConcurrent/,
  );
  await expect(ask({ ...table, measure: 'allEvents' })).rejects.toThrow(/listing/);
  await expect(ask({ ...table, measure: 'denials', denials: { count: 'clients' } })).rejects.toThrow(
    /distinct clients/,
  );
  await expect(ask(table, '2025-01-01 00:00:00', '2026-03-01 00:00:00')).rejects.toThrow(
    /at most 400 days to group by hour, found 424. Ask for a shorter range/,
  );
});
