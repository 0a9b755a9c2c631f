/**
 * Counts equal lines: how often a line (source, dated second, identity) stands in the part that is being read, and how often
 * it is stored. A line is a copy while the part has not yet had more of it than are stored (DESIGN.md, line identity).
 *
 * One open-addressed table in typed arrays, since it is asked once per line. Lines far behind what is being read are
 * dropped when it fills up, so it does not grow with the file.
 */
export class Copies {
  private capacity: number;
  private mask: number;
  private used = 0;
  /** 0 = free; else source number + 1. */
  private source: Uint32Array;
  private second: Uint32Array;
  private high: Uint32Array;
  private low: Uint32Array;
  private part: Uint32Array;
  private inPart: Uint32Array;
  private stored: Uint32Array;

  /** @param horizon the second before which no more lines of a source are expected in its current part */
  constructor(
    private readonly horizon: (source: number) => number,
    capacity = 1 << 16,
  ) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.source = new Uint32Array(capacity);
    this.second = new Uint32Array(capacity);
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.part = new Uint32Array(capacity);
    this.inPart = new Uint32Array(capacity);
    this.stored = new Uint32Array(capacity);
  }

  /** Counts one more such line of the part; true when it is a copy of a stored one. Else it counts as stored from now on. */
  isCopy(source: number, part: number, second: number, high: number, low: number): boolean {
    const slot = this.slotOf(source, second, high, low);
    const before = this.part[slot] === part ? (this.inPart[slot] ?? 0) : 0;
    this.part[slot] = part;
    this.inPart[slot] = before + 1;
    if (before < (this.stored[slot] ?? 0)) return true;
    this.stored[slot] = before + 1;
    return false;
  }

  /** The store has `count` such lines. */
  load(source: number, second: number, high: number, low: number, count: number): void {
    const slot = this.slotOf(source, second, high, low);
    this.stored[slot] = Math.max(this.stored[slot] ?? 0, count);
  }

  private slotOf(source: number, second: number, high: number, low: number): number {
    const slot = this.find(source, second, high, low);
    if (this.source[slot] !== 0) return slot;
    if (this.used >= this.capacity / 2) {
      this.rebuild();
      return this.slotOf(source, second, high, low);
    }
    this.used++;
    this.source[slot] = source + 1;
    this.second[slot] = second;
    this.high[slot] = high;
    this.low[slot] = low;
    this.part[slot] = 0;
    this.inPart[slot] = 0;
    this.stored[slot] = 0;
    return slot;
  }

  private find(source: number, second: number, high: number, low: number): number {
    let slot =
      (low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(source, 0xc2b2ae35)) >>> 0;
    slot = (slot ^ (slot >>> 16)) & this.mask;
    for (;;) {
      const taken = this.source[slot];
      if (taken === 0) return slot;
      if (
        taken === source + 1 &&
        this.low[slot] === low &&
        this.high[slot] === high &&
        this.second[slot] === second >>> 0
      ) {
        return slot;
      }
      slot = (slot + 1) & this.mask;
    }
  }

  /** Without what lies before the horizon; twice as large when that leaves little room. */
  private rebuild(): void {
    const old = { ...this };
    const kept: number[] = [];
    for (let slot = 0; slot < old.capacity; slot++) {
      const taken = old.source[slot] ?? 0;
      if (taken !== 0 && (old.second[slot] ?? 0) >= this.horizon(taken - 1)) kept.push(slot);
    }
    const capacity = kept.length > old.capacity / 4 ? old.capacity * 2 : old.capacity;
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.used = kept.length;
    this.source = new Uint32Array(capacity);
    this.second = new Uint32Array(capacity);
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.part = new Uint32Array(capacity);
    this.inPart = new Uint32Array(capacity);
    this.stored = new Uint32Array(capacity);
    for (const from of kept) {
      const source = old.source[from] ?? 0;
      const to = this.find(source - 1, old.second[from] ?? 0, old.high[from] ?? 0, old.low[from] ?? 0);
      this.source[to] = source;
      this.second[to] = old.second[from] ?? 0;
      this.high[to] = old.high[from] ?? 0;
      this.low[to] = old.low[from] ?? 0;
      this.part[to] = old.part[from] ?? 0;
      this.inPart[to] = old.inPart[from] ?? 0;
      this.stored[to] = old.stored[from] ?? 0;
    }
  }
}
