import { z } from 'zod';
import { measureNames } from '../query/measures/registry.ts';
import type { AskedQuery } from './ask.ts';
import type { SharedPanel } from './dashboard.ts';

/** Values of a dashboard's variables, by name; a name that is missing is "All". */
export type VariableValues = Readonly<Record<string, readonly string[]>>;

const filters = z.array(z.looseObject({ values: z.array(z.string()).default([]) })).default([]);
const having = z
  .object({ operator: z.string(), value: z.union([z.number(), z.string()]), below: z.number().optional() })
  .optional();
const measure = z.enum(measureNames);

/** `$name` alone: generated dashboards write variables in no other way. */
const variableIn = (text: string): string | undefined => /^\$(\w+)$/.exec(text)?.[1];

/**
 * A saved query as it is asked: variables replaced by all of their values; "All" takes the condition away, as it does in Grafana
 * (docs/definitions.md#filters). A threshold that is no number stays as it is, so that whoever answers says so.
 */
export function filledIn(target: SharedPanel['targets'][number], values: VariableValues): AskedQuery {
  const { filters: saved, having: limit, ...rest } = target;
  const kept = filters.parse(saved).flatMap((filter) => {
    const all = filter.values.some((text) => {
      const name = variableIn(text);
      return name !== undefined && values[name] === undefined;
    });
    return all ? [] : [{ ...filter, values: filter.values.flatMap((text) => valuesOf(text, values)) }];
  });
  // The fields have been the question's since the dashboard was generated; whoever answers validates them once more.
  const question = Object.entries(rest).filter(([name]) => name !== 'datasource');
  const asked = {
    ...Object.fromEntries(question),
    measure: measure.parse(target.measure),
    filters: kept,
  } as unknown as AskedQuery;
  const threshold = having.parse(limit);
  if (threshold === undefined) return asked;
  const value = typeof threshold.value === 'number' ? threshold.value : valuesOf(threshold.value, values).at(0);
  if (value === undefined) return asked;
  const number = Number(value);
  return { ...asked, having: { ...threshold, value: Number.isNaN(number) ? value : number } } as AskedQuery;
}

function valuesOf(text: string, values: VariableValues): readonly string[] {
  const name = variableIn(text);
  return name === undefined ? [text] : (values[name] ?? []);
}
