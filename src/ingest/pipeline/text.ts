/** A text by itself: a slice of a line would keep the whole chunk of the file that it was cut from in memory. */
export function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
