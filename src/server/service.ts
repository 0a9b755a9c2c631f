import type { Family, Reason } from '../denials/catalogue.ts';
import type { Annotation, DimensionValues, Frame } from '../engine/engine.ts';
import type { Input } from '../ingest/input.ts';
import type { IngestProgress, IngestSummary } from '../ingest/pipeline.ts';
import type { Filter, QuestionInput } from '../query/question.ts';
import type { UnusableFilter, UnusableLines } from '../store/unreadable.ts';
import type { Caller, TokenLevel } from './caller.ts';
import type { Delivering } from './delivery/delivering.ts';

export { unusableKinds } from '../store/unreadable.ts';
export type { UnusableFilter, UnusableKind, UnusableLines } from '../store/unreadable.ts';

/**
 * What License Analytics can do, whoever asks: the HTTP API offers it to programs, the command line to people. Implemented
 * over a store and the engine (`local.ts`), and over the HTTP API of a running server (`src/cli/remote.ts`).
 */
export interface Service extends Delivering {
  ask(request: QueryRequest, context: Context): Promise<QueryAnswer>;
  dimensionValues(request: ValuesRequest, context: Context): Promise<DimensionValues>;
  annotations(range: Range, context: Context): Promise<readonly Annotation[]>;
  /** Why users can be denied, and what to do about each: insight and opportunity for the vendor, advice for the customer. */
  denialReasons(context: Context): Promise<DenialReasons>;
  /** Reads files or streams of lines. Resolves when everything in them is stored and can be asked for. */
  ingest(files: readonly SourceFile[], context: IngestContext): Promise<IngestReport>;
  loadEntitlements(document: EntitlementDocument, context: Context): Promise<LoadReport>;
  entitlements(context: Context): Promise<readonly EntitlementRow[]>;
  loadAccounts(document: NamedText, context: Context): Promise<LoadReport>;
  /** Every license server that data came from, and how far they go. */
  sources(context: Context): Promise<readonly SourceRow[]>;
  /** Lines that could not be read or dated, with the reason. Whose they are is not known: for callers that see all accounts. */
  unusableLines(filter: UnusableFilter, context: Context): Promise<UnusableLines>;
  createToken(given: NewToken, context: Context): Promise<TokenInfo & { readonly token: string }>;
  tokens(context: Context): Promise<readonly TokenInfo[]>;
  /** By id or name. */
  revokeToken(idOrName: string, context: Context): Promise<TokenInfo>;
  close(): Promise<void>;
}

export interface Context {
  readonly caller: Caller;
  readonly signal?: AbortSignal;
}

/** Both ends as ISO time, epoch milliseconds or Grafana's relative form. */
export interface Range {
  readonly from?: string | number | undefined;
  readonly to?: string | number | undefined;
}

export type QueryPart = QuestionInput & {
  readonly refId?: string;
  readonly maxDataPoints?: number;
  readonly intervalMs?: number;
} & Range;

export interface QueryRequest extends Range {
  readonly queries: readonly QueryPart[];
}

export type PartAnswer =
  | { readonly status: 200; readonly frames: readonly Frame[] }
  | {
      readonly status: number;
      readonly error: string;
      readonly errorSource: 'plugin' | 'downstream';
      readonly code: string;
    };

export interface QueryAnswer {
  readonly results: Readonly<Record<string, PartAnswer>>;
}

export interface ValuesRequest extends Range {
  readonly dimension: string;
  readonly search?: string | undefined;
  readonly filters?: readonly Filter[] | undefined;
  readonly limit?: number | undefined;
}

/** A reason that is not among them is an unknown one: its id is its text, its family "other". */
export interface DenialReasons {
  readonly families: readonly Family[];
  readonly reasons: readonly Reason[];
}

/** What is known of a source when its lines are read; empty fields are found out from the content. */
export interface SourceOptions {
  readonly server?: string | undefined;
  readonly account?: string | undefined;
  readonly timezone?: string | undefined;
  readonly format?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** One thing to read, and what is known of where it comes from. */
export interface SourceFile {
  readonly input: Input;
  readonly source: SourceOptions;
}

export interface IngestContext extends Context {
  /** Called now and then while lines are read. */
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** What became of the lines, and in which format each file was read and why. */
export interface IngestReport extends IngestSummary {
  readonly formats: readonly { readonly file: string; readonly format: string; readonly reason: string }[];
  /** Files that were left out: of the wrong kind, or empty. */
  readonly refused: readonly { readonly file: string; readonly reason: string; readonly todo: string }[];
}

export interface NamedText {
  /** Name of the document: a later load under the same name replaces it. */
  readonly name: string;
  readonly text: string;
}

export interface EntitlementDocument extends NamedText {
  /** For rows that name none. */
  readonly account?: string | undefined;
  readonly server?: string | undefined;
}

export interface LoadReport {
  readonly document: string;
  readonly rows: number;
  readonly superseded: number;
  readonly notices: readonly string[];
}

export interface EntitlementRow {
  readonly document: string;
  readonly account: string;
  readonly product: string;
  readonly package: string;
  readonly feature: string;
  readonly version: string;
  readonly server: string;
  readonly model: string;
  /** Null when the row is uncounted. */
  readonly quantity: number | null;
  readonly overdraft: number;
  readonly period: string;
  readonly start: string;
  readonly end: string;
}

export interface SourceRow {
  readonly server: string;
  readonly format: string;
  readonly account: string;
  readonly timezone: string;
  /** ISO, UTC. */
  readonly firstLine: string;
  readonly lastLine: string;
  readonly tracksDenials: boolean;
  /** Null for callers that do not see all accounts. */
  readonly lines: number | null;
  readonly unreadable: number | null;
  readonly undated: number | null;
}

export interface NewToken {
  readonly name: string;
  readonly scope: TokenLevel;
  readonly accounts: readonly string[];
}

export interface TokenInfo extends NewToken {
  readonly id: string;
  /** ISO, UTC. */
  readonly created: string;
  /** ISO, UTC; empty while it is in force. */
  readonly revoked: string;
}
