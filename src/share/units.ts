/**
 * Numbers as Grafana writes them, for the units that our dashboards and frames use. Rules: grafana
 * `packages/grafana-data/src/valueFormats` (`toFixed`, `scaledUnits`, `toSeconds`, `toHours`, `toDays`).
 */
export function formatNumber(value: number, unit = 'none', decimals?: number): string {
  if (!Number.isFinite(value)) return value.toLocaleString('en-US');
  if (unit.startsWith('suffix:')) return `${toFixed(value, decimals)} ${unit.slice('suffix:'.length).trim()}`;
  return (formats[unit] ?? toFixed)(value, decimals);
}

type Format = (value: number, decimals: number | undefined) => string;

/** Digits after the point so that about two of them mean something. */
function meaningfulDecimals(value: number): number {
  if (value % 1 === 0) return 0;
  const digits = 1 - Math.floor(Math.log10(Math.abs(value)));
  // Between 1 and 10 for the scale of the number; 2.5 needs one digit more.
  const norm = Math.abs(value) / 10 ** -digits;
  return Math.max(0, norm > 2.25 ? digits + 1 : digits);
}

/** Rounded and padded to the decimals that are given, else to those that mean something. */
export function toFixed(value: number, decimals?: number): string {
  const wanted = Math.min(20, decimals ?? (value === 0 ? 0 : meaningfulDecimals(value)));
  const factor = 10 ** wanted;
  const rounded = Math.round(value * factor) / factor;
  return String(rounded).includes('e') ? String(rounded) : (Object.is(rounded, -0) ? 0 : rounded).toFixed(wanted);
}

const scaled =
  (suffixes: readonly string[]): Format =>
  (value, decimals) => {
    const step = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / 3 + 1e-12);
    const place = Math.min(suffixes.length - 1, Math.max(0, step));
    return `${toFixed(value / 1000 ** place, decimals)}${suffixes[place] ?? ''}`;
  };

/** From which value on a period is used, how long it is (both in the unit of the value), and its name. */
type Period = readonly [least: number, length: number, name: string];

/** The largest period that fits; what is written as one or less is no plural. */
const period =
  (zero: string, periods: readonly Period[], neverPlural: readonly string[] = []): Format =>
  (value, decimals) => {
    if (value === 0) return `${zero === 's' ? '0' : toFixed(0, decimals)} ${zero}`;
    const [, length, name] = periods.findLast(([least]) => Math.abs(value) >= least) ?? periods[0] ?? [0, 1, zero];
    const plural = neverPlural.includes(name) || Math.abs(value / length) <= 1 ? '' : 's';
    return `${toFixed(value / length, decimals)} ${name}${plural}`;
  };

const day = 86_400;
const short = scaled(['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint']);
const events = scaled(['', 'K', 'M', 'B', 'T']);
const formats: Readonly<Record<string, Format>> = {
  none: toFixed,
  short,
  percent: (value, decimals) => `${toFixed(value, decimals)}%`,
  epm: (value, decimals) => `${events(value, decimals)} evts/m`,
  s: period(
    's',
    [
      [1e-9, 1e-9, 'ns'],
      [1e-6, 1e-6, 'µs'],
      [1e-3, 1e-3, 'ms'],
      [1, 1, 's'],
      [60, 60, 'min'],
      [3600, 3600, 'hour'],
      [day, day, 'day'],
      [7 * day, 7 * day, 'week'],
      [365 * day, 31_556_900, 'year'],
    ],
    ['ns', 'µs', 'ms', 's'],
  ),
  h: period(
    'hour',
    [
      [0, 1, 'hour'],
      [24, 24, 'day'],
      [168, 168, 'week'],
      [8760, 8760, 'year'],
    ],
    ['hour'],
  ),
  d: period('day', [
    [0, 1, 'day'],
    [7, 7, 'week'],
    [365, 365, 'year'],
  ]),
};

/** What a unit of Grafana's is called behind a title: `Usage percentage (%)`; '' for a plain number. */
export function unitInWords(unit: string): string {
  if (unit.startsWith('suffix:')) return unit.slice('suffix:'.length).trim();
  return inWords[unit] ?? '';
}

const inWords: Readonly<Record<string, string>> = {
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
