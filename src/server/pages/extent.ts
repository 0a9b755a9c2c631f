import { DateTime } from 'luxon';
import { timeText } from '../../share/render/display.ts';
import type { Html } from '../../share/render/html.ts';
import { html } from '../../share/render/html.ts';
import type { Context, Service } from '../service.ts';
import type { Asked } from './asked.ts';
import { queryOf } from './asked.ts';

/** From when until when there are lines, of all license servers that the caller sees; epoch milliseconds. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** Undefined: nothing was loaded yet. */
export async function extentOf(service: Pick<Service, 'sources'>, context: Context): Promise<Extent | undefined> {
  const sources = await service.sources(context);
  if (sources.length === 0) return undefined;
  const times = (name: 'firstLine' | 'lastLine'): readonly number[] =>
    sources.map((source) => Date.parse(source[name]));
  return { first: Math.min(...times('firstLine')), last: Math.max(...times('lastLine')) };
}

/** Data that go on are shown until now, else the end of the range would be empty. */
const goesOn = 24 * 3_600_000;

/** All data as `from` and `to` of an address: from the first day on, to now or to the end of the last minute. */
export function allData({ first, last }: Extent, timezone: string, now: number): Pick<Asked, 'from' | 'to'> {
  const from = DateTime.fromMillis(first, { zone: timezone })
    .startOf('day')
    .toUTC()
    .toISO({ suppressMilliseconds: true });
  return { from: from ?? new Date(first).toISOString(), to: now - last < goesOn ? 'now' : afterMinute(last) };
}

const afterMinute = (time: number): string => new Date(Math.floor(time / 60_000) * 60_000 + 60_000).toISOString();

/** Whether the range lies before or behind all data. */
const isBeyond = ({ range }: Pick<Asked, 'range'>, extent: Extent | undefined): boolean =>
  extent === undefined || range.from > extent.last || range.to <= extent.first;

/** Said before the figures where the range holds no data: until when there are some, and the way to them. */
export function beyondData(uid: string, asked: Asked, extent: Extent | undefined, now: number): Html | undefined {
  if (!isBeyond(asked, extent)) return undefined;
  if (extent === undefined)
    return html`<p class="error" role="status">
      There are no data yet: load logs with "license-analytics ingest", or name them in the configuration.
    </p>`;
  const minute = (time: number): string => timeText(time, asked.timezone, 'yyyy-MM-dd HH:mm');
  const to = afterMinute(extent.last);
  const link = (range: Pick<Asked, 'from' | 'to'>, text: string): Html =>
    html`<a href="/d/${uid}?${queryOf({ ...asked, ...range }, asked.timezone)}">${text}</a>`;
  const month = new Date(Date.parse(to) - 30 * 24 * 3_600_000).toISOString();
  return html`<p class="error" role="status">
    No data in this time range: there are data from ${minute(extent.first)} to ${minute(extent.last)}.
    ${link({ from: month, to }, 'The last 30 days of them')} · ${link(allData(extent, asked.timezone, now), 'All data')}
  </p>`;
}
