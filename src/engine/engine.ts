import type { Catalogue } from '../denials/catalogue.ts';
import { bucketStarts, chooseBucket } from '../query/buckets.ts';
import { isCalendar, withoutCalendar } from '../query/dimensions.ts';
import { measureOf } from '../query/measures/registry.ts';
import { namedPair } from '../query/parse.ts';
import type { DenialsAcross, Question } from '../query/question.ts';
import type { Connection } from '../store/connection.ts';
import { dataVersion } from '../store/data-version.ts';
import type { EntitledUseBasis } from '../store/entitled-use.ts';
import { entitledUseBasis } from '../store/entitled-use.ts';
import { factsZone } from '../store/facts-zone.ts';
import type { Annotation } from './annotations.ts';
import { annotationsIn } from './annotations.ts';
import { answerKey, createAnswers } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Ask, Source } from './ask.ts';
import { withBefore } from './before.ts';
import { foldHours, hoursOf } from './calendar-fold.ts';
import type { DimensionValues, ValuesRequest } from './dimension-values.ts';
import { dimensionValues } from './dimension-values.ts';
import type { EntitlementBook } from './entitlement-book.ts';
import type { Frame, Notice } from './frame.ts';
import { createGroundwork } from './groundwork.ts';
import { computations } from './measures/registry.ts';
import { noProducts } from './mapped-products.ts';
import { noDataNotices } from './no-data.ts';
import {
  defaultAccountName,
  isOnly,
  namedListing,
  namedRows,
  storedFilters,
  storedScope,
  withoutAccountColumn,
} from './own-account.ts';
import type { Scope, Selection } from './relations.ts';
import { siteCalendar } from './site-calendar.ts';
import { listingFrame, seriesFrames, tableFrame } from './shape.ts';
import { tallyFrame } from './tally.ts';
import type { Titles } from './titles.ts';
import { titlesOf } from './titles.ts';
import type { Range, Window } from './windows.ts';
import { windowsOf } from './windows.ts';

export type { Scope } from './relations.ts';
export type { Frame, Notice } from './frame.ts';
export type { Annotation } from './annotations.ts';
export type { DimensionValues, ValuesRequest } from './dimension-values.ts';

export interface EngineOptions {
  readonly connection: Connection;
  readonly catalogue: Catalogue;
  /** Entitlements begin and end at midnight here; IANA name. */
  readonly siteTimezone: string;
  /** What makes one episode of denials where a question does not say; default `servers`. */
  readonly denialsAcross?: DenialsAcross;
  /** Name of the one account, where no line has an account; default `defaultAccountName`. */
  readonly siteAccount?: string | undefined;
  /** The clock, epoch milliseconds; default `Date.now`. */
  readonly now?: () => number;
  /** How much memory answers may take that are kept as long as the data stay as they are; 0: each question asks the store. */
  readonly answerBytes?: number;
}

/** Does the work when its turn has come. */
export type Turn = <T>(
  work: (signal: AbortSignal | undefined) => Promise<T>,
  signal: AbortSignal | undefined,
) => Promise<T>;

export interface AnswerOptions {
  readonly scope: Scope;
  /** Points a series should have at most, for bucket `auto`. */
  readonly maxDataPoints?: number;
  readonly signal?: AbortSignal;
  /** Who has to ask the store waits for a turn; a kept answer, or one that somebody waits for already, needs none. */
  readonly turn?: Turn;
  /** Reads raw rows only: what rollups must agree with. For tests and measurements. */
  readonly rawOnly?: boolean;
}

/** Turns questions into frames. Everything it reads passes through the scope. */
export interface Engine {
  /** `range` undefined on a side: from the first line, to the last one (included). */
  answer(
    question: Question,
    range: Partial<Range>,
    options: AnswerOptions,
  ): Promise<{ readonly frames: readonly Frame[] }>;
  dimensionValues(request: ValuesRequest): Promise<DimensionValues>;
  /** Restarts, capacity changes and entitlement expiries in a range. */
  annotations(range: Partial<Range>, options: Pick<AnswerOptions, 'scope' | 'signal'>): Promise<readonly Annotation[]>;
  /** Name of the account that lines and entitlements without one are of; '' where they are nobody's, or everybody's. */
  accountName(): Promise<string>;
  /** Sources as far as they were read. */
  sources(scope: Scope): Promise<readonly Source[]>;
}

const defaultAnswerBytes = 64e6;

export function createEngine({
  connection,
  catalogue,
  siteTimezone,
  denialsAcross = 'servers',
  siteAccount = defaultAccountName,
  now = Date.now,
  answerBytes = defaultAnswerBytes,
}: EngineOptions): Engine {
  const answers = createAnswers(answerBytes);
  const groundworkOf = createGroundwork(connection, { siteTimezone, siteAccount });

  /** What a scope sees, without a question. */
  const everything = ({ own }: EntitlementBook, scope: Scope): Selection => ({
    filters: [],
    scope: storedScope(own, scope),
    catalogue,
    mapped: noProducts,
    own,
  });

  async function ask(
    question: Question,
    wanted: Partial<Range>,
    {
      version,
      clock,
      ...options
    }: AnswerOptions & { readonly version: string | undefined; readonly clock: () => number },
  ): Promise<Ask> {
    const groundwork = await groundworkOf(version);
    const { book, lasting } = groundwork;
    const { own } = book;
    const filters = storedFilters(own, question.filters);
    const scope = storedScope(own, options.scope);
    const mapped = await groundwork.mapped([
      ...withoutCalendar(question.groupBy),
      ...filters.map(({ dimension }) => dimension),
    ]);
    const sources = await groundwork.sources({ filters, scope, catalogue, mapped, own });
    const range = completeRange(wanted, sources);
    return {
      connection,
      catalogue,
      siteTimezone,
      calendar: siteCalendar(siteTimezone),
      question: {
        ...question,
        filters,
        groupBy: withoutCalendar(question.groupBy),
        denials: { ...question.denials, across: question.denials.across ?? denialsAcross },
      },
      range,
      lines: completeRange({}, sources),
      windows: windowsFor(question, range, options.maxDataPoints),
      now: clock,
      scope,
      sources,
      book,
      hasEntitledUse: isSame(await entitledUseBasis(connection), book.basis),
      mapped,
      lasting,
      signal: options.signal,
      notices: noDataNotices(question, range, sources),
      rawOnly: options.rawOnly === true || (await factsZone(connection)) !== siteTimezone,
    };
  }

  async function framesOf(question: Question, current: Ask): Promise<{ readonly frames: readonly Frame[] }> {
    const { notices, book } = current;
    const unsaid = isOnly(book.own) ? 'account' : undefined;
    const shown = (frames: readonly Frame[]) => ({
      frames: unsaid === undefined ? frames : withoutAccountColumn(frames),
    });
    const computation = computations[question.measure];
    const { columns, valueColumn, overHours } = measureOf(question.measure);
    const titles = titlesOf(catalogue);
    if (current.windows.length === 0) return { frames: [emptyFrame(question, notices, titles)] };
    if ('list' in computation) {
      const names = [...question.groupBy, ...namedPair(question), ...columns.map(({ name }) => name)];
      const rows = namedListing(book.own, names, await computation.list(current));
      if (question.tally === true) {
        const counted = rows.map((values) => ({ window: 0, value: values[names.lastIndexOf(valueColumn)] ?? null }));
        return { frames: [tallyFrame(question, counted, current.windows, current)] };
      }
      return shown([listingFrame(question, rows, notices, titles)]);
    }
    const { windows, rows: figures } = await withBefore(current, computation.compute, question.before ?? 0);
    const computed = namedRows(book.own, question, figures);
    const how = question.groupBy.some(isCalendar) ? overHours : undefined;
    const end = Math.max(...current.sources.map((source) => source.lastLine));
    const rows = how === undefined ? computed : foldHours(question, how, { rows: computed, windows, end });
    if (question.tally === true) {
      const at = columns.findIndex(({ name }) => name === valueColumn);
      const counted = rows.map(({ window, values }) => ({ window, value: values[at] ?? null }));
      return { frames: [tallyFrame(question, counted, windows, current)] };
    }
    return question.shape === 'table'
      ? shown([tableFrame(question, rows, notices, titles)])
      : { frames: seriesFrames(question, rows, windows, notices, { titles, unsaid }) };
  }

  async function answerNow(
    version: string | undefined,
    question: Question,
    range: Partial<Range>,
    options: AnswerOptions,
  ): Promise<Answer> {
    const moment = now();
    let ofTheMoment = false;
    const clock = (): number => {
      ofTheMoment = true;
      return moment;
    };
    const current = await ask(question, range, { ...options, version, clock });
    const { frames } = await framesOf(question, current);
    return { frames, ofTheMoment };
  }

  return {
    answer: async (question, range, { signal, turn = atOnce, ...options }) => {
      const version = await dataVersion(connection);
      return answers.of(
        version,
        answerKey(question, range, options),
        (shared) =>
          turn(
            (own) => answerNow(version, question, range, { ...options, ...(own !== undefined && { signal: own }) }),
            shared,
          ),
        signal,
      );
    },
    dimensionValues: async (request) => {
      const groundwork = await groundworkOf(await dataVersion(connection));
      const { own } = groundwork.book;
      const filters = storedFilters(own, request.filters ?? []);
      const mapped = await groundwork.mapped([request.dimension, ...filters.map(({ dimension }) => dimension)]);
      const scope = storedScope(own, request.scope);
      return dimensionValues({ connection, catalogue, mapped, own }, { ...request, filters, scope });
    },
    annotations: async (wanted, options) => {
      const { book, sources: sourcesOf } = await groundworkOf(await dataVersion(connection));
      const selection = everything(book, options.scope);
      const sources = await sourcesOf(selection);
      const range = completeRange(wanted, sources);
      return annotationsIn({ connection, book, sources, range, ...options, scope: selection.scope });
    },
    sources: async (scope) => {
      const { book, sources } = await groundworkOf(await dataVersion(connection));
      return sources(everything(book, scope));
    },
    accountName: async () => (await groundworkOf(await dataVersion(connection))).book.own?.name ?? '',
  };
}

const atOnce: Turn = (work, signal) => work(signal);
const isSame = (one: EntitledUseBasis | undefined, other: EntitledUseBasis | undefined): boolean =>
  one !== undefined && other?.newest === one.newest && other.rows === one.rows && other.own === one.own;

function emptyFrame(question: Question, notices: Notice[], titles: Titles): Frame {
  if (measureOf(question.measure).kind === 'listing') return listingFrame(question, [], notices, titles);
  const [frame] =
    question.shape === 'table'
      ? [tableFrame(question, [], notices, titles)]
      : seriesFrames(question, [], [], notices, { titles });
  if (frame === undefined) throw new Error('An empty answer is one frame.');
  return frame;
}

/** One window of a table, the buckets of a series, the hours that a table by weekday or hour of the day is made of. */
function windowsFor(question: Question, range: Range, maxDataPoints: number | undefined): Window[] {
  if (question.groupBy.some(isCalendar)) return hoursOf(question, range);
  if (question.shape === 'table' || question.before !== undefined)
    return windowsOf(range, undefined, question.workingHours);
  const bucket = question.bucket === 'auto' ? chooseBucket(range, maxDataPoints) : question.bucket;
  return windowsOf(range, bucketStarts(range, bucket, question.timezone), question.workingHours);
}

/** A range without an end includes the last event. */
function completeRange(wanted: Partial<Range>, sources: readonly Source[]): Range {
  const from = wanted.from ?? Math.min(...sources.map((source) => source.firstLine));
  const to = wanted.to ?? Math.max(...sources.map((source) => source.lastLine)) + 1;
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: 0, to: 0 };
}
