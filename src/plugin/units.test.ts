import { formattedValueToString, getValueFormat } from '@grafana/data';
import { formatNumber } from '../share/units.ts';

/** Pages and reports write numbers as panels in Grafana do: its own formatter is the reference. */
const units = ['none', 'short', 'percent', 's', 'h', 'd', 'epm', 'suffix: days'];
const decimals = [undefined, 0, 1, 2];
const values = [
  0, 0.0322, 0.004, 0.8, 1, 5, 7, 23.5, 24, 25.2, 30, 45, 59.9, 60, 98.667, 118, 168, 365, 400, 999, 999.9, 1000, 3600,
  4046, 9000, 86_400, 289_668.294, 1e6, 2_088_275, 2.5e6, 4e7, -3, -1500,
]; // prettier-ignore

test.each(units.flatMap((unit) => decimals.map((some) => [unit, some] as const)))(
  '%s with %s decimals',
  (unit, some) => {
    const written = (text: string): string => text.replace(/\s+/g, ' ');
    const expected = values.map((value) => written(formattedValueToString(getValueFormat(unit)(value, some))));
    expect(values.map((value) => formatNumber(value, unit, some))).toEqual(expected);
  },
);
