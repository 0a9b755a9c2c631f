/** How notices begin or what they contain that concern all figures of a page: the engine writes them, Grafana's plugin knows them. */
export const endEarly = 'sources end before the range does';
export const trackNone = 'sources do not track denials';
export const noData = 'No data in this time range';
export const onlyMetered = 'Only metered licenses are used here';
export const usedWithout = 'Used, but without';

/** What a notice is about that concerns a whole page and not one panel; undefined: one panel. */
export const concernOfPage = (text: string): string | undefined =>
  [noData, onlyMetered, endEarly, trackNone, usedWithout].find((words) => text.includes(words));
