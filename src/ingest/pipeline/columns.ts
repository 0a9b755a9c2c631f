import type { Labels } from '../event-store.ts';

/** A column of words that repeat, coded as it grows. */
export class LabelColumn {
  private readonly dictionary: string[] = [];
  private readonly codeOf = new Map<string, number>();
  private codes: Uint32Array;
  private lastWord: string | undefined;
  private lastCode = 0;

  constructor(capacity: number) {
    this.codes = new Uint32Array(capacity);
  }

  set(row: number, word: string): void {
    if (word !== this.lastWord) {
      let code = this.codeOf.get(word);
      if (code === undefined) {
        code = this.dictionary.length;
        this.dictionary.push(word);
        this.codeOf.set(word, code);
      }
      this.lastWord = word;
      this.lastCode = code;
    }
    this.codes[row] = this.lastCode;
  }

  grow(capacity: number): void {
    this.codes = grown(this.codes, new Uint32Array(capacity));
  }

  labels(rows: number): Labels {
    return { dictionary: this.dictionary, codes: this.codes.subarray(0, rows) };
  }
}

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** `into`, filled from the start with `from`. */
export function grown<T extends Numbers>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** 64-bit numbers written as two halves, which is several times faster than BigInt. */
export function halvesAsLongs(halves: Uint32Array, rows: number): BigUint64Array {
  return new BigUint64Array(halves.buffer, halves.byteOffset, rows);
}

/** Months since year 0, UTC: the partition that an event or a change lies in. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
