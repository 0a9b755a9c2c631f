/**
 * When a daemon wrote its last line, milliseconds, and the place of that line among those of its moment; without a place where only the
 * time is known.
 */
export type LastLine = readonly [vendor: string, time: number, lag?: number, ordinal?: number];

/** When each daemon wrote its last line, as far as events tell. */
export class LastLines {
  private readonly lines: Map<string, LastLine>;
  /** The daemon that wrote last is kept apart from the map: runs of one daemon's lines are the rule. */
  private current: string | undefined;
  private time = 0;
  private lag: number | undefined;
  private ordinal: number | undefined;

  constructor(from: readonly LastLine[]) {
    this.lines = new Map(from.map((line) => [line[0], line]));
  }

  saw(vendor: string, time: number, lag?: number, ordinal?: number): void {
    if (vendor !== this.current) {
      this.remember();
      this.current = vendor;
      [, this.time, this.lag, this.ordinal] = this.lines.get(vendor) ?? [vendor, Number.MIN_SAFE_INTEGER];
    }
    if (time < this.time || (time === this.time && ordinal === undefined)) return;
    this.time = time;
    this.lag = lag;
    this.ordinal = ordinal;
  }

  /** Of a daemon that was never seen: long before everything. */
  of(vendor: string): LastLine {
    this.remember();
    return this.lines.get(vendor) ?? [vendor, Number.MIN_SAFE_INTEGER];
  }

  /** By name of the daemon. */
  all(): readonly LastLine[] {
    this.remember();
    return [...this.lines.values()].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private remember(): void {
    const { current, time, lag, ordinal } = this;
    if (current !== undefined)
      this.lines.set(
        current,
        lag === undefined || ordinal === undefined ? [current, time] : [current, time, lag, ordinal],
      );
  }
}
