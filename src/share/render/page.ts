import { dimensionTitles } from '../../query/dimensions.ts';
import type { SharedPanel } from '../dashboard.ts';
import { markLayers } from '../marks.ts';
import { noDataOf } from '../no-data.ts';
import type { Snapshot } from '../snapshot.ts';
import { ownBranding } from '../branding.ts';
import { timeText } from './display.ts';
import { documentOf } from './document.ts';
import { framesOf } from './frames.ts';
import type { Html, Part } from './html.ts';
import { html } from './html.ts';
import type { Leads } from './links.ts';
import { unlinked } from './links.ts';
import { markList } from './marks.ts';
import type { Notes } from './notes.ts';
import { notesOf } from './notes.ts';
import { isTile, panelOf } from './panel.ts';
import { onPaper } from './paper.ts';
import type { Sorting } from './sorting.ts';

export interface RenderOptions {
  /** Where things lead; left out: nowhere, as in a report that stands alone. */
  readonly leads?: Leads;
  /** Under the title, before the figures: navigation and forms of a live page. */
  readonly head?: Part;
  /** What is said in the place of the answers' own words where the range holds no data. */
  readonly noData?: Html | undefined;
  /** Where the figures of a panel can be had as CSV. */
  readonly download?: (panel: SharedPanel) => string | undefined;
  /** How the tables of a panel are sorted: by links. Left out: by a script. */
  readonly sorting?: (panel: SharedPanel) => Sorting;
  /** Where the page shows more rows of a panel whose list is cut. */
  readonly more?: (panel: SharedPanel) => string | undefined;
}

/**
 * A snapshot as one HTML file: charts as SVG, tables that can be sorted, light, dark or printed as the reader likes, nothing asked
 * from outside. Every text of the frames is escaped.
 */
export function renderPage(
  snapshot: Snapshot,
  { leads = unlinked, head, noData, download, more, sorting }: RenderOptions = {},
): string {
  const { dashboard, timezone, range, takenAt, branding = ownBranding, summary = [] } = snapshot;
  const missing = noDataOf(snapshot);
  const notes = notesOf(snapshot, missing === undefined ? [] : [missing]);
  const marks = markLayers(snapshot);
  return documentOf({
    branding,
    title: dashboard.title,
    head: html`<p class="about">${dashboard.description}</p>
      <p>
        ${timeText(range.from, timezone, 'yyyy-MM-dd HH:mm')} to ${timeText(range.to, timezone, 'yyyy-MM-dd HH:mm')}
        (${timezone})${chosen(snapshot)}
      </p>
      ${
        summary.length === 0
          ? undefined
          : html`<ul class="summary" aria-label="Summary">
              ${summary.map((sentence) => html`<li>${sentence}</li>`)}
            </ul>`
      }
      ${head} ${noData ?? (missing === undefined ? undefined : html`<p class="error" role="status">${missing}</p>`)}`,
    main: bandsOf(dashboard.panels).map((panels) => {
      const placed = onPaper(panels.map((panel) => ({ panel, frames: framesOf(panel, snapshot) })));
      const band = placed.map((one) =>
        panelOf(one, {
          snapshot,
          leads,
          notes,
          marks,
          url: download?.(one.panel),
          more: more?.(one.panel),
          sorting: sorting?.(one.panel),
        }),
      );
      const tiles = panels.every(isTile) ? ' tiles' : '';
      return html`<div class="band${tiles}${placed.some(({ across }) => across) ? ' across' : ''}">${band}</div>`;
    }),
    foot: html`${markErrors(snapshot)} ${noteList(notes)} ${ruleList(snapshot.rules)} ${markList(marks, timezone)}
      <p class="about">
        ${branding.name}, figures of ${timeText(takenAt, timezone, 'yyyy-MM-dd HH:mm')}
        (${timezone}).${branding.contact === undefined ? undefined : ` Contact: ${branding.contact}`}
      </p>`,
  });
}

const titles: Readonly<Record<string, string>> = dimensionTitles;

/** What the figures are limited to. */
function chosen({ dashboard, variables }: Snapshot): Html {
  const parts = Object.entries(variables).map(([name, values]) => {
    const label = dashboard.templating.list.find((variable) => variable.name === name)?.label ?? '';
    return html` · ${label === '' ? (titles[name] ?? name) : label}: ${values.join(', ')}`;
  });
  return html`${parts}`;
}

/** Panels that stand beside each other, from top to bottom; rows of single figures are one, which takes as many beside each other as fit. */
function bandsOf(panels: readonly SharedPanel[]): readonly (readonly SharedPanel[])[] {
  const rows = [...new Set(panels.map(({ gridPos }) => gridPos.y))].sort((a, b) => a - b);
  const bands = rows.map((y) =>
    panels.filter(({ gridPos }) => gridPos.y === y).toSorted((a, b) => a.gridPos.x - b.gridPos.x),
  );
  return bands.reduce<(readonly SharedPanel[])[]>((sum, band) => {
    const last = sum.at(-1);
    return last?.every(isTile) === true && band.every(isTile)
      ? [...sum.slice(0, -1), [...last, ...band]]
      : [...sum, band];
  }, []);
}

const markErrors = ({ marks }: Snapshot): readonly Html[] =>
  marks.flatMap(({ name, answer }) =>
    'error' in answer ? [html`<p class="error">${name} are not marked: ${answer.error}</p>`] : [],
  );

const noteList = ({ shared }: Notes): Html | undefined =>
  shared.length === 0
    ? undefined
    : html`<section class="rules" aria-labelledby="notes">
        <h2 id="notes">Notes</h2>
        <ol>
          ${shared.map((text, i) => html`<li id="note-${i + 1}">${text}</li>`)}
        </ol>
      </section>`;

const ruleList = (rules: readonly string[]): Html | undefined =>
  rules.length === 0
    ? undefined
    : html`<section class="rules" aria-labelledby="rules">
        <h2 id="rules">How figures are counted</h2>
        <ul>
          ${rules.map((rule) => html`<li>${rule}</li>`)}
        </ul>
      </section>`;
