import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { z } from 'zod';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';

/** Something is wrong with the configuration: one sentence per problem, each with file and line. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

export interface LoadedConfig {
  readonly config: Config;
  /** The file it came from; undefined when there is none and every default holds. */
  readonly file: string | undefined;
}

/** Looked for in the working directory when no other file is named. */
export const defaultConfigFile = 'license-analytics.yaml';

/**
 * Reads the configuration. Without `file`: LICENSE_ANALYTICS_CONFIG, else license-analytics.yaml in the working directory,
 * else the defaults. Paths in it are made absolute, relative to the file. Throws `ConfigError`.
 */
export function loadConfig(file: string | undefined, env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const named = file ?? env['LICENSE_ANALYTICS_CONFIG'];
  if (named === undefined && !existsSync(defaultConfigFile)) {
    return { config: configSchema.parse({}), file: undefined };
  }
  const path = resolve(named ?? defaultConfigFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `${path}: expected a readable configuration file (${why}). Check the path given by --config.`,
    ]);
  }
  return { config: withAbsolutePaths(parseConfig(text, path), dirname(path)), file: path };
}

/** Checks the text of a configuration file against the schema; `file` is for messages. Throws `ConfigError`. */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: not valid YAML: ${error.message}`),
    );
  }
  const value: unknown = document.toJS() ?? {};
  const result = configSchema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.flatMap(flatten).map((issue) => {
      const line = lineOf(document, lines, issue);
      return `${file}:${line}: ${sentenceOf(issue)}`;
    }),
  );
}

/** A union fails with the issues of each of its members: those of the member that came closest are the useful ones. */
function flatten(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const members = issue.errors.filter((member) => member.some((inner) => inner.path.length > 0));
  const closest = members[0];
  if (closest === undefined) return [issue];
  return closest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function lineOf(document: Document.Parsed, lines: LineCounter, issue: z.core.$ZodIssue): number {
  if (issue.code === 'unrecognized_keys') {
    const parent = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    const key = keyNode(parent, issue.keys[0] ?? '');
    if (key?.range) return lines.linePos(key.range[0]).line;
  }
  for (let depth = issue.path.length; depth > 0; depth--) {
    const node = document.getIn(issue.path.slice(0, depth), true) as Node | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function keyNode(parent: unknown, name: string): Node | undefined {
  const items = (parent as { items?: readonly { key?: Node & { value?: unknown } }[] } | null)?.items ?? [];
  return items.find((item) => item.key?.value === name)?.key;
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const name = place.replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    const where = name === '' ? '' : ` in ${name}`;
    return `unknown setting ${issue.keys.map((key) => `"${key}"`).join(', ')}${where}. Remove it, or see license-analytics.schema.json for what there is.`;
  }
  const expected = issue.message.replace(/^(Invalid [a-z ]+|Too (small|big)): /, '').replace(/, received .*$/, '');
  const sentence = expected.startsWith('expected') ? expected : `expected ${expected}`;
  return `${name}: ${sentence}, found ${shown(issue.input)}.`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  return {
    ...config,
    ...(config.data === undefined ? {} : { data: absolute(config.data) }),
    ...(config.accounts === undefined ? {} : { accounts: config.accounts.map(absolute) }),
    ...(config.branding?.logo === undefined
      ? {}
      : { branding: { ...config.branding, logo: absolute(config.branding.logo) } }),
    ...(config.mail?.ca === undefined ? {} : { mail: { ...config.mail, ca: absolute(config.mail.ca) } }),
    sources: config.sources.map((source) => ({ ...source, files: source.files.map(absolute) })),
    entitlements: config.entitlements.map((entry) => ({ ...entry, file: absolute(entry.file) })),
  };
}
