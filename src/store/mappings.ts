import { compileProductMapping } from '../ingest/mappings/compile.ts';
import type { MappingRule } from '../ingest/mappings/mapping.ts';
import type { Connection } from './connection.ts';

/** What a load changed: how many rules there are now and were before. */
export interface MappingLoaded {
  readonly rules: number;
  readonly replaced: number;
}

/**
 * Loads a mapping; it replaces all rules of an earlier load of the same document, in one insert. Rules of account and of product are
 * numbered apart, in the order in which they are tried.
 */
export async function loadMapping(
  connection: Connection,
  document: string,
  rules: readonly MappingRule[],
  now: number = Date.now(),
): Promise<MappingLoaded> {
  const { rows } = await connection.query(
    `SELECT toString(target), toFloat64(position), active, toFloat64(updated)
     FROM mappings FINAL WHERE document = {document:String}`,
    { document },
  );
  const updated = Math.max(now, ...rows.map((row) => Number(row[3]) + 1));
  const placed = targets.flatMap((target) =>
    rules.filter((rule) => rule.target === target).map((rule, position) => ({ ...rule, position, active: 1 })),
  );
  const there = new Set(placed.map(({ target, position }) => `${target} ${position}`));
  const gone = rows
    .map((row) => ({ target: String(row[0]) as MappingRule['target'], position: Number(row[1]) }))
    .filter(({ target, position }) => !there.has(`${target} ${position}`))
    .map((place) => ({
      ...place,
      field: place.target === 'account' ? 'user' : 'feature',
      pattern: '',
      value: '',
      active: 0,
    }));
  const all = [...placed, ...gone];
  if (all.length > 0) {
    await connection.insert('mappings', [
      { name: 'document', type: 'String', values: all.map(() => document) },
      { name: 'position', type: 'UInt32', values: all.map(({ position }) => position) },
      { name: 'target', type: 'String', values: all.map(({ target }) => target) },
      { name: 'field', type: 'String', values: all.map(({ field }) => field) },
      { name: 'pattern', type: 'String', values: all.map(({ pattern }) => pattern) },
      { name: 'value', type: 'String', values: all.map(({ value }) => value) },
      { name: 'active', type: 'UInt8', values: all.map(({ active }) => active) },
      { name: 'updated', type: 'UInt64', values: all.map(() => updated) },
    ]);
  }
  return { rules: placed.length, replaced: rows.filter((row) => Number(row[2]) === 1).length };
}

/**
 * All rules in force in the order in which they are tried: documents by name, then as their file has them. `compileAccountMapping`
 * and `compileProductMapping` take them as they are.
 */
export async function listMappings(
  connection: Connection,
): Promise<readonly (MappingRule & { readonly document: string })[]> {
  const { rows } = await connection.query(
    `SELECT document, toString(target), toString(field), pattern, value
     FROM mappings FINAL WHERE active = 1 ORDER BY document, target, position`,
  );
  return rows.map(([document, target, field, pattern, value]) => ({
    document: String(document),
    target: String(target) as MappingRule['target'],
    field: String(field) as MappingRule['field'],
    pattern: String(pattern),
    value: String(value),
  }));
}

/** What the product rules in force make of a feature, empty where none fits; undefined: there are none. */
export async function productMapping(connection: Connection): Promise<((feature: string) => string) | undefined> {
  const rules = await listMappings(connection);
  return rules.some(({ target }) => target === 'product') ? compileProductMapping(rules) : undefined;
}

const targets = ['account', 'product'] as const;
