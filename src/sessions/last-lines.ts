/**
 * When a daemon wrote its last line, milliseconds, and the place of that line among those of its moment; without a place where only the
 * time is known. Plain JSON.
 */
export type LastLine = readonly [vendor: string, time: number, lag?: number, ordinal?: number];

interface Line {
  time: number;
  lag: number | undefined;
  ordinal: number | undefined;
}

/** When each daemon wrote its last line, as far as events tell. */
export class LastLines {
  private readonly lines = new Map<string, Line>();
  /** The daemon that wrote last is kept at hand: runs of one daemon's lines are the rule. */
  private vendor: string | undefined;
  private line: Line = unknown();

  constructor(from: readonly LastLine[]) {
    for (const [vendor, time, lag, ordinal] of from) this.lines.set(vendor, { time, lag, ordinal });
  }

  saw(vendor: string, time: number, lag?: number, ordinal?: number): void {
    if (vendor !== this.vendor) {
      this.vendor = vendor;
      this.line = this.lines.get(vendor) ?? unknown();
      this.lines.set(vendor, this.line);
    }
    const { line } = this;
    if (time < line.time || (time === line.time && ordinal === undefined)) return;
    line.time = time;
    line.lag = lag;
    line.ordinal = ordinal;
  }

  /** Of a daemon that was never seen: long before everything. */
  of(vendor: string): Readonly<Line> {
    return this.lines.get(vendor) ?? unknown();
  }

  /** By name of the daemon. */
  all(): readonly LastLine[] {
    return [...this.lines]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([vendor, { time, lag, ordinal }]) =>
        lag === undefined || ordinal === undefined ? [vendor, time] : [vendor, time, lag, ordinal],
      );
  }
}

const unknown = (): Line => ({ time: Number.MIN_SAFE_INTEGER, lag: undefined, ordinal: undefined });
