import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { toRules } from './csv.ts';
import { accountFields, type MappingProblem, type MappingReading, type MappingRule } from './mapping.ts';

const text = z.union([z.string().min(1), z.number().transform(String)], 'expected a text');
const condition = Object.fromEntries(accountFields.map((field) => [field, text.optional()])) as Record<
  (typeof accountFields)[number],
  z.ZodOptional<typeof text>
>;

/**
 * The same mapping in the configuration file or in a file of its own:
 * ```yaml
 * groups:
 *   simulation: [anna, bob, "host:ws*"]
 * accounts:
 *   - { group: simulation, account: acme }
 *   - { host: "/^lab-\\d+$/", account: university }
 * products:
 *   - { feature: "CFD_*", product: Flow Suite }
 * ```
 */
export const mappingSchema = z.strictObject({
  groups: z.record(z.string(), z.array(text)).optional().describe('Names for lists of users and hosts (host:NAME).'),
  accounts: z
    .array(z.strictObject({ ...condition, account: text }))
    .optional()
    .describe('Rules for the account, tried in this order; each has one condition.'),
  products: z
    .array(z.strictObject({ feature: text, product: text }))
    .optional()
    .describe('Rules for the product of a feature.'),
});
export type MappingDocument = z.infer<typeof mappingSchema>;

/** A mapping as YAML or JSON, with the line of every problem. */
export function readMappingYaml(source: string): MappingReading {
  const counter = new LineCounter();
  // Every plain word is a text here: user 007 is not 7, and "no" is a name.
  const document = parseDocument(source, { lineCounter: counter, schema: 'failsafe' });
  const [syntax] = document.errors;
  if (syntax) {
    const line = counter.linePos(syntax.pos[0]).line;
    return { ok: false, problems: [{ line, expected: 'YAML', found: syntax.message.split('\n')[0] ?? syntax.code }] };
  }
  const content = contentOf(document);
  if ('expected' in content) return { ok: false, problems: [content] };
  const result = mappingSchema.safeParse(content.value === '' ? {} : (content.value ?? {}));
  if (!result.success) {
    const problems = result.error.issues.map((issue): MappingProblem => {
      const place = issue.path.join('.') || 'the file';
      return { line: lineOf(document, issue.path, counter), expected: `a valid ${place}`, found: issue.message };
    });
    return { ok: false, problems };
  }
  return rulesOf(result.data, (path) => lineOf(document, path, counter));
}

/** The rules of a mapping that is part of a larger document; `lineAt` says where a path in it stands, for messages. */
export function rulesOf(mapping: MappingDocument, lineAt: (path: readonly PropertyKey[]) => number): MappingReading {
  const rules: MappingRule[] = [];
  const problems: MappingProblem[] = [];
  const groups = new Map(Object.entries(mapping.groups ?? {}));
  const collect = (read: ReturnType<typeof toRules>, line: number): void => {
    if (Array.isArray(read)) rules.push(...read);
    else problems.push({ line, ...read });
  };
  for (const [index, { account, ...fields }] of (mapping.accounts ?? []).entries()) {
    const filled = accountFields.filter((field) => fields[field] !== undefined);
    const [field] = filled;
    const read =
      field === undefined || filled.length > 1
        ? { expected: `one condition (${accountFields.join(', ')})`, found: filled.join(' and ') || 'none' }
        : toRules(field, fields[field] ?? '', account, groups);
    collect(read, lineAt(['accounts', index]));
  }
  for (const [index, { feature, product }] of (mapping.products ?? []).entries()) {
    collect(toRules('feature', feature, product, groups), lineAt(['products', index]));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rules };
}

/** The library refuses aliases without an anchor, and documents that unfold without end, by throwing. */
function contentOf(document: Document): { readonly value: unknown } | MappingProblem {
  try {
    return { value: document.toJS() };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { line: 1, expected: 'YAML whose aliases can be resolved', found: error.message };
  }
}

/** The line of the innermost node on a path that is there. */
function lineOf(document: Document, path: readonly PropertyKey[], counter: LineCounter): number {
  let node: unknown = document.contents;
  let line = 1;
  for (const step of path) {
    if (isMap(node)) node = node.items.find((pair) => isScalar(pair.key) && pair.key.value === step)?.value;
    else if (isSeq(node)) node = node.items[Number(step)];
    else break;
    if (!isNode(node) || !node.range) break;
    line = counter.linePos(node.range[0]).line;
  }
  return line;
}
