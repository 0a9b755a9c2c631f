import type { InsertColumn } from './connection.ts';
import { storeError } from './errors.ts';

/**
 * ClickHouse's Native format: per block the number of columns and rows, then column by column its name, its type and its
 * values, packed (https://clickhouse.com/docs/interfaces/formats/Native). The fastest way in: 16 times JSONEachRow.
 */
export function encodeNative(columns: readonly InsertColumn[]): Buffer {
  const rows = columns[0]?.values.length ?? 0;
  const out: Writer = { buffer: Buffer.allocUnsafe(Math.max(1024, rows * columns.length * 12)), position: 0 };
  writeVarint(out, columns.length);
  writeVarint(out, rows);
  for (const column of columns) {
    if (column.values.length !== rows) {
      const found = `column "${column.name}" has ${column.values.length} values, column "${columns[0]?.name}" has ${rows}`;
      throw storeError('invalid', `All columns of a block must be equally long, but ${found}.`);
    }
    writeStrings(out, [column.name, column.type]);
    writeValues(out, column);
  }
  return out.buffer.subarray(0, out.position);
}

interface Writer {
  buffer: Buffer;
  position: number;
}

function writeValues(out: Writer, column: InsertColumn): void {
  if (column.type === 'String') {
    writeStrings(out, column.values);
  } else if (column.type === 'Nullable(String)') {
    const isNull = column.values.map((value) => (value === null ? 1 : 0));
    writeBytes(out, Uint8Array.from(isNull));
    const values = column.values.map((value) => value ?? '');
    writeStrings(out, values);
  } else if (column.type === 'LowCardinality(String)') {
    writeLabels(out, column.dictionary, column.values);
  } else {
    writeBytes(out, packed(column));
  }
}

/**
 * A coded column: version of the coding (1), what follows (0x600: a dictionary of its own; 2: codes of 32 bits), the dictionary
 * and the codes, each after its length; all these in 64 bits.
 */
function writeLabels(out: Writer, dictionary: readonly string[], codes: Uint32Array): void {
  writeBytes(out, BigUint64Array.of(1n, 0x602n, BigInt(dictionary.length)));
  writeStrings(out, dictionary);
  writeBytes(out, BigUint64Array.of(BigInt(codes.length)));
  writeBytes(out, codes);
}

type Packed = Uint8Array | Int32Array | Uint32Array | Float64Array | BigUint64Array;

/** The values of a numeric column as they lie in the block. */
function packed({
  name,
  type,
  values,
}: Exclude<InsertColumn, { readonly type: 'String' | 'Nullable(String)' | 'LowCardinality(String)' }>): Packed {
  if (values instanceof BigUint64Array) return values;
  switch (type) {
    case 'UInt64':
      return longs(name, values, 1, 0, Number.MAX_SAFE_INTEGER);
    case 'Int64':
    case "DateTime64(3, 'UTC')":
      return longs(name, values, 1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'Decimal(18, 6)':
      return longs(name, values, 1e6, -1e18, 1e18);
    case 'UInt8':
      return integers(name, values, new Uint8Array(values.length), 0, 255);
    case 'UInt32':
      return integers(name, values, new Uint32Array(values.length), 0, 4294967295);
    case 'Date32':
      // Days since 1970-01-01; ClickHouse's Date32 reaches from 1900-01-01 to 2299-12-31.
      return integers(name, values, new Int32Array(values.length), -25567, 120529);
    case 'Float64':
      return Float64Array.from(values);
  }
}

// Globals are slow to look up in the innermost loops wherever code runs in a context of its own (jest does).
const { floor, round } = Math;
const notThere = NaN;

/** Checked copy: the engine itself would store 4294967300 in a UInt32 as 4, without a word. */
function integers<T extends Uint8Array | Uint32Array | Int32Array>(
  name: string,
  values: ArrayLike<number>,
  into: T,
  lowest: number,
  highest: number,
): T {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? notThere;
    if (!(value >= lowest && value <= highest) || floor(value) !== value)
      throw outside(name, i, value, lowest, highest);
    into[i] = value;
  }
  return into;
}

/** 64-bit integers, `factor` × value rounded, as two 32-bit halves each: several times faster than BigInt. */
function longs(name: string, values: ArrayLike<number>, factor: number, lowest: number, highest: number): Int32Array {
  const halves = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? notThere;
    const long = factor === 1 ? value : round(value * factor);
    if (!(long >= lowest && long <= highest) || floor(long) !== long) {
      throw outside(name, i, value, lowest / factor, highest / factor);
    }
    const high = floor(long / 4294967296);
    halves[2 * i] = long - high * 4294967296;
    halves[2 * i + 1] = high;
  }
  return halves;
}

function outside(name: string, row: number, value: number, lowest: number, highest: number): Error {
  const expected = `expected a number from ${lowest} to ${highest}`;
  return storeError('invalid', `Column "${name}", row ${row + 1}: ${expected}, found ${value}.`);
}

/** Rows whose strings are joined and written at once: fewer calls into the runtime, and the joined text stays in cache. */
const stringChunk = 2048;

/** Each string as its length in bytes (varint) and its UTF-8 bytes. */
function writeStrings(out: Writer, values: readonly string[]): void {
  for (let from = 0; from < values.length; from += stringChunk) {
    const chunk = values.slice(from, from + stringChunk);
    // Of short ASCII strings, length bytes and text together are ASCII too, and can be written as one string. Anything else
    // among them shows as more bytes than characters: a length above 127 stands there as a character outside ASCII.
    const prefixed = chunk.map((value) => (shortLengths[value.length] ?? longLength) + value).join('');
    if (Buffer.byteLength(prefixed) === prefixed.length) {
      reserve(out, prefixed.length);
      out.position += out.buffer.write(prefixed, out.position, 'latin1');
    } else {
      for (const value of chunk) writeString(out, value);
    }
  }
}

const shortLengths = Array.from({ length: 128 }, (_, length) => String.fromCharCode(length));
const longLength = '\u0080';

function writeString(out: Writer, value: string): void {
  const bytes = Buffer.byteLength(value);
  writeVarint(out, bytes);
  reserve(out, bytes);
  out.position += out.buffer.write(value, out.position, 'utf8');
}

function writeVarint(out: Writer, value: number): void {
  reserve(out, 5);
  let rest = value;
  while (rest > 127) {
    out.buffer[out.position++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out.buffer[out.position++] = rest;
}

/** The memory of a typed array as it is: ClickHouse and every machine we run on are little-endian. */
function writeBytes(out: Writer, values: Packed): void {
  reserve(out, values.byteLength);
  out.buffer.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), out.position);
  out.position += values.byteLength;
}

function reserve(out: Writer, bytes: number): void {
  if (out.position + bytes <= out.buffer.length) return;
  const grown = Buffer.allocUnsafe(Math.max(out.buffer.length * 2, out.position + bytes));
  out.buffer.copy(grown, 0, 0, out.position);
  out.buffer = grown;
}
