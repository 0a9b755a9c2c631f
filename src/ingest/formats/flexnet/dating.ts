/**
 * Roll-over of the day for lines that give a time of day only (docs/definitions.md#midnight): between anchors the day advances
 * when the clock falls back by more than 6 h in file order over all daemons; a step forward of more than 18 h is a daemon
 * that still writes before midnight; smaller steps back keep the day.
 */
export interface DayCounter {
  /** The day of the newest line (days since 1970-01-01, or from any start while no anchor is known). */
  day: number;
  /** Clock of the newest line that was no straggler, seconds; −1 before the first line. */
  clock: number;
}

const rollOver = 6 * 3600;
const straggler = 18 * 3600;

/** Moves the counter to a line with that clock and returns the line's own day. */
export function countDay(counter: DayCounter, clock: number): number {
  const step = clock - counter.clock;
  if (step > straggler && counter.clock >= 0) return counter.day - 1;
  if (step < -rollOver) counter.day++;
  counter.clock = clock;
  return counter.day;
}

/** A stretch of lines whose first line stands on `day`; the days after it follow by roll-over. */
export interface Stretch {
  readonly line: number;
  readonly day: number;
  /** By how many days it differs from what roll-over alone would have given. */
  readonly shift: number;
  /** Whether dates jump back here, so that a new part begins. */
  readonly part: boolean;
  /** In words, when a user should know: a jump of the dates. */
  readonly notice: string;
}

/** Builds the stretches of a file from its clocks and anchors, in one pass. Memory grows with the jumps, not the file. */
export interface DatePlanner {
  /** One line; `anchor` is its day when it is an anchor, else NaN; `header` when it looks like the first of a start. */
  line(number: number, clock: number, anchor: number, header: boolean): void;
  /** Those found since the planner began or went on: empty when no anchor was found, or none that says anything new. */
  stretches(): readonly Stretch[];
  /** Whether any anchor was found, also before the planner went on. */
  isDated(): boolean;
  /**
   * The last line whose date is settled as far as lines seen so far can settle it: no line before the first anchor, and
   * none of a server start whose own date has not come yet. `Infinity`: all.
   */
  settled(): number;
  /** Where the planner stands after the last settled line. */
  state(): PlannerState;
}

/** A planner between two lines, as JSON: `null` stands for "none yet". */
export interface PlannerState {
  readonly anchored: boolean;
  readonly counter: DayCounter;
  readonly firstLine: number;
  readonly previous: number | null;
  readonly highest: number | null;
  readonly jump: Jump | null;
}

/** Where the dates would jump, should the next anchor say so. */
interface Jump {
  readonly line: number;
  readonly day: number;
  readonly clock: number;
  readonly highestBefore: number | null;
  /** Seconds since the line before; `null`: the header of a server start, which comes before any silence. */
  readonly step: number | null;
}

/**
 * How many lines a server start writes at most before it says its date. Beyond that it was none, and its lines do not wait
 * any longer (real ones: the date comes within 29 lines).
 */
const longestStart = 200;
/** How many lines wait for the first date of a file; a log that has none by then has none at all (real ones: 29). */
const longestUndated = 20_000;

/** Anchors this close to midnight may name the day beside (seconds). */
const midnightSlack = 10;

/** @param from where an earlier planner stood in the same file */
export function newDatePlanner(from?: PlannerState): DatePlanner {
  const counter: DayCounter = from === undefined ? { day: 0, clock: -1 } : { ...from.counter };
  const found: Stretch[] = [];
  let anchored = from?.anchored ?? false;
  let firstLine = from?.firstLine ?? 0;
  let previous = from?.previous ?? NaN; // local seconds of the line before, and the highest so far
  let highest = from?.highest ?? -Infinity;
  // The start of a server that has not said its date: its first line, and the state before it.
  let starting: { readonly line: number; readonly before: PlannerState } | undefined;
  let lastLine = 0;
  // Where the dates would jump back, should the next anchor say so: the longest silence since the last anchor, unless a start
  // header stands there. Days that the clock did not show are added at a header or at the anchor itself: lines before it
  // stand on the days that roll-over gives.
  let jump = jumpOf(from?.jump ?? null);

  function standing(): PlannerState {
    return {
      anchored,
      counter: { ...counter },
      firstLine,
      previous: previous === previous ? previous : null,
      highest: highest === -Infinity ? null : highest,
      jump:
        jump === undefined
          ? null
          : {
              ...jump,
              highestBefore: jump.highestBefore === -Infinity ? null : jump.highestBefore,
              step: jump.step === Infinity ? null : jump.step,
            },
    };
  }

  function disagree(number: number, clock: number, lineDay: number, anchor: number): void {
    const shift = anchor - lineDay;
    const here = { line: number, day: lineDay, clock, highestBefore: highest, step: 0 };
    const at = jump === undefined || (shift > 0 && jump.step !== Infinity) ? here : jump;
    const start = (at.day + shift) * 86_400 + at.clock;
    const part = start < at.highestBefore - rollOver;
    found.push({
      line: at.line,
      day: at.day + shift,
      shift,
      part,
      notice: part
        ? `line ${at.line}: dates jump back to ${isoDay(at.day + shift)}; the lines from here are dated by their own anchors`
        : shift > 0
          ? `line ${at.line}: the log is silent for ${shift} more day${shift === 1 ? '' : 's'} than its clock shows (next date: ${isoDay(anchor)})`
          : `line ${at.line}: the clock was set back; the next date says ${isoDay(anchor)}`,
    });
    counter.day += shift;
    const now = anchor * 86_400 + clock;
    highest = part ? now : Math.max(at.highestBefore, now);
    previous = now;
  }

  return {
    line(number, clock, anchor, header) {
      if (firstLine === 0) firstLine = number;
      if (header && anchored) starting ??= { line: number, before: standing() };
      else if (starting !== undefined && number - starting.line > longestStart) starting = undefined;
      lastLine = number;
      let lineDay = countDay(counter, clock);
      if (anchored && anchor === counter.day && lineDay === anchor - 1 && !besideMidnight(clock, 1)) {
        // No straggler from before midnight: the anchor names the day after a silence of more than 18 h.
        lineDay = counter.day;
        counter.clock = clock;
        found.push({ line: number, day: lineDay, shift: 0, part: false, notice: '' });
      }
      const now = lineDay * 86_400 + clock;
      if (lineDay === counter.day && previous === previous) {
        const step = header ? Infinity : Math.abs(now - previous);
        if (jump === undefined || step > jump.step)
          jump = { line: number, day: lineDay, clock, highestBefore: highest, step };
      }
      previous = lineDay === counter.day ? now : previous;
      if (now > highest) highest = now;
      if (anchor !== anchor) return;
      starting = undefined;
      if (!anchored) {
        anchored = true;
        const shift = anchor - lineDay;
        found.push({ line: firstLine, day: shift, shift, part: false, notice: '' });
        counter.day += shift;
        previous += shift * 86_400;
        highest += shift * 86_400;
      } else if (anchor !== lineDay && !besideMidnight(clock, anchor - lineDay)) {
        disagree(number, clock, lineDay, anchor);
      }
      jump = undefined;
    },
    stretches: () => found,
    isDated: () => anchored,
    settled() {
      if (!anchored) return lastLine - firstLine >= longestUndated ? Infinity : 0;
      return starting === undefined ? Infinity : starting.line - 1;
    },
    state: () => starting?.before ?? standing(),
  };
}

function jumpOf(
  saved: Jump | null,
): { line: number; day: number; clock: number; highestBefore: number; step: number } | undefined {
  if (saved === null) return undefined;
  return { ...saved, highestBefore: saved.highestBefore ?? -Infinity, step: saved.step ?? Infinity };
}

function besideMidnight(clock: number, shift: number): boolean {
  return (shift === -1 && clock <= midnightSlack) || (shift === 1 && clock >= 86_400 - midnightSlack);
}

export function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
