import type { Notice } from './frame.ts';

interface Named {
  readonly server: string;
}

const endEarly = 'sources end before the range does';
const trackNone = 'sources do not track denials';
const eachAddsNothing = 'Each adds nothing after its own last line.';
const unknownNotNone = 'Their denials are unknown, not none.';

/** Some of the license servers have no lines up to the end of the range. */
export function endingEarly(some: readonly (Named & { readonly lastLine: number })[], of: number): Notice {
  const names = some
    .slice(0, 3)
    .map(({ server, lastLine }) => `${server} (last line ${new Date(lastLine).toISOString()})`);
  const more = some.length > 3 ? ` and ${some.length - 3} more` : '';
  return {
    severity: 'info',
    text: `The data of ${some.length} of ${of} ${endEarly}: ${names.join(', ')}${more}. ${eachAddsNothing}`,
  };
}

/** "No denials" of these may mean "not tracked" (docs/definitions.md "Unknown is null"). */
export function notTracking(some: readonly Named[], of: number): Notice {
  const names = some.slice(0, 3).map(({ server }) => server);
  return {
    severity: 'warning',
    text: `${some.length} of ${of} ${trackNone}: ${names.join(', ')}${some.length > 3 ? ', …' : ''}. ${unknownNotNone}`,
  };
}

/** The same without the names of license servers, for readers who may not have them. A name may be any text. */
export const withoutServers = (text: string): string =>
  [
    [endEarly, eachAddsNothing],
    [trackNone, unknownNotNone],
  ].reduce((told, [before = '', after = '']) => {
    const [from, to] = [told.indexOf(before), told.lastIndexOf(after)];
    return from < 0 || to < from ? told : `${told.slice(0, from + before.length)}. ${told.slice(to)}`;
  }, text);

/** How notices begin about use that has no percentage. */
export const usedWithout = 'Used, but without';

/** What a notice is about that concerns all figures of a page and not one panel; undefined: one panel. */
export const concernOfPage = (text: string): string | undefined =>
  [endEarly, trackNone, usedWithout].find((words) => text.includes(words));

/** Whether a notice tells that data end early: once is enough. */
export const tellsEnd = ({ text }: Notice): boolean => text.includes(endEarly);
