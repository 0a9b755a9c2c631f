/** What parts the fields of a table of text. */
export type Delimiter = ',' | ';' | '\t' | '|';
const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];

/**
 * The delimiter of a CSV text: the one that parts its lines into the same number of fields most often, and into most fields.
 * Quoted parts are not looked at. A table of one column gives `,`.
 */
export function detectDelimiter(lines: readonly string[]): Delimiter {
  const bare = lines
    .slice(0, 20)
    .map((line) => line.replace(/"(?:[^"]|"")*"/g, ''))
    .filter((line) => line.trim() !== '');
  const rate = (delimiter: Delimiter): number => {
    const counts = bare.map((line) => line.split(delimiter).length - 1);
    const first = counts[0] ?? 0;
    return first === 0 ? 0 : first * counts.filter((count) => count === first).length;
  };
  return delimiters.reduce<Delimiter>((best, delimiter) => (rate(delimiter) > rate(best) ? delimiter : best), ',');
}

/** A header or column name for comparison: `Start Date`, `start_date` and `START-DATE` are one name. */
export function columnKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_\-.]+/g, '');
}

/** Without the byte order mark that spreadsheets put at the head of a file. */
export function withoutBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
