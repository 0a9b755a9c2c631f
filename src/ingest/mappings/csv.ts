import { CsvError, parse } from 'csv-parse/sync';
import { columnKey, detectDelimiter, withoutBom } from '../formats/csv-dialect.ts';
import { rulesOfGroup, type Groups } from './groups.ts';
import { accountFields, productFields, type MappingProblem, type MappingReading, type MappingRule } from './mapping.ts';
import { expectedPattern, readPattern } from './pattern.ts';

type Condition = (typeof accountFields)[number] | (typeof productFields)[number];
type Column = Condition | 'account' | 'product' | 'field' | 'pattern' | 'value' | 'target';
const conditions: readonly Condition[] = [...accountFields, ...productFields];
const columns: readonly Column[] = [...conditions, 'account', 'product', 'field', 'pattern', 'value', 'target'];
const expectedHeader =
  'a header like "user,host,group,project,server,account" or "feature,product" (one condition per line), or "field,pattern,account"';

/**
 * A mapping as CSV, one rule per line, in the order in which they are tried. Either with a column per condition, of which each line
 * fills one: `user,host,group,project,server,feature,account,product`; or `field,pattern,account,product`; or as the store
 * keeps them: `target,field,pattern,value`. Lines `group NAME = member, member, …` name groups, anywhere in the file.
 */
export function readMappingCsv(text: string): MappingReading {
  const { table, groups } = takeGroups(withoutBom(text));
  const records = readTable(table);
  if (!Array.isArray(records)) return { ok: false, problems: [records] };
  const [header, ...rest] = records;
  const names = header?.fields.map(columnKey) ?? [];
  const unknown = names.filter((name) => name !== '' && !(columns as readonly string[]).includes(name));
  const gives = ['account', 'product', 'value'].some((name) => names.includes(name));
  const asks = names.includes('pattern') ? names.includes('field') : conditions.some((name) => names.includes(name));
  if (!header || unknown.length > 0 || !gives || !asks) {
    const found = header ? `"${header.fields.join(', ')}"` : 'an empty file';
    return { ok: false, problems: [{ line: header?.line ?? 1, expected: expectedHeader, found }] };
  }
  const rules: MappingRule[] = [];
  const problems: MappingProblem[] = [];
  for (const { fields, line } of rest) {
    const at = (column: Column): string => (fields[names.indexOf(column)] ?? '').trim();
    const result = readRule(at, groups);
    if (Array.isArray(result)) rules.push(...result);
    else problems.push({ line, ...result });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}

type At = (column: Column) => string;
type Fault = Omit<MappingProblem, 'line'>;

function readRule(at: At, groups: Groups): MappingRule[] | Fault {
  const condition = readCondition(at);
  if ('expected' in condition) return condition;
  return toRules(condition.field, condition.pattern, valueOf(at, condition.field), groups);
}

function readCondition(at: At): { readonly field: Condition; readonly pattern: string } | Fault {
  if (at('pattern') !== '' || at('field') !== '') {
    const field = conditions.find((name) => name === at('field').toLowerCase());
    if (field === undefined) return { expected: `a field: ${conditions.join(', ')}`, found: quoted(at('field')) };
    return { field, pattern: at('pattern') };
  }
  const filled = conditions.filter((name) => at(name) !== '');
  const [field] = filled;
  if (field === undefined || filled.length > 1) {
    const found = filled.length === 0 ? 'none' : filled.map((name) => `${name} ${quoted(at(name))}`).join(' and ');
    return { expected: `one condition (${conditions.join(', ')})`, found };
  }
  return { field, pattern: at(field) };
}

function valueOf(at: At, field: Condition): string {
  return at(field === 'feature' ? 'product' : 'account') || at('value');
}

/** The rules that one line or entry of a mapping stands for, or what is wrong with it. Shared by CSV and YAML. */
export function toRules(field: Condition, pattern: string, value: string, groups: Groups): MappingRule[] | Fault {
  const target = field === 'feature' ? 'product' : 'account';
  if (value === '')
    return { expected: `the ${target} that ${field} ${quoted(pattern)} belongs to`, found: 'an empty field' };
  if (readPattern(pattern) === undefined)
    return { expected: `${expectedPattern} for ${field}`, found: quoted(pattern) };
  if (field !== 'group') return [{ target, field, pattern, value }];
  const members = rulesOfGroup(pattern, groups, value);
  const known = groups.size === 0 ? 'no groups in this file' : [...groups.keys()].join(', ');
  return members ? [...members] : { expected: `a group of this file (${known})`, found: quoted(pattern) };
}

/** Takes the `group NAME = …` lines out and leaves empty ones, so that line numbers stand. */
function takeGroups(text: string): { readonly table: string; readonly groups: Groups } {
  const groups = new Map<string, readonly string[]>();
  const lines = text.split(/\r\n|\n|\r/).map((line) => {
    if (/^\s*#/.test(line)) return '';
    const group = /^\s*group\s+([^=]+?)\s*=(.*)$/i.exec(line);
    if (!group) return line;
    const members = (group[2] ?? '').split(',').map((member) => member.trim());
    const name = group[1] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), ...members.filter((member) => member !== '')]);
    return '';
  });
  return { table: lines.join('\n'), groups };
}

interface TableRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

function readTable(text: string): TableRecord[] | MappingProblem {
  const delimiter = detectDelimiter(text.split('\n'));
  const records: TableRecord[] = [];
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (fields: string[], { lines }) => {
        records.push({ fields, line: lines });
        return null;
      },
    });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return { line, expected: 'a CSV line with its quotes closed', found: error.message };
  }
}

function quoted(text: string): string {
  return text === '' ? 'an empty field' : `"${text}"`;
}
