import { endEarly, trackNone } from '../query/page-notices.ts';
import type { Notice } from './frame.ts';

interface Named {
  readonly server: string;
}

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

/** "No denials" of these may mean "not tracked" (docs/definitions.md#unknown-is-null). */
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

/** Whether a notice tells that data end early: once is enough. */
export const tellsEnd = ({ text }: Notice): boolean => text.includes(endEarly);
