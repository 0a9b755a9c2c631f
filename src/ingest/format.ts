import type { LicenseSystem } from '../denials/reason.ts';
import type { LicenseEvent } from '../sessions/event.ts';

/**
 * The port that every log format implements: lines of one file in, `LicenseEvent`s out, in file order.
 *
 * Every line is accounted for exactly once: as an event, as ignored (it carries no event), as unreadable or as undated.
 * A reader never throws because of what a line holds.
 */
export interface Format {
  /** Name for `--format`: lower case, no spaces. */
  readonly name: string;
  /** Name for people. */
  readonly title: string;
  /** Its lines never name the customer: whose they are can be decided anew when a mapping is loaded. */
  readonly withoutAccounts?: true;
  /**
   * The license system whose denial codes its lines hold, by the options where those say it; '' where lines may hold those of any.
   */
  denialSystem(options: SourceContext['options']): LicenseSystem;
  /** What the start of such a file looks like, for the message that refuses another one. */
  readonly looksLike: string;
  /**
   * How sure the format is that `head` (the first 64 KB, decoded) is its own: 0..1, and why, in words for the user.
   * @throws EventsConfigError and the like for options that are no valid ones, as `open` does
   */
  detect(head: string, options?: SourceContext['options']): Detection;
  /**
   * A reader for the lines of one file. A format with a `survey` keeps the lines until `end` when it is opened this way,
   * since it has to see all of them first: right for small texts only.
   */
  open(context: FormatContext): FormatReader;
  /** Formats that must see the whole file before they can read it (its dates, its own name): read the file twice. */
  survey?(context: SourceContext): FormatSurvey;
  /**
   * Reads a file that grows, slice by slice: what it reports is what one reading of the whole file would.
   * A format without it is read from its first line again whenever the file has grown.
   * @param state what `pause` handed out at the end of the slice before; undefined: the file's first line comes next
   * @throws EventsConfigError and the like for options that are no valid ones, as `open` does
   */
  follow?(context: SourceContext, state: ReaderState | undefined): FollowedReading;
}

/** Where a reader stands at the end of a line, as plain JSON; only the format that made it knows what is in it. */
export type ReaderState = Readonly<Record<string, unknown>>;

/** Reading one slice of a growing file. */
export interface FollowedReading {
  /** Formats that look at lines before they read them: all lines of the slice, whole ones only. */
  readonly survey?: (text: string, number: number) => void;
  /**
   * After the survey: the last line that can be read now. Later ones wait for the next slice, because what comes after them
   * decides how they are to be read. `Infinity`: all.
   */
  settled(): number;
  /** After the survey. */
  open(sink: ReaderSink): FollowedReader;
}

export interface FollowedReader extends FormatReader {
  /** The slice ends, the file may go on: reports what need not wait. */
  pause(): Paused;
}

export interface Paused {
  /** Where to go on; absent when this file can only be read from its first line again. */
  readonly state?: ReaderState;
  /** The last line of which everything is reported; absent: the last one read. */
  readonly reportedTo?: number;
}

export interface Detection {
  /** 1: surely; below 0.2: not by itself; 0: cannot be read as this format at all, even when asked for by name. */
  readonly score: number;
  readonly reason: string;
}

/** What is known of a file before it is read. */
export interface SourceContext {
  /** Path as the user gave it; used in names and messages only. */
  readonly file: string;
  /** Name of the source when the user says it, else the reader finds one (`ReaderSink.sourceName`). */
  readonly server?: string;
  /** IANA time zone in which the source writes local times. */
  readonly timezone: string;
  /** Account of all events when the user says it. */
  readonly account?: string;
  /** What single formats need beside: mapping of columns, presets. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface FormatContext extends SourceContext {
  readonly sink: ReaderSink;
}

export interface FormatReader {
  /** One line without its newline (a carriage return may still be there) and its 1-based number. */
  line(text: string, number: number): void;
  /** The file ends: report what waits (`seen` events, the lines kept). */
  end(): void;
}

/** First of two passes over the same lines: feed all of them to `line`, then open the reader for the second pass. */
export interface FormatSurvey {
  line(text: string, number: number): void;
  open(sink: ReaderSink): FormatReader;
}

/** Where a reader reports to, in file order. */
export interface ReaderSink {
  /** `line` is the number of the line it stands on; a `seen` event stands on none and comes with the last line's. */
  event(event: LicenseEvent, line: number): void;
  /**
   * A new part begins (dates jump back by more than small steps of the clock); what is reported later belongs to it.
   * The first part begins by itself.
   */
  part(reason: string, line: number): void;
  /** A line that should carry an event, or is no line of this format at all. */
  unreadable(line: number, text: string, reason: string): void;
  /** A line with an event whose date cannot be known. */
  undated(line: number, text: string, reason: string): void;
  /** `count` lines that carry no event by their nature (headers, statistics, comments). */
  ignored(count: number): void;
  /** The name of the source (FlexNet: the host in the start line, else the file's name): before the first event. */
  sourceName(server: string): void;
  /**
   * Time (ms UTC) of a dated line without an event: it too moves the source's first and last line. Called at least
   * whenever it differs from the last call; events move both as well.
   */
  lastLine(time: number): void;
  /** Something the user should know about the file, in one sentence. */
  notice(text: string): void;
}

const nothing = (): void => undefined;

/** Hears nothing: for readers of which only some reports matter, `{ ...deafSink, event }`. */
export const deafSink: ReaderSink = {
  event: nothing,
  part: nothing,
  unreadable: nothing,
  undated: nothing,
  ignored: nothing,
  sourceName: nothing,
  lastLine: nothing,
  notice: nothing,
};
