import { choice, defineMeasure, noDenialReason, number } from './measure.ts';

/** Classes of session lengths, from short to long; each begins where the one before ends. */
export const sessionLengthClasses = [
  { name: 'under 1 min', seconds: 60 },
  { name: '1–10 min', seconds: 600 },
  { name: '10–60 min', seconds: 3600 },
  { name: '1–4 h', seconds: 4 * 3600 },
  { name: '4–8 h', seconds: 8 * 3600 },
  { name: '8–24 h', seconds: 24 * 3600 },
  { name: '1–7 days', seconds: 7 * 24 * 3600 },
  { name: 'over 7 days', seconds: Infinity },
] as const;

export const sessionLengths = defineMeasure({
  name: 'sessionLengths',
  title: 'Sessions by length',
  help: 'How many of the sessions that ended are short, how many long, from under a minute to over a week.',
  group: 'Use',
  kind: 'listing',
  columns: [
    choice(
      'length',
      'Length',
      sessionLengthClasses.map(({ name }) => name),
    ),
    number('sessions', 'Sessions'),
    number('share', 'Share of sessions', 'percent'),
  ],
  valueColumn: 'sessions',
  defaultOrder: 'length asc',
  groupsFirst: true,
  impossible: [noDenialReason],
});
