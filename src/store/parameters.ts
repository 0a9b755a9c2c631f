import type { Param, Params } from './connection.ts';
import { storeError } from './errors.ts';
import { literal } from './settings.ts';

/**
 * Refuses SQL that asks for a parameter which is not there. Without this, a pooled session would answer with the value that an
 * earlier query bound under the same name.
 */
export function checkParameters(sql: string, params: Params): void {
  for (const [, name] of sql.matchAll(/\{\s*([A-Za-z_]\w*)\s*:\s*[A-Z]/g)) {
    if (name !== undefined && params[name] === undefined) {
      throw storeError('invalid', `The query asks for the parameter "${name}", which was not given.`);
    }
  }
}

/** `param_x='…'` for every parameter, as `SET` takes it: the engine parses each as the type its place in the SQL names. */
export function parameterSettings(params: Params): string[] {
  return Object.entries(params).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw storeError('invalid', `"${name}" is no name for a query parameter.`);
    return `param_${name}=${literal(parameterText(name, value))}`;
  });
}

/** A value as ClickHouse reads parameters: text escaped as in TSV, NULL as \N, arrays as SQL literals inside. */
function parameterText(name: string, value: Param): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeTsv(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return numberText(name, value);
  const items = value.map((item) => (typeof item === 'string' ? literal(item) : numberText(name, item)));
  return `[${items.join(',')}]`;
}

function numberText(name: string, value: number): string {
  if (!Number.isFinite(value))
    throw storeError('invalid', `Parameter "${name}": expected a finite number, found ${value}.`);
  return String(value);
}

/** The escapes of a string literal, but for its quote. */
function escapeTsv(text: string): string {
  return literal(text).slice(1, -1).replaceAll("\\'", "'");
}
