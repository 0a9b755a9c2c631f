import { boundEdges, planSpans } from './levels.ts';
import { siteCalendar } from './site-calendar.ts';

const calendar = siteCalendar('Europe/Berlin');
const at = (text: string): number => Date.parse(`${text}+02:00`);
const lines = { from: at('2026-04-10T09:00'), to: at('2026-06-20T15:00') };
const plan = (from: string, to: string): string[] =>
  planSpans([{ from: at(from), to: at(to) }], ['month', 'day'], { calendar, lines }).map(
    (span) => `${span.level} ${new Date(span.from).toISOString()} ${new Date(span.to).toISOString()}`,
  );

describe('planSpans', () => {
  it('reads months inside, days around them, and single rows at edges inside a day', () => {
    expect(plan('2026-04-29T12:00', '2026-06-02T06:00')).toEqual([
      'raw 2026-04-29T10:00:00.000Z 2026-04-29T22:00:00.000Z',
      'day 2026-04-29T22:00:00.000Z 2026-04-30T22:00:00.000Z',
      'month 2026-04-30T22:00:00.000Z 2026-05-31T22:00:00.000Z',
      'day 2026-05-31T22:00:00.000Z 2026-06-01T22:00:00.000Z',
      'raw 2026-06-01T22:00:00.000Z 2026-06-02T04:00:00.000Z',
    ]);
  });

  it('has no edge before the first line, nor after the last one', () => {
    expect(plan('2026-04-03T10:00', '2026-06-20T15:00')).toEqual([
      'month 2026-03-31T22:00:00.000Z 2026-06-30T22:00:00.000Z',
    ]);
  });

  it('reads nothing of a time without lines', () => {
    expect(plan('2026-03-01T10:00', '2026-04-10T09:00')).toEqual([]);
    expect(plan('2026-06-20T15:00', '2026-08-01T00:00')).toEqual([]);
  });

  it('gives a day in which two pieces meet to neither, but for the last lines', () => {
    const noon = at('2026-06-19T12:00');
    const spans = planSpans(
      [
        { from: at('2026-06-18T00:00'), to: noon },
        { from: noon, to: at('2026-06-21T00:00') },
      ],
      ['month', 'day'],
      { calendar, lines },
    );
    expect(spans.map(({ level, piece }) => `${level} ${piece}`)).toEqual(['day 0', 'raw 0', 'raw 1', 'day 1']);
  });
});

describe('boundEdges', () => {
  const bounded = (from: string, to: string) =>
    boundEdges(
      planSpans([{ from: at(from), to: at(to) }], ['month', 'day'], { calendar, lines }),
      'day',
      calendar,
    )?.parts.map((part) => `${new Date(part.from).toISOString()} ${part.edge === undefined ? 'inside' : 'edge'}`);

  it('takes the whole days around edges as parts of their own', () => {
    expect(bounded('2026-04-29T12:00', '2026-06-02T06:00')).toEqual([
      '2026-04-28T22:00:00.000Z edge',
      '2026-04-29T22:00:00.000Z inside',
      '2026-06-01T22:00:00.000Z edge',
    ]);
  });

  it('is not there without an edge, or where no whole day lies beside one', () => {
    expect(bounded('2026-05-01T00:00', '2026-05-03T00:00')).toBeUndefined();
    expect(bounded('2026-05-01T06:00', '2026-05-02T06:00')).toBeUndefined();
  });
});
