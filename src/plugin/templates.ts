import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import type { ValuesOf } from './interpolate.ts';

/** A text that is one variable and nothing else: `$name`, `${name}`, `${name:format}`, `[[name]]`. */
const alone = /^(?:\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)\]\])$/;

/** What Grafana tells of a variable when it asks for its value in another form. */
interface Shown {
  readonly multi?: boolean;
  readonly includeAll?: boolean;
}

/** Reads the dashboard's variables, as they stand where the query runs. */
export function valuesIn(templates: TemplateSrv, scopedVars: ScopedVars): ValuesOf {
  return (text, isPattern) => {
    const [, plain, braced, format, bracketed] = alone.exec(text) ?? [];
    const name = plain ?? braced ?? bracketed;
    if (name === undefined) {
      const joined = (value: unknown, shown?: Shown): string => {
        const values = listed(value, isPattern && isChosen(shown));
        return isPattern && values.length > 1 ? `(${values.join('|')})` : values.join(',');
      };
      return [templates.replace(text, scopedVars, joined)];
    }
    if (isAll(templates, name, scopedVars)) return undefined;
    let values: readonly string[] = [text];
    templates.replace(`\${${name}}`, scopedVars, (value: unknown, shown?: Shown) => {
      const escapes = isPattern && (format === 'regex' || (format !== 'raw' && isChosen(shown)));
      values = listed(value, escapes);
      return '';
    });
    return values.includes('$__all') ? undefined : values;
  };
}

/**
 * The title of a variable in the filters that has to be one value and is "All": Grafana takes that over from the link of another
 * dashboard, though its list does not offer it. Undefined: there is none.
 */
export function unchosenIn(
  templates: TemplateSrv,
  texts: readonly string[],
  scopedVars: ScopedVars,
): string | undefined {
  const names = texts.map((text) => {
    const [, plain, braced, , bracketed] = alone.exec(text) ?? [];
    return plain ?? braced ?? bracketed;
  });
  const variable = templates
    .getVariables()
    .filter((one) => 'includeAll' in one && !one.includeAll)
    .find(({ name }) => names.includes(name) && isAll(templates, name, scopedVars));
  return variable === undefined ? undefined : (variable.label ?? '') === '' ? variable.name : String(variable.label);
}

/** Chosen from a list, as opposed to typed: only what is typed can be a pattern. */
const isChosen = (shown: Shown | undefined): boolean => shown?.multi === true || shown?.includeAll === true;

const listed = (value: unknown, escapes: boolean): string[] =>
  (Array.isArray(value) ? value : [value]).map((one) => (escapes ? literally(String(one)) : String(one)));

/** The pattern (RE2) that matches just this text. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * Whether the variable is set to "All" where the query runs. A panel that is repeated for each value has one of its own, while the
 * dashboard's stays at "All": the texts differ then.
 */
function isAll(templates: TemplateSrv, name: string, scopedVars: ScopedVars): boolean {
  if (scopedVars[name] !== undefined) return false;
  const variable = templates.getVariables().find((one) => one.name === name);
  const current: unknown = variable !== undefined && 'current' in variable ? variable.current : undefined;
  if (typeof current !== 'object' || current === null || !('value' in current)) return false;
  if (![current.value].flat().includes('$__all')) return false;
  // Of custom variables Grafana tells the value as the text too (sceneVariablesSetToVariables.ts of 12.3).
  const texts = 'text' in current ? [current.text].flat() : ['All'];
  const text = texts.map((one) => (one === '$__all' ? 'All' : String(one))).join(' + ');
  return templates.replace(`\${${name}:text}`, scopedVars) === text;
}
