/**
 * Numbers as people read them, for Grafana's unit ids that our dashboards and frames use. Frames and files stay unrounded: whole
 * numbers are written whole with separators (4,110), others with two decimals, and what is not nothing is never written as 0.
 */
export function formatNumber(value: number, unit = 'none', decimals?: number): string {
  if (!Number.isFinite(value)) return value.toLocaleString('en-US');
  if (unit.startsWith('suffix:')) return `${written(value, decimals)} ${unit.slice('suffix:'.length).trim()}`;
  return (formats[unit] ?? written)(value, decimals);
}

type Format = (value: number, decimals: number | undefined) => string;

/** Of thousands nobody reads the hundredths. */
const decimalsOf = (value: number): number => (Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 2);

function written(value: number, decimals = decimalsOf(value)): string {
  const least = 10 ** -decimals;
  if (value !== 0 && Math.abs(value) < least)
    return value > 0 ? `< ${least.toFixed(decimals)}` : `> -${least.toFixed(decimals)}`;
  return formatterOf(decimals).format(value);
}

/** Making one takes a hundred times as long as writing a number, and a page has thousands of them. */
const formatters = new Map<number, Intl.NumberFormat>();
function formatterOf(decimals: number): Intl.NumberFormat {
  let formatter = formatters.get(decimals);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formatters.set(decimals, formatter);
  }
  return formatter;
}

/** Neither what is nearly full reads as full, nor what is over it. */
function percent(value: number, decimals = Number.isInteger(value) ? 0 : 1): string {
  const rounded = Number(value.toFixed(decimals));
  if (rounded === 100 && value !== 100) return value < 100 ? '< 100%' : '> 100%';
  return `${written(value, decimals)}%`;
}

/** Units of a duration, from the longest: seconds in one, and its name. */
const periods = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `1 d 16 h`: the two longest units that it has; a part of a minute as a number. */
function duration(value: number, decimals: number | undefined): string {
  if (value < 60) return `${written(value, decimals)} s`;
  const first = periods.findIndex(([length]) => value >= length);
  const [[length, name], [part, below] = [1, 's']] = [periods[first] ?? periods[0], periods[first + 1]];
  // Rounded in the smaller unit, so that 59.9 minutes are an hour.
  const whole = Math.round(value / part) * part;
  if (whole > value && periods.some(([other]) => other > length && whole >= other)) return duration(whole, decimals);
  const rest = Math.round((whole % length) / part);
  return `${written(Math.floor(whole / length))} ${name}${rest === 0 ? '' : ` ${rest} ${below}`}`;
}

const formats: Readonly<Record<string, Format>> = {
  percent,
  epm: (value, decimals) => `${written(value, decimals)}/min`,
  s: duration,
  dtdhms: duration,
  // Grafana takes the decimals of its own unit as the most there are.
  locale: (value, decimals) => written(value, Number.isInteger(value) ? 0 : decimals),
};

/** What a unit of Grafana's is called behind a title: `Usage percentage (%)`; '' for a plain number. */
export function unitInWords(unit: string): string {
  return inWords[unit] ?? (unit.startsWith('suffix:') ? unit.slice('suffix:'.length).trim() : '');
}

const inWords: Readonly<Record<string, string>> = {
  percent: '%',
  'suffix: d': 'days',
  'suffix: h': 'hours',
  s: 'seconds',
  epm: 'per minute',
};

/** A column's title with its unit, unless the title says it already. */
export function titleWithUnit({ title, unit }: { readonly title: string; readonly unit: string }): string {
  const word = unitInWords(unit);
  return word === '' || title.toLowerCase().includes(word) ? title : `${title} (${word})`;
}
