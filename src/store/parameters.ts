import type { Param, Params } from './connection.ts';
import { storeError } from './errors.ts';
import { literal } from './settings.ts';

/**
 * Refuses numbers that ClickHouse cannot read, and SQL that asks for a parameter which is not there: a pooled session would
 * answer it with the value that an earlier query bound under the same name.
 */
export function checkParameters(sql: string, params: Params): void {
  for (const [, name] of sql.matchAll(/\{\s*([A-Za-z_]\w*)\s*:\s*[A-Z]/g)) {
    if (name !== undefined && params[name] === undefined) {
      throw storeError('invalid', `The query asks for the parameter "${name}", which was not given.`);
    }
  }
  for (const [name, value] of Object.entries(params)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw storeError('invalid', `"${name}" is no name for a query parameter.`);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'number' && !Number.isFinite(item)) {
        throw storeError('invalid', `Parameter "${name}": expected a finite number, found ${item}.`);
      }
    }
  }
}

/** `param_x='…'` for every parameter, as `SET` takes it: the engine parses each as the type its place in the SQL names. */
export function parameterSettings(params: Params): string[] {
  return Object.entries(params).map(([name, value]) => `param_${name}=${literal(parameterText(value))}`);
}

/** A value as ClickHouse reads parameters: text escaped as in TSV, NULL as \N, arrays as SQL literals inside. */
function parameterText(value: Param): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeTsv(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return `[${value.map((item) => (typeof item === 'string' ? literal(item) : String(item))).join(',')}]`;
}

/** The escapes of a string literal, but for its quote. */
function escapeTsv(text: string): string {
  return literal(text).slice(1, -1).replaceAll("\\'", "'");
}
