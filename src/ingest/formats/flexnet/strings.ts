/**
 * A copy of `text` that does not keep the block of the file alive which it was cut from (V8 keeps the whole parent of a
 * slice): for strings that are kept, such as names in a cache.
 */
export function ownCopy(text: string): string {
  return text.length === 0 ? '' : Buffer.from(text, 'utf16le').toString('utf16le');
}

/** A bounded cache from a piece of a line to what it means; forgets everything when full, which a log rarely reaches. */
export function cacheOf<T>(make: (own: string) => T, limit = 100_000): (piece: string) => T {
  const known = new Map<string, T>();
  return (piece) => {
    const found = known.get(piece);
    if (found !== undefined) return found;
    if (known.size >= limit) known.clear();
    const own = ownCopy(piece);
    const made = make(own);
    known.set(own, made);
    return made;
  };
}
