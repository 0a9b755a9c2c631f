/** One thing that will happen on a server. Numbers only, so that a saved state stays small. */
export interface Item {
  /** When, milliseconds. */
  readonly t: number;
  /** Order among items of one moment. */
  readonly n: number;
  readonly kind: number;
  readonly pool: number;
  readonly client: number;
  readonly quantity: number;
  /** Meaning depends on `kind`. */
  readonly x: number;
  readonly y: number;
}

/** Binary heap, earliest item first; `heap` is a plain array that can be saved as it is. */
export function push(heap: Item[], item: Item): void {
  let i = heap.length;
  heap.push(item);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(item, above)) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = item;
}

/** Removes and gives the earliest item; undefined when there is none. */
export function pop(heap: Item[]): Item | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  sink(heap, 0, last);
  return top;
}

/** Removes what `drop` selects and gives it back, earliest first. */
export function remove(heap: Item[], drop: (item: Item) => boolean): Item[] {
  const gone = heap.filter(drop).sort((a, b) => a.t - b.t || a.n - b.n);
  if (gone.length === 0) return gone;
  const kept = heap.filter((item) => !drop(item));
  heap.length = 0;
  for (const item of kept) push(heap, item);
  return gone;
}

function sink(heap: Item[], start: number, item: Item): void {
  let i = start;
  for (;;) {
    let child = 2 * i + 1;
    let below = heap[child];
    if (below === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, below)) {
      below = right;
      child++;
    }
    if (!before(below, item)) break;
    heap[i] = below;
    i = child;
  }
  heap[i] = item;
}

function before(a: Item, b: Item): boolean {
  return a.t < b.t || (a.t === b.t && a.n < b.n);
}
