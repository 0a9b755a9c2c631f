import { QuestionError } from '../../query/errors.ts';
import type { TimeRange } from '../../query/time.ts';
import { parseTimeRange } from '../../query/time.ts';
import type { SharedPanel } from '../dashboard.ts';
import type { Html } from '../render/html.ts';
import { html } from '../render/html.ts';

/** As the reader's address has them: repeated ones are lists. */
export type LinkQuery = Readonly<Record<'from' | 'to' | 'timezone', string | readonly string[] | undefined>>;

/** What of a link's account is shown, and on whose clocks. */
export interface LinkTime {
  /** As written: relative times stay relative in links. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly range: TimeRange;
}

/** What a link shows when its reader asks for no other time: the customer dashboard's own. */
export const shown = { from: 'now-30d/d', to: 'now' };

/** A reader without a token may not ask for more at once: the longest answers are the most expensive ones. */
export const mostDaysShown = 400;
const day = 86_400_000;

/** The days of a calendar year and more pass, whatever the clocks do meanwhile. */
export const isTooLong = ({ from, to }: TimeRange): boolean => to - from > mostDaysShown * day + day / 24;

/**
 * The time that a reader asks for. Throws `QuestionError` `invalidTime` for what cannot be read, stands there twice or is longer than
 * `mostDaysShown` days (path `range`).
 */
export function linkTime(query: LinkQuery, siteTimezone: string, now: number): LinkTime {
  const one = (name: keyof LinkQuery, otherwise: string): string => {
    const value = query[name] ?? otherwise;
    if (typeof value === 'string') return value === '' ? otherwise : value;
    throw new QuestionError('invalidTime', `${name}: expected it once, found ${value.length} of it.`, name);
  };
  const time = { from: one('from', shown.from), to: one('to', shown.to), timezone: one('timezone', siteTimezone) };
  const range = parseTimeRange(time.from, time.to, now, time.timezone);
  if (isTooLong(range)) {
    const found = Math.ceil((range.to - range.from) / day);
    throw new QuestionError('invalidTime', `expected at most ${mostDaysShown} days, found ${found}.`, 'range');
  }
  return { ...time, range };
}

/** The ways to other times, for a page that has no other: relative to its own address, so that the secret is not repeated in it. */
export const timeChooser = (
  spans: readonly (readonly [from: string, title: string])[],
  { from, to, timezone }: Partial<Omit<LinkTime, 'range'>>,
): Html =>
  html`<nav aria-label="Time range">
    <ul>
      ${spans.map(([start, title]) => {
        const query = new URLSearchParams({ from: start, to: 'now', ...(timezone !== undefined && { timezone }) });
        return html`<li>
          <a href="?${query.toString()}" ${from === start && to === 'now' ? html`aria-current="true"` : ''}>${title}</a>
        </li>`;
      })}
    </ul>
  </nav>`;

/** What the page of a link offers beside itself. */
export const linkFiles = ['pdf', 'xlsx', 'csv'] as const;
export type LinkFile = (typeof linkFiles)[number];
const titles: Readonly<Record<LinkFile, string>> = { pdf: 'PDF', xlsx: 'Excel', csv: 'CSV' };

/** Where the table of a panel can be had as CSV, whole. Single figures have none. */
export const tableAddress = (
  { type, title }: Pick<SharedPanel, 'type' | 'title'>,
  { from, to, timezone }: Omit<LinkTime, 'range'>,
): string | undefined =>
  type === 'stat' ? undefined : `?${new URLSearchParams({ from, to, timezone, file: 'csv', table: title }).toString()}`;

/** The same time as a file; relative to the page's own address, as the ways to other times are. */
export const downloads = ({ from, to, timezone }: Omit<LinkTime, 'range'>, canPrint: boolean): Html =>
  html`<nav aria-label="Downloads">
    <ul>
      ${linkFiles
        .filter((file) => file !== 'pdf' || canPrint)
        .map(
          (file) =>
            html`<li>
              <a href="?${new URLSearchParams({ from, to, timezone, file }).toString()}">${titles[file]}</a>
            </li>`,
        )}
    </ul>
  </nav>`;
