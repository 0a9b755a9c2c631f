/**
 * Counts equal lines: how often a line (source, dated second, identity) stands in the part that is being read, and how often
 * it is stored. A line is a copy while the part has not yet had more of it than are stored
 * (docs/definitions.md#line-identity).
 *
 * One open-addressed table in typed arrays, since it is asked once per line. Lines far behind what is being read are
 * dropped when it fills up, so it does not grow with the file.
 */
export class Copies {
  private capacity: number;
  private mask: number;
  private used = 0;
  /** `width` numbers per slot, side by side, so that a look takes one line of the processor's cache. */
  private slots: Uint32Array;

  /** @param horizon the second before which no more lines of a source are expected in its current part */
  constructor(
    private readonly horizon: (source: number) => number,
    capacity = 1 << 16,
  ) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.slots = new Uint32Array(capacity * width);
  }

  /** Counts one more such line of the part; true when it is a copy of a stored one. Else it counts as stored from now on. */
  isCopy(source: number, part: number, second: number, high: number, low: number): boolean {
    const at = this.slotOf(source, second, high, low);
    const { slots } = this;
    const before = slots[at + partField] === part ? (slots[at + inPartField] ?? 0) : 0;
    slots[at + partField] = part;
    slots[at + inPartField] = before + 1;
    if (before < (slots[at + storedField] ?? 0)) return true;
    slots[at + storedField] = before + 1;
    return false;
  }

  /** Counts `count` more such lines of the part which are stored: they were read before. */
  sawBefore(source: number, part: number, second: number, high: number, low: number, count = 1): void {
    const at = this.slotOf(source, second, high, low);
    const { slots } = this;
    const before = slots[at + partField] === part ? (slots[at + inPartField] ?? 0) : 0;
    slots[at + partField] = part;
    slots[at + inPartField] = before + count;
    slots[at + storedField] = Math.max(slots[at + storedField] ?? 0, before + count);
  }

  /** How often each line stands in a part, from that second on; the newest seconds first. */
  ofPart(source: number, part: number, fromSecond: number): LineCount[] {
    const { slots } = this;
    const found: LineCount[] = [];
    for (let at = 0; at < slots.length; at += width) {
      const second = slots[at + secondField] ?? 0;
      if (slots[at] !== source + 1 || slots[at + partField] !== part || second < fromSecond) continue;
      const count = slots[at + inPartField] ?? 0;
      found.push([second, slots[at + highField] ?? 0, slots[at + lowField] ?? 0, count]);
    }
    return found.sort(([a], [b]) => b - a);
  }

  /** The store has `count` such lines. */
  load(source: number, second: number, high: number, low: number, count: number): void {
    const at = this.slotOf(source, second, high, low) + storedField;
    this.slots[at] = Math.max(this.slots[at] ?? 0, count);
  }

  private slotOf(source: number, second: number, high: number, low: number): number {
    let at = this.find(source, second, high, low);
    if (this.slots[at] !== 0) return at;
    if (this.used >= this.capacity / 2) {
      this.rebuild();
      at = this.find(source, second, high, low);
    }
    this.used++;
    this.slots[at] = source + 1;
    this.slots[at + secondField] = second;
    this.slots[at + highField] = high;
    this.slots[at + lowField] = low;
    return at;
  }

  private find(source: number, second: number, high: number, low: number): number {
    const { slots, mask } = this;
    const mixed = low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(source, 0xc2b2ae35);
    let slot = (mixed ^ (mixed >>> 16)) & mask;
    for (;;) {
      const at = slot * width;
      const taken = slots[at];
      if (taken === 0) return at;
      if (
        taken === source + 1 &&
        slots[at + lowField] === low &&
        slots[at + highField] === high &&
        slots[at + secondField] === second >>> 0
      ) {
        return at;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Without what lies before the horizon; larger when that leaves little room. */
  private rebuild(): void {
    const old = this.slots;
    const horizons = new Map<number, number>();
    const kept: number[] = [];
    for (let at = 0; at < old.length; at += width) {
      const source = (old[at] ?? 0) - 1;
      if (source < 0) continue;
      let horizon = horizons.get(source);
      if (horizon === undefined) horizons.set(source, (horizon = this.horizon(source)));
      if ((old[at + secondField] ?? 0) >= horizon) kept.push(at);
    }
    while (kept.length > this.capacity / 8) this.capacity *= 2;
    this.mask = this.capacity - 1;
    this.used = kept.length;
    this.slots = new Uint32Array(this.capacity * width);
    for (const from of kept) {
      const to = this.find(
        (old[from] ?? 0) - 1,
        old[from + secondField] ?? 0,
        old[from + highField] ?? 0,
        old[from + lowField] ?? 0,
      );
      for (let field = 0; field < width; field++) this.slots[to + field] = old[from + field] ?? 0;
    }
  }
}

/** Second, identity (high and low half), how often. */
export type LineCount = readonly [second: number, high: number, low: number, count: number];

/** Fields of a slot; the first is the number of the source + 1, or 0 when the slot is free. */
const width = 8;
const secondField = 1;
const highField = 2;
const lowField = 3;
const partField = 4;
const inPartField = 5;
const storedField = 6;
