/** What parts the fields of a table of text. */
export type Delimiter = ',' | ';' | '\t' | '|';
const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];

/**
 * The delimiter of a CSV text: the one that parts its lines into the same number of fields most often, and into most fields.
 * Quoted parts are not looked at. A table of one column gives `,`.
 */
export function detectDelimiter(lines: readonly string[]): Delimiter {
  const rate = (delimiter: Delimiter): number => {
    const { columns, share } = regularity(lines, delimiter);
    return (columns - 1) * share;
  };
  return delimiters.reduce<Delimiter>((best, delimiter) => (rate(delimiter) > rate(best) ? delimiter : best), ',');
}

/** Whether lines are a table of at least two columns: nearly all of them have as many fields as the first. */
export function isTable(lines: readonly string[]): boolean {
  const { columns, share } = regularity(lines, detectDelimiter(lines));
  return columns > 1 && share >= 0.8;
}

/** How many fields the first line has, and the share of the first 20 lines that have as many. */
function regularity(
  lines: readonly string[],
  delimiter: Delimiter,
): { readonly columns: number; readonly share: number } {
  const counts = lines
    .slice(0, 20)
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter).length);
  const columns = counts[0] ?? 1;
  return { columns, share: counts.filter((count) => count === columns).length / Math.max(1, counts.length) };
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
