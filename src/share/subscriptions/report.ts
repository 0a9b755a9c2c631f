import type { Frame } from '../../engine/frame.ts';
import type { QuestionInput } from '../../query/question.ts';
import type { TimeRange } from '../../query/time.ts';
import type { Part } from '../render/html.ts';
import type { SharedPanel } from '../dashboard.ts';
import type { FileOutlet, ReportName } from './subscription.ts';

/** What a report is made from, under the scope of its one account. */
export interface ReportRequest {
  readonly account: string;
  readonly report: ReportName;
  /** Epoch milliseconds, `to` exclusive. */
  readonly range: TimeRange;
  /** What its summary compares with; left out: as long a time just before. */
  readonly before?: TimeRange;
  readonly timezone: string;
  readonly showUsers: boolean;
  /** Title of the table that a CSV holds; left out: what was used of what was bought. */
  readonly table?: string | undefined;
  /** Epoch milliseconds: days to expiry are counted from then. */
  readonly madeAt: number;
}

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Makes a report as a file. Several outlets of one report are asked for with the same request object. */
export type MakeAttachment = (outlet: FileOutlet, request: ReportRequest, signal?: AbortSignal) => Promise<Attachment>;

/** What a page has that a report has not: what stands under its title, and where the table of a panel can be had as CSV. */
export interface Around {
  readonly head: Part;
  readonly download: (panel: SharedPanel) => string | undefined;
}

/** Makes a report as a page of HTML, for a link. */
export type MakePage = (request: ReportRequest, around: Around, signal?: AbortSignal) => Promise<string>;

/** Answers questions under the scope of one account, by their names. Rejects when one of them cannot be answered. */
export type AskAccount = (
  account: string,
  questions: Readonly<Record<string, QuestionInput>>,
  range: TimeRange,
) => Promise<Readonly<Record<string, readonly Frame[]>>>;
