import fc from 'fast-check';
import { DateTime } from 'luxon';
import { periodsOf } from './range.ts';
import { dueTimes, nextDue, subscriptionSchema } from './subscription.ts';

const iso = (time: number): string => new Date(time).toISOString();
const at = (text: string): number => Date.parse(text);

describe('when a report is due', () => {
  const mondays = { schedule: '0 7 * * 1', timezone: 'Europe/Berlin' };

  it('goes by the clocks of its time zone, in winter and in summer', () => {
    const times = dueTimes(mondays, { after: at('2026-03-20T00:00Z'), until: at('2026-03-31T00:00Z'), most: 9 });
    // Clocks go forward on 29 March.
    expect(times.map(iso)).toEqual(['2026-03-30T05:00:00.000Z', '2026-03-23T06:00:00.000Z']);
    expect(iso(nextDue(mondays, at('2026-03-23T06:00:00Z'))!)).toBe('2026-03-30T05:00:00.000Z');
  });

  it('once a day, also when the clock shows that time twice or not at all', () => {
    const nightly = { schedule: '30 2 * * *', timezone: 'Europe/Berlin' };
    const days = (after: string, until: string) =>
      dueTimes(nightly, { after: at(after), until: at(until), most: 9 }).length;
    expect(days('2026-03-28T12:00Z', '2026-03-29T12:00Z')).toBe(1);
    expect(days('2026-10-24T12:00Z', '2026-10-25T12:00Z')).toBe(1);
  });

  it('from after the start, exclusive, up to the end, inclusive', () => {
    const due = at('2026-11-23T06:00:00Z');
    expect(dueTimes(mondays, { after: due - 1, until: due, most: 9 })).toEqual([due]);
    expect(dueTimes(mondays, { after: due, until: due + 1000, most: 9 })).toEqual([]);
    expect(dueTimes(mondays, { after: due - 1, until: due - 1, most: 9 })).toEqual([]);
  });

  it('neighbouring stretches have together what the whole has', () => {
    const schedule = fc.constantFrom('0 7 * * 1', '*/20 * * * *', '0 0 1 * *', '15 6,18 * * 1-5');
    const start = at('2026-10-01T00:00Z');
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (text, a, b) => {
        const [middle, end] = [start + a * 600_000, start + (a + b) * 600_000];
        const of = (after: number, until: number) =>
          dueTimes({ schedule: text, timezone: 'Europe/Berlin' }, { after, until, most: 9999 });
        expect([...of(middle, end), ...of(start, middle)]).toEqual([...of(start, end)]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what it is about', () => {
  const words = (range: unknown, due: string, timezone = 'Europe/Berlin') => {
    const { range: checked } = subscriptionSchema.parse({
      name: 'n',
      account: 'a',
      recipients: ['a@b.example'],
      range,
    });
    const { current, before, words: text } = periodsOf({ range: checked, timezone }, at(due));
    return [text, iso(current.from), iso(current.to), iso(before.from), iso(before.to)];
  };

  it('last week is Monday to Sunday, compared with the week before', () => {
    expect(words('lastWeek', '2026-11-23T06:00Z')).toEqual([
      '16 Nov 2026 to 22 Nov 2026',
      '2026-11-15T23:00:00.000Z',
      '2026-11-22T23:00:00.000Z',
      '2026-11-08T23:00:00.000Z',
      '2026-11-15T23:00:00.000Z',
    ]);
  });

  it('last month is compared with the month before, however long', () => {
    expect(words('lastMonth', '2026-03-01T06:00Z', 'UTC')).toEqual([
      '1 Feb 2026 to 28 Feb 2026',
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
    ]);
  });

  it('any other range is compared with as long a time just before', () => {
    expect(words({ from: 'now-6h', to: 'now' }, '2026-11-23T06:00Z', 'UTC')).toEqual([
      '23 Nov 2026 00:00 to 23 Nov 2026 06:00',
      '2026-11-23T00:00:00.000Z',
      '2026-11-23T06:00:00.000Z',
      '2026-11-22T18:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
    ]);
  });

  it('a report that is sent late is still the one that was due', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (hours) => {
        const due = at('2026-11-23T06:00Z') + hours * 3_600_000;
        const { current } = periodsOf({ range: 'lastWeek', timezone: 'Europe/Berlin' }, due);
        const start = DateTime.fromMillis(due, { zone: 'Europe/Berlin' }).startOf('week');
        expect([current.from, current.to]).toEqual([start.minus({ weeks: 1 }).toMillis(), start.toMillis()]);
      }),
    );
  });
});
