/**
 * Roll-over of the day for lines that give a time of day only (DESIGN.md): between anchors the day advances when the clock
 * falls back by more than 6 h in file order over all daemons; a step forward of more than 18 h is a daemon that still
 * writes before midnight; smaller steps back keep the day.
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
  /** Whether dates jump back here, so that a new part begins. */
  readonly part: boolean;
  /** In words, when a user should know: a jump of the dates. */
  readonly notice: string;
}

/** Builds the stretches of a file from its clocks and anchors, in one pass. Memory grows with the jumps, not the file. */
export interface DatePlanner {
  /** One line; `anchor` is its day when it is an anchor, else NaN; `header` when it looks like the first of a start. */
  line(number: number, clock: number, anchor: number, header: boolean): void;
  /** Empty when no anchor was found. */
  stretches(): readonly Stretch[];
}

/** Anchors this close to midnight may name the day beside (seconds). */
const midnightSlack = 10;

export function newDatePlanner(): DatePlanner {
  const counter: DayCounter = { day: 0, clock: -1 };
  const found: Stretch[] = [];
  let anchored = false;
  let firstLine = 0;
  let previous = NaN; // local seconds of the line before, and the highest so far
  let highest = -Infinity;
  // Where the dates would jump back, should the next anchor say so: the longest silence since the last anchor, unless a start
  // header stands there. Days that the clock did not show are added at a header or at the anchor itself: lines before it
  // stand on the days that roll-over gives.
  let jump: { line: number; day: number; clock: number; highestBefore: number; step: number } | undefined;

  function disagree(number: number, clock: number, lineDay: number, anchor: number): void {
    const shift = anchor - lineDay;
    const here = { line: number, day: lineDay, clock, highestBefore: highest, step: 0 };
    const at = jump === undefined || (shift > 0 && jump.step !== Infinity) ? here : jump;
    const start = (at.day + shift) * 86_400 + at.clock;
    const part = start < at.highestBefore - rollOver;
    found.push({
      line: at.line,
      day: at.day + shift,
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
      let lineDay = countDay(counter, clock);
      if (anchored && anchor === counter.day && lineDay === anchor - 1 && !besideMidnight(clock, 1)) {
        // No straggler from before midnight: the anchor names the day after a silence of more than 18 h.
        lineDay = counter.day;
        counter.clock = clock;
        found.push({ line: number, day: lineDay, part: false, notice: '' });
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
      if (!anchored) {
        anchored = true;
        const shift = anchor - lineDay;
        found.push({ line: firstLine, day: shift, part: false, notice: '' });
        counter.day += shift;
        previous += shift * 86_400;
        highest += shift * 86_400;
      } else if (anchor !== lineDay && !besideMidnight(clock, anchor - lineDay)) {
        disagree(number, clock, lineDay, anchor);
      }
      jump = undefined;
    },
    stretches: () => found,
  };
}

function besideMidnight(clock: number, shift: number): boolean {
  return (shift === -1 && clock <= midnightSlack) || (shift === 1 && clock >= 86_400 - midnightSlack);
}

export function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
