import { Readable } from 'node:stream';
import type { Input } from '../input.ts';

/** A file that is not there any more, as one without bytes. */
export function goneInput(name: string): Input {
  return {
    name,
    size: 0,
    compressed: false,
    open: () => ({ stream: Readable.from([]), read: () => 0 }),
    head: () => Promise.resolve(Buffer.alloc(0)),
    close: () => Promise.resolve(),
  };
}
