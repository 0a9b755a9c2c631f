import type { Readable } from 'node:stream';
import type { Frame } from '../engine/frame.ts';
import type { Filter, QuestionInput } from '../query/question.ts';
import type { Caller, TokenLevel } from './caller.ts';

/**
 * What License Analytics can do, whoever asks: the HTTP API offers it to programs, the command line to people. Implemented
 * over a store and the engine (`local.ts`), and over the HTTP API of a running server (`src/cli/remote.ts`).
 */
export interface Service {
  ask(request: QueryRequest, context: Context): Promise<QueryAnswer>;
  dimensionValues(request: ValuesRequest, context: Context): Promise<DimensionValues>;
  annotations(range: Range, context: Context): Promise<readonly Annotation[]>;
  /** Reads one stream of lines. Resolves when everything in it is stored and can be asked for. */
  ingest(upload: Upload, context: Context): Promise<IngestReport>;
  loadEntitlements(document: EntitlementDocument, context: Context): Promise<LoadReport>;
  entitlements(context: Context): Promise<readonly EntitlementRow[]>;
  loadAccounts(document: NamedText, context: Context): Promise<LoadReport>;
  /** Every license server that data came from, and how far they go. */
  sources(context: Context): Promise<readonly SourceRow[]>;
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
};

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

export interface DimensionValues {
  readonly values: readonly { readonly value: string; readonly text: string }[];
  readonly truncated: boolean;
}

export interface Annotation {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly timeEnd?: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

/** What is known of a source when its lines are read; empty fields are found out from the content. */
export interface SourceOptions {
  readonly server?: string | undefined;
  readonly account?: string | undefined;
  readonly timezone?: string | undefined;
  readonly format?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

export interface Upload extends SourceOptions {
  /** File name, for messages and to see that it is compressed. */
  readonly name: string;
  readonly body: Readable;
}

/** What became of the lines of an ingest (src/ingest/pipeline.ts says what each number means). */
export type IngestReport = Readonly<Record<string, unknown>>;

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
  readonly lines: number;
  readonly unreadable: number;
  readonly undated: number;
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
