import type { SharedPanel } from '../dashboard.ts';
import type { MarkLayer } from '../marks.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Rows } from './columns.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { Leads } from './links.ts';
import type { Sorting } from './sorting.ts';

/** What a panel is drawn from. */
export interface Drawing {
  readonly panel: SharedPanel;
  /** Its frames, transformed and configured; only those with rows. */
  readonly frames: readonly Rows[];
  readonly snapshot: Pick<Snapshot, 'range' | 'timezone'>;
  /** Columns of 24 that it takes on paper. */
  readonly paperSpan: number;
  readonly leads: Leads;
  /** What may explain figures over time. */
  readonly marks: readonly MarkLayer[];
  /** How its tables are sorted on a live page; undefined: a script does it. */
  readonly sorting: Sorting | undefined;
}

/** How panels of one type are drawn; undefined: there is nothing to show. */
export type DrawPanel = (drawing: Drawing) => Html | undefined;

/** A link where it leads somewhere, else the text alone. */
export const linkTo = (url: string | undefined, content: Html | string): Html =>
  url === undefined ? html`${content}` : html`<a href="${url}">${content}</a>`;
