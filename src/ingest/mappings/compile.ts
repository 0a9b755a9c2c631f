import type { LicenseEvent } from '../../sessions/event.ts';
import type { MappingField, MappingRule } from './mapping.ts';
import { readPattern } from './pattern.ts';

export type MappedEvent = Pick<LicenseEvent, 'user' | 'host' | 'project' | 'server'>;

/** Different users, hosts, … remembered with their answer; there are few beside the events that they cause. */
const cacheSize = 100_000;

/** The account of an event by the first rule that matches; '' when none does. Fast: answers are remembered. */
export function compileAccountMapping(rules: readonly MappingRule[]): (event: MappedEvent) => string {
  const own = rules.filter(({ target }) => target === 'account');
  if (own.length === 0) return () => '';
  const find = compile(own);
  const used = (['user', 'host', 'project', 'server'] as const).filter((field) =>
    own.some((rule) => rule.field === field),
  );
  return remembered(
    (event) => used.map((field) => event[field]).join('\0'),
    (event) => find((field) => (field === 'feature' ? '' : event[field])),
  );
}

/** The product of a feature by the first rule that matches; '' when none does. */
export function compileProductMapping(rules: readonly MappingRule[]): (feature: string) => string {
  const find = compile(rules.filter(({ target }) => target === 'product'));
  return remembered(
    (feature) => feature,
    (feature) => find((field) => (field === 'feature' ? feature : '')),
  );
}

/** Exact rules by look-up, the others one by one; the earliest of all that match wins. An empty field matches nothing. */
function compile(rules: readonly MappingRule[]): (value: (field: MappingField) => string) => string {
  const exact = new Map<string, number>();
  const expressions: {
    readonly position: number;
    readonly field: MappingField;
    readonly matches: (text: string) => boolean;
  }[] = [];
  for (const [position, { field, pattern }] of rules.entries()) {
    const read = readPattern(pattern);
    if (read?.kind === 'expression') expressions.push({ position, field, matches: read.matches });
    else if (read && !exact.has(`${field}\0${read.text}`)) exact.set(`${field}\0${read.text}`, position);
  }
  const fields = [...new Set(rules.map(({ field }) => field))];
  return (value) => {
    const exactly = Math.min(...fields.map((field) => exact.get(`${field}\0${value(field)}`) ?? Infinity));
    const expression = expressions.find(
      ({ position, field, matches }) => position < exactly && value(field) !== '' && matches(value(field)),
    );
    return rules[Math.min(exactly, expression?.position ?? Infinity)]?.value ?? '';
  };
}

function remembered<T>(keyOf: (item: T) => string, find: (item: T) => string): (item: T) => string {
  const answers = new Map<string, string>();
  return (item) => {
    const key = keyOf(item);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = find(item);
      if (answers.size >= cacheSize) answers.clear();
      answers.set(key, answer);
    }
    return answer;
  };
}
