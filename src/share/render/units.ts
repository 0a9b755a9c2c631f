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

/** Rounded; with `decimals` given, padded to them. */
export function toFixed(value: number, decimals?: number): string {
  const wanted = Math.min(20, decimals ?? (value === 0 ? 0 : meaningfulDecimals(value)));
  const factor = 10 ** wanted;
  const rounded = Math.round(value * factor) / factor;
  const text = String(Object.is(rounded, -0) ? 0 : rounded);
  return text.includes('e') || decimals === undefined ? text : rounded.toFixed(wanted).replace(/^-(0(?:\.0*)?)$/, '$1');
}

const scaled =
  (suffixes: readonly string[]): Format =>
  (value, decimals) => {
    const step = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / 3 + 1e-12);
    const place = Math.min(suffixes.length - 1, Math.max(0, step));
    return `${toFixed(value / 1000 ** place, decimals)}${suffixes[place] ?? ''}`;
  };

/** The largest of the periods that fits; a period is its length in the unit of the value, and its name. */
const period =
  (periods: readonly (readonly [length: number, name: string])[]): Format =>
  (value, decimals) => {
    const [length, name] = periods.findLast(([least]) => Math.abs(value) >= least) ?? periods[0] ?? [1, ''];
    const text = toFixed(value / length, decimals);
    const plural = text === '1' || name === 's' || name === 'min' || name === 'ms' ? '' : 's';
    return `${text} ${name}${plural}`;
  };

const day = 86_400;
const short = scaled(['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint']);
const events = scaled(['', 'K', 'M', 'B', 'T']);
const formats: Readonly<Record<string, Format>> = {
  none: toFixed,
  short,
  percent: (value, decimals) => `${toFixed(value, decimals)}%`,
  epm: (value, decimals) => `${events(value, decimals)} epm`,
  s: period([
    [1, 's'],
    [60, 'min'],
    [3600, 'hour'],
    [day, 'day'],
    [7 * day, 'week'],
    [365 * day, 'year'],
  ]),
  h: period([
    [1, 'hour'],
    [24, 'day'],
    [168, 'week'],
    [8760, 'year'],
  ]),
  d: period([
    [1, 'day'],
    [7, 'week'],
    [365, 'year'],
  ]),
};
