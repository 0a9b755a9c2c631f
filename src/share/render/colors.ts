import { luminance } from '../contrast.ts';

/** Grafana's colours by name: hue, and how light or dark (grafana `packages/grafana-data/src/themes/createVisualizationColors.ts`). */
const hues = {
  red: ['#FFA6B0', '#FF7383', '#F2495C', '#E02F44', '#C4162A'],
  orange: ['#FFCB7D', '#FFB357', '#FF9830', '#FF780A', '#FA6400'],
  yellow: ['#FFF899', '#FFEE52', '#FADE2A', '#F2CC0C', '#E0B400'],
  green: ['#C8F2C2', '#96D98D', '#73BF69', '#56A64B', '#37872D'],
  blue: ['#C0D8FF', '#8AB8FF', '#5794F2', '#3274D9', '#1F60C4'],
  purple: ['#DEB6F2', '#CA95E5', '#B877D9', '#A352CC', '#8F3BB8'],
} as const;
const shades = ['super-light-', 'light-', '', 'semi-dark-', 'dark-'] as const;
export type Hue = keyof typeof hues | 'grey';

export interface Color {
  /** Part of class names: a letter, digits and hyphens. */
  readonly name: string;
  readonly hue: Hue;
  readonly hex: string;
}

const grey: Color = { name: 'grey', hue: 'grey', hex: '#808080' };

/** Every colour that panels may name. Text of a hue is written in a shade of its own that can be read (`style.ts`). */
export const colors: readonly Color[] = [
  ...(Object.keys(hues) as (keyof typeof hues)[]).flatMap((hue) =>
    shades.map((shade, i) => ({ name: `${shade}${hue}`, hue, hex: hues[hue][i] ?? grey.hex })),
  ),
  grey,
];
const byName = new Map([...colors.map((color) => [color.name, color] as const), ['#808080', grey] as const]);

/** Undefined for "text", "transparent" and what is no colour of ours: then nothing is coloured. */
export const colorOf = (name: string | undefined): Color | undefined =>
  name === undefined ? undefined : byName.get(name);

/** For series that have no colour of their own, in their order: neither green nor purple, which have a meaning. */
const palette = [
  'blue', 'orange', 'dark-yellow', 'red', 'light-blue', 'dark-orange', 'dark-blue', 'light-red', 'dark-red', 'light-orange',
  'super-light-blue', 'light-yellow',
]; // prettier-ignore
export const paletteColor = (i: number): Color => colorOf(palette[i % palette.length]) ?? grey;

/** Steps of a continuous scale of one hue, for cells of heat maps: what is high is neither good nor bad. */
export const heatSteps = 16;
export function heatColor(step: number): string {
  const share = step / (heatSteps - 1);
  const [low, high] = [
    [222, 235, 247],
    [8, 81, 156],
  ] as const;
  const mixed = low.map((from, i) => Math.round(from + ((high[i] ?? 0) - from) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Black or white, whichever is read better on the colour: always at least 4.5 to 1. */
export const inkOn = (hex: string): string =>
  // The contrast to black and to white is equal at 0.179.
  luminance(hex) > 0.179 ? '#000000' : '#ffffff';
