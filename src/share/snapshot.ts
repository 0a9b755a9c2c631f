import type { Frame } from '../engine/frame.ts';
import type { SharedDashboard } from './dashboard.ts';
import type { Branding } from './branding.ts';
import type { AnsweredMarks } from './marks.ts';

/** The answer to one of a panel's queries, or why there is none, in the server's words. */
export type PanelAnswer = { readonly frames: readonly Frame[] } | { readonly error: string };

/**
 * A dashboard and the frames that fill it: what every outlet (Grafana, HTML, PDF, XLSX, CSV, mail) is made of. It holds
 * nothing that its reader may not see: no SQL, no addresses of ours, no other account's names or totals.
 */
export interface Snapshot {
  readonly dashboard: SharedDashboard;
  /** By panel id, in the order of the panel's queries. */
  readonly answers: ReadonlyMap<number, readonly PanelAnswer[]>;
  /** What the dashboard marks on the time axis; none where it draws no figures over time. */
  readonly marks: readonly AnsweredMarks[];
  /** Milliseconds since 1970 UTC, `to` exclusive. */
  readonly range: { readonly from: number; readonly to: number };
  /** Times are shown, and days cut, on the clocks of this zone. */
  readonly timezone: string;
  /** The account that it is about; undefined: everything that the asker may see. */
  readonly account: string | undefined;
  /** Values of the dashboard's variables, by name; a variable that is missing is "All". */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** How figures were counted (denial rule, pseudonyms), one sentence each. */
  readonly rules: readonly string[];
  /** What is used most, what is short, what ends next: one sentence each; none where nobody summed it up. */
  readonly summary?: readonly string[];
  /** Whose report it is; left out: ours. */
  readonly branding?: Branding;
  /** Milliseconds since 1970 UTC. */
  readonly takenAt: number;
}
