import type { SharedPanel } from '../dashboard.ts';
import type { MarkLayer } from '../marks.ts';
import { isCut } from '../notices.ts';
import type { Snapshot } from '../snapshot.ts';
import { isSlim } from './fit.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { Leads } from './links.ts';
import type { Notes } from './notes.ts';
import { drawPanel } from './panels/registry.ts';
import type { Placed } from './paper.ts';
import type { Sorting } from './sorting.ts';

export interface Around {
  readonly snapshot: Snapshot;
  readonly leads: Leads;
  readonly notes: Notes;
  readonly marks: readonly MarkLayer[];
  /** Of its figures as CSV. */
  readonly url: string | undefined;
  /** The page with more of its rows, should some be missing. */
  readonly more: string | undefined;
  /** How its table is sorted on a live page. */
  readonly sorting: Sorting | undefined;
}

/** A panel with its title, what it is about, its figures or why there are none, and where it leads. */
export function panelOf(placed: Placed, { snapshot, leads, notes, marks, url, more, sorting }: Around): Html {
  const { panel, frames, span } = placed;
  const errors = (snapshot.answers.get(panel.id) ?? []).flatMap((answer) => ('error' in answer ? [answer.error] : []));
  const drawn = drawPanel[panel.type]({ panel, frames, snapshot, leads, marks, paperSpan: span, sorting });
  const title = `panel-${panel.id}`;
  const { own, shared } = notes.ofPanel(panel.id);
  const figures = drawn ?? (errors.length > 0 ? undefined : noFigures(panel));
  return html`<article
    class="panel w${panel.gridPos.w} p${span}${panel.gridPos.h >= tall ? ' tall' : ''}${isSlim(panel) ? ' slim' : ''}${paperClasses(placed)}"
    aria-labelledby="${title}"
  >
    <div class="title">
      <h2 id="${title}">${panel.title}</h2>
      ${told(panel, 'about', '?', panel.description === '' ? [] : [panel.description])}${refsTo(shared)}
      ${isTile(panel) ? told(panel, 'notices', '!', own) : waysOf(panel, leads, url)}
    </div>
    ${errors.map((error) => html`<p class="error">${error}</p>`)}
    ${
      isTile(panel)
        ? html`<div class="valued">${figures}${waysOf(panel, leads, url)}</div>`
        : html`${figures} ${noticesOf(own, more)}`
    }
  </article>`;
}

/** Rows of Grafana's grid from which on a panel is a list to scroll in. */
const tall = 12;

/** A single figure: so small that all that is said of it is a tooltip, and that it leads on itself. */
export const isTile = ({ type }: SharedPanel): boolean => type === 'stat';

const signs = { about: 'About this panel', notices: 'What should be known of this figure' } as const;

/** What a panel is about, or what should be known of it: a tooltip on a screen, also by keyboard and touch; a line on paper. */
const told = (
  { id }: SharedPanel,
  what: keyof typeof signs,
  sign: string,
  texts: readonly string[],
): Html | undefined =>
  texts.length === 0
    ? undefined
    : html`<button type="button" class="tip" aria-label="${signs[what]}" aria-describedby="${what}-${id}">
          ${sign}
        </button>
        <p class="about told" id="${what}-${id}">${texts.join(' ')}</p>`;

const paperClasses = (placed: Placed): string =>
  (['long', 'fine', 'tight'] as const)
    .filter((mark) => placed[mark])
    .map((mark) => ` ${mark}`)
    .join('');

/** What it means that there is nothing, in the panel's own words. */
const noFigures = ({ type, fieldConfig }: SharedPanel): Html =>
  html`<p class="${type === 'stat' ? 'figure empty' : 'empty'}">${fieldConfig.defaults.noValue}</p>`;

/** To what is said once at the end of the page. */
const refsTo = (shared: readonly number[]): Html | undefined =>
  shared.length === 0
    ? undefined
    : html`<span class="refs"
        >${shared.map((number) => html` <a href="#note-${number}" aria-label="note ${number}">${number}</a>`)}</span
      >`;

const noticesOf = (own: readonly string[], more: string | undefined): Html | undefined =>
  own.length === 0
    ? undefined
    : html`<ul class="notices">
        ${own.map((text) => html`<li>${text} ${more !== undefined && isCut(text) ? showMore(more) : undefined}</li>`)}
      </ul>`;

const showMore = (url: string): Html => html`<a class="screen" href="${url}">Show more</a>`;

/** Where the panel leads. A single figure leads there itself. */
function waysOf(panel: SharedPanel, leads: Leads, url: string | undefined): Html | undefined {
  const { links, title } = panel;
  const onward = (isTile(panel) ? [] : links).flatMap((link) => {
    const target = leads.panel(link.url);
    return target === undefined ? [] : [html`<a href="${target}">${link.title} →</a> `];
  });
  const csv = url === undefined ? [] : [html`<a href="${url}">CSV<span class="hidden">: ${title}</span></a>`];
  return onward.length + csv.length === 0 ? undefined : html`<span class="ways">${onward}${csv}</span>`;
}
