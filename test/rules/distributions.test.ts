import { head, useStore } from './given.ts';

/** How use is spread: over numbers of licenses, over lengths of sessions. */
const given = useStore();
const out = (time: string, count: number, who: string, feature = 'cad'): string =>
  `${time} (acmed) OUT: "${feature}" ${who}  (${count} licenses) \n`;
const back = (time: string, count: number, who: string, feature = 'cad'): string =>
  `${time} (acmed) IN: "${feature}" ${who}  (${count} licenses) \n`;
const end = (time: string, day = '3/2/2026'): string => `${time} (acmed) TIMESTAMP ${day}\n`;

describe('time at n licenses', () => {
  /** 0 until 9:00, 2 until 10:00, 5 until 10:30, 3 until 12:00, 0 until 14:00, where the data end. */
  const log =
    head('3/2/2026') +
    out(' 9:00:00', 2, 'ana@ws1') +
    out('10:00:00', 3, 'bob@ws2') +
    back('10:30:00', 2, 'ana@ws1') +
    back('12:00:00', 3, 'bob@ws2') +
    end('14:00:00');
  const curve = { measure: 'timeAtLicenses' };

  test('five licenses for half an hour of six: two would do for three quarters of the time', async () => {
    const { ask } = await given({ log });
    expect(await ask(curve, '2026-03-02 08:00:00', '2026-03-02 20:00:00')).toEqual([
      [5, 0.5, (100 * 0.5) / 6],
      [3, 1.5, (100 * 2) / 6],
      [2, 1, (100 * 3) / 6],
      [0, 3, 100],
    ]);
    // What was open before the range counts from its start on.
    expect(await ask(curve, '2026-03-02 09:45:00', '2026-03-02 10:15:00')).toEqual([
      [5, 0.25, 50],
      [2, 0.25, 100],
    ]);
    expect(await ask(curve, '2026-03-02 09:15:00', '2026-03-02 09:45:00')).toEqual([[2, 0.5, 100]]);
    // Nothing is known after the last line.
    expect(await ask(curve, '2026-03-02 15:00:00', '2026-03-02 16:00:00')).toEqual([]);
  });

  test('within working hours only, in their time zone', async () => {
    const { ask } = await given({ log });
    const workingHours = { from: '11:00', to: '13:00', timezone: 'Europe/Berlin' };
    expect(await ask({ ...curve, workingHours }, '2026-03-02 00:00:00', '2026-03-03 00:00:00')).toEqual([
      [5, 0.5, 25],
      [3, 1.5, 100],
    ]);
  });

  test('group by group, from the most licenses down; a checkout that lasts no time is none', async () => {
    const { ask } = await given({
      log:
        head('3/2/2026') +
        out(' 9:00:00', 1, 'ana@ws1', 'sim') +
        out('10:00:00', 9, 'ana@ws1') +
        back('10:00:00', 9, 'ana@ws1') +
        out('11:00:00', 1, 'ana@ws1') +
        end('12:00:00'),
    });
    expect(await ask({ ...curve, groupBy: ['feature'] }, '2026-03-02 08:00:00', '2026-03-02 12:00:00')).toEqual([
      ['cad', 1, 1, 25],
      ['cad', 0, 3, 100],
      ['sim', 1, 3, 75],
      ['sim', 0, 1, 100],
    ]);
    await expect(ask({ ...curve, groupBy: ['denialReason'] })).rejects.toThrow(/only denials have a reason/);
    await expect(ask({ ...curve, shape: 'timeSeries' })).rejects.toThrow(/it is a listing/);
  });
});

test('sessions by length: from short to long, each class from its lower bound on; open sessions are left out', async () => {
  const { ask } = await given({
    log:
      head('3/2/2026') +
      out(' 9:00:00', 1, 'ana@ws1') +
      back(' 9:00:59', 1, 'ana@ws1') +
      out(' 9:01:00', 1, 'ana@ws1') +
      back(' 9:02:00', 1, 'ana@ws1') +
      out(' 9:10:00', 1, 'bob@ws2', 'sim') +
      back(' 9:20:00', 1, 'bob@ws2', 'sim') +
      out(' 9:30:00', 1, 'ana@ws1') +
      back('13:29:59', 1, 'ana@ws1') +
      out('14:00:00', 1, 'ana@ws1') +
      end('23:00:00'),
  });
  const lengths = { measure: 'sessionLengths' };
  expect(await ask(lengths)).toEqual([
    ['under 1 min', 1, 25],
    ['1–10 min', 1, 25],
    ['10–60 min', 1, 25],
    ['1–4 h', 1, 25],
    ['4–8 h', 0, 0],
    ['8–24 h', 0, 0],
    ['1–7 days', 0, 0],
    ['over 7 days', 0, 0],
  ]);
  const perFeature = await ask({ ...lengths, groupBy: ['feature'], having: { operator: '>', value: 0 } });
  expect(perFeature.map(([feature, length, , share]) => [feature, length, share])).toEqual([
    ['cad', 'under 1 min', 100 / 3],
    ['cad', '1–10 min', 100 / 3],
    ['cad', '1–4 h', 100 / 3],
    ['sim', '10–60 min', 100],
  ]);
  // The same sessions as the session duration's: those that end in the range.
  expect(await ask(lengths, '2026-03-02 13:00:00', '2026-03-02 14:00:00')).toContainEqual(['1–4 h', 1, 100]);
  expect(await ask(lengths, '2026-03-02 14:00:00', '2026-03-02 15:00:00')).toEqual([]);
});
