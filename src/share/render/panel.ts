import type { SharedPanel } from '../dashboard.ts';
import type { MarkLayer } from '../marks.ts';
import { isCut } from '../notices.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { Leads } from './links.ts';
import type { Notes } from './notes.ts';
import { drawPanel } from './panels/registry.ts';
import type { Placed } from './paper.ts';

export interface Around {
  readonly snapshot: Snapshot;
  readonly leads: Leads;
  readonly notes: Notes;
  readonly marks: readonly MarkLayer[];
  /** Of its figures as CSV. */
  readonly url: string | undefined;
  /** The page with more of its rows, should some be missing. */
  readonly more: string | undefined;
}

/** A panel with its title, what it is about, its figures or why there are none, and where it leads. */
export function panelOf(placed: Placed, { snapshot, leads, notes, marks, url, more }: Around): Html {
  const { panel, frames, span } = placed;
  const errors = (snapshot.answers.get(panel.id) ?? []).flatMap((answer) => ('error' in answer ? [answer.error] : []));
  const drawn = drawPanel[panel.type]({ panel, frames, snapshot, leads, marks, paperSpan: span });
  const title = `panel-${panel.id}`;
  return html`<article class="panel w${panel.gridPos.w} p${span}${paperClasses(placed)}" aria-labelledby="${title}">
    <h2 id="${title}">${panel.title}</h2>
    <p class="about">${panel.description}</p>
    ${errors.map((error) => html`<p class="error">${error}</p>`)}
    ${drawn ?? (errors.length > 0 ? undefined : noFigures(panel))} ${noticesOf(notes.ofPanel(panel.id), more)}
    ${footerOf(panel, leads, url)}
  </article>`;
}

const paperClasses = (placed: Placed): string =>
  (['long', 'fine', 'tight'] as const)
    .filter((mark) => placed[mark])
    .map((mark) => ` ${mark}`)
    .join('');

/** What it means that there is nothing, in the panel's own words. */
const noFigures = ({ type, fieldConfig }: SharedPanel): Html =>
  html`<p class="${type === 'stat' ? 'figure empty' : 'empty'}">${fieldConfig.defaults.noValue}</p>`;

function noticesOf({ own, shared }: ReturnType<Notes['ofPanel']>, more: string | undefined): Html | undefined {
  if (own.length + shared.length === 0) return undefined;
  const refs = shared.map((number, i) => html`${i > 0 ? ', ' : ''}<a href="#note-${number}">note ${number}</a>`);
  return html`<ul class="notices">
    ${own.map((text) => html`<li>${text} ${more !== undefined && isCut(text) ? showMore(more) : undefined}</li>`)}
    ${refs.length > 0 ? html`<li>See ${refs}.</li>` : undefined}
  </ul>`;
}

const showMore = (url: string): Html => html`<a class="screen" href="${url}">Show more</a>`;

function footerOf({ links, title }: SharedPanel, leads: Leads, url: string | undefined): Html | undefined {
  const onward = links.flatMap((link) => {
    const target = leads.panel(link.url);
    return target === undefined ? [] : [html`<a href="${target}">${link.title} →</a>`];
  });
  const csv = url === undefined ? [] : [html`<a href="${url}">CSV<span class="hidden">: ${title}</span></a>`];
  return onward.length + csv.length === 0 ? undefined : html`<footer>${onward} ${csv}</footer>`;
}
