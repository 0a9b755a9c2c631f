import { DateTime } from 'luxon';
import type { FieldValue } from '../../engine/frame.ts';
import type { Color } from './colors.ts';
import { colorOf } from './colors.ts';
import type { Column } from './columns.ts';
import { formatNumber } from '../units.ts';

/** A value as people read it, and what its colour means. */
export interface Display {
  readonly text: string;
  readonly color: Color | undefined;
}

/** Unknown is what the panel's mappings say of it, else its text for "no value"; never 0. */
export function display({ type, look }: Column, value: FieldValue, timezone: string): Display {
  const mapping = look.mappings.get(value === null ? null : String(value));
  const plain = plainText(type, value, timezone, look);
  const text = mapping?.text ?? plain;
  if (mapping?.color !== undefined) return { text, color: colorOf(mapping.color) };
  if (look.color?.mode === 'fixed') return { text, color: colorOf(look.color.fixedColor) };
  return { text, color: typeof value === 'number' && type === 'number' ? stepColor(look.steps, value) : undefined };
}

function plainText(type: Column['type'], value: FieldValue, timezone: string, look: Column['look']): string {
  if (value === null) return look.noValue;
  if (typeof value !== 'number') return String(value);
  return type === 'time'
    ? timeText(value, timezone, clockOf(look.unit))
    : formatNumber(value, look.unit, look.decimals);
}

/** Durations and shares are read one by one; averages below each other have as many decimals as each other. */
const readAlone: readonly (string | undefined)[] = ['percent', 's', 'd'];

/** The column with one number of decimals for all of its figures: 27.00 above 12.70, not 27. */
export function even(column: Column): Column {
  const { look, type, values } = column;
  const figures = values.filter((value) => typeof value === 'number');
  // Among counts of licenses, a metered amount stands for itself.
  const broken = figures.filter((value) => !Number.isInteger(value)).length > figures.length / 2;
  const large = figures.some((value) => Math.abs(value) >= 1000);
  if (large || type !== 'number' || look.decimals !== undefined || readAlone.includes(look.unit) || !broken)
    return column;
  return { ...column, look: { ...look, decimals: 2 } };
}

/** Grafana's unit `time:YYYY-MM-DD` names its own format, in the letters of Moment, where years and days are capitals. */
const clockOf = (unit = ''): string | undefined =>
  unit.startsWith('time:') ? unit.slice('time:'.length).replaceAll('Y', 'y').replaceAll('D', 'd') : undefined;

/** `2026-03-02 09:30:00` on the clocks of the zone. */
export const timeText = (ms: number, timezone: string, format = 'yyyy-MM-dd HH:mm:ss'): string =>
  DateTime.fromMillis(ms, { zone: timezone }).toFormat(format);

function stepColor(steps: Column['look']['steps'], value: number): Color | undefined {
  return colorOf(steps.findLast((step) => step.value === null || step.value <= value)?.color);
}
