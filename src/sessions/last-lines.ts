/** When each daemon wrote its last line, as far as events tell. */
export class LastLines {
  private readonly times: Map<string, number>;
  /** The daemon that wrote last is kept apart from the map: runs of one daemon's lines are the rule. */
  private current: string | undefined;
  private currentTime = 0;

  constructor(from: readonly (readonly [vendor: string, time: number])[]) {
    this.times = new Map(from);
  }

  saw(vendor: string, time: number): void {
    if (vendor !== this.current) {
      this.remember();
      this.current = vendor;
      this.currentTime = this.times.get(vendor) ?? time;
    }
    if (time > this.currentTime) this.currentTime = time;
  }

  /** Of a daemon that was never seen: long before everything. */
  of(vendor: string): number {
    return vendor === this.current ? this.currentTime : (this.times.get(vendor) ?? Number.MIN_SAFE_INTEGER);
  }

  /** By name of the daemon. */
  all(): readonly (readonly [vendor: string, time: number])[] {
    this.remember();
    return [...this.times].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private remember(): void {
    if (this.current !== undefined) this.times.set(this.current, this.currentTime);
  }
}
