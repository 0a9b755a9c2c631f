/** What a unit of Grafana's is called behind a title: `Usage percentage (%)`; '' for a plain number. */
export function unitInWords(unit: string): string {
  if (unit.startsWith('suffix:')) return unit.slice('suffix:'.length).trim();
  return words[unit] ?? '';
}

const words: Readonly<Record<string, string>> = {
  percent: '%',
  d: 'days',
  h: 'hours',
  s: 'seconds',
  epm: 'per minute',
};

/** A column's title with its unit, unless the title says it already. */
export function titleWithUnit({ title, unit }: { readonly title: string; readonly unit: string }): string {
  const word = unitInWords(unit);
  return word === '' || title.toLowerCase().includes(word) ? title : `${title} (${word})`;
}
