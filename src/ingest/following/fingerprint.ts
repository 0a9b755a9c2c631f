import { inputErrorOf, type Input } from '../input.ts';
import { hashOf } from '../pipeline/readings.ts';
import type { FollowPoint } from './state.ts';

/** Bytes that a file is recognised by: its first, and the last before the place it was read to. */
const printBytes = 1024;

/** What a file is recognised by when it was read up to `offset` bytes (decompressed): hashes of its first and last bytes. */
export async function printsOf(
  input: Input,
  offset: number,
): Promise<{ readonly fingerprint: string; readonly tail: string }> {
  const head = await bytesOf(input, 0, Math.min(printBytes, offset));
  const from = Math.max(0, offset - printBytes);
  return { fingerprint: hashOf(head), tail: hashOf(await bytesOf(input, from, offset - from)) };
}

/** Whether the file is the one that was read up to the point, grown or not. @throws InputError when it cannot be read */
export async function isSameFile(input: Input, { offset, fingerprint, state }: FollowPoint): Promise<boolean> {
  if (!input.compressed && input.size < offset) return false;
  const head = await bytesOf(input, 0, Math.min(printBytes, offset));
  if (hashOf(head) !== fingerprint) return false;
  const from = Math.max(0, offset - printBytes);
  return hashOf(await bytesOf(input, from, offset - from)) === state.tail;
}

async function bytesOf(input: Input, from: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const { stream } = input.open(from, from + length);
  const chunks: Buffer[] = [];
  let read = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      read += chunk.length;
      if (read >= length) break;
    }
  } catch (error) {
    throw inputErrorOf(error, input.name);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks).subarray(0, length);
}
