import { z } from 'zod';
import type { SharedPanel } from '../../dashboard.ts';

const fixed = z.object({ fixedColor: z.string().optional() });

/** Slices are named by their rows: an override by that name gives the slice its colour (grafana `getFieldDisplayValues`). */
export function overriddenColor({ fieldConfig }: SharedPanel, name: string): string | undefined {
  const property = fieldConfig.overrides
    .filter(({ matcher }) => matcher.id === 'byName' && matcher.options === name)
    .flatMap(({ properties }) => properties)
    .findLast(({ id }) => id === 'color');
  return property === undefined ? undefined : fixed.parse(property.value).fixedColor;
}
