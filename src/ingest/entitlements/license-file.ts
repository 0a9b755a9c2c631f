import { withoutBom } from '../formats/csv-dialect.ts';
import { expectedEnd, readEnd, readStart, expectedDate } from './dates.ts';
import type { Entitlement, EntitlementDefaults, EntitlementProblem, EntitlementsReading } from './entitlement.ts';
import { addComponents, type Package } from './packages.ts';
import { applyUpgrades, type Upgrade } from './upgrades.ts';

/** One FEATURE or INCREMENT line. */
export interface Increment {
  readonly keyword: 'FEATURE' | 'INCREMENT';
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly start: string;
  readonly end: string;
  /** 0 when uncounted. */
  readonly quantity: number;
  readonly uncounted: boolean;
  readonly overdraft: number;
  /** ISSUED date, '' when the line has none. */
  readonly issued: string;
  /** SUPERSEDE: older lines of these features do not count any more; undefined without it. */
  readonly supersedes: readonly string[] | undefined;
  readonly line: number;
}

type Statement = Increment | ({ readonly keyword: 'PACKAGE' } & Package) | ({ readonly keyword: 'UPGRADE' } & Upgrade);
type Problem = Omit<EntitlementProblem, 'line'>;

/**
 * Entitlements of a FlexNet license file, as its vendor daemon reads it (FlexNet Publisher License Administration Guide):
 * - INCREMENT lines add up; of FEATURE lines with the same name, vendor and version only the first counts.
 * - SUPERSEDE on a line switches off lines of the same features that were issued before it.
 * - UPGRADE moves licenses from an older version to a newer one.
 * - PACKAGE: the FEATURE or INCREMENT line with the package's name gives licenses of its components.
 * - SERVER, VENDOR / DAEMON, USE_SERVER, FEATURESET and comments carry no entitlement; signatures are not checked.
 */
export function readLicenseFile(text: string, file: string, defaults: EntitlementDefaults): EntitlementsReading {
  const increments: Increment[] = [];
  const packages: Package[] = [];
  const upgrades: Upgrade[] = [];
  const problems: EntitlementProblem[] = [];
  const notices: string[] = [];
  for (const { text: line, number } of logicalLines(withoutBom(text))) {
    const statement = readStatement(line, number);
    if (statement === undefined) continue;
    if ('problems' in statement) problems.push(...statement.problems.map((problem) => ({ line: number, ...problem })));
    else if (statement.keyword === 'PACKAGE') packages.push(statement);
    else if (statement.keyword === 'UPGRADE') upgrades.push(statement);
    else increments.push(statement);
  }
  if (problems.length > 0) return { ok: false, kind: 'license file', problems };
  if (increments.length === 0) {
    const expected = 'at least one FEATURE or INCREMENT line of a FlexNet license file';
    return { ok: false, kind: 'license file', problems: [{ line: 1, column: '', expected, found: 'none' }] };
  }
  const counted = applyUpgrades(withoutRepeated(withoutSuperseded(increments, notices), notices), upgrades, notices);
  const rows = addComponents(counted, packages, notices).map(({ increment, package: name }): Entitlement => ({
    account: defaults.account,
    product: name,
    package: name,
    feature: increment.name,
    version: increment.version,
    server: defaults.server,
    vendor: increment.vendor,
    model: 'concurrent',
    period: 'term',
    quantity: increment.quantity,
    overdraft: increment.overdraft,
    uncounted: increment.uncounted,
    start: increment.start,
    end: increment.end,
    origin: `${file}:${increment.line}`,
  }));
  return { ok: true, kind: 'license file', rows, notices: notices.map((notice) => `${file}: ${notice}`) };
}

/** Lines with their continuations (`\` at the end) joined, numbered by their first line; without comments and empty ones. */
function logicalLines(text: string): { readonly text: string; readonly number: number }[] {
  const lines: { text: string; number: number }[] = [];
  let open = false;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const last = lines.at(-1);
    const continues = /\\\s*$/.test(line);
    const body = continues ? line.replace(/\\\s*$/, ' ') : line;
    if (open && last) last.text += body;
    else if (!/^\s*(#|$)/.test(line)) lines.push({ text: body, number: index + 1 });
    else continue;
    open = continues;
  }
  return lines;
}

/** Words of a line; a quoted value (`COMPONENTS="a b"`) is one word, its quotes removed. */
function words(line: string): string[] {
  return (line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

function readStatement(
  line: string,
  number: number,
): Statement | { readonly problems: readonly Problem[] } | undefined {
  const [keyword = '', ...rest] = words(line);
  switch (keyword.toUpperCase()) {
    case 'FEATURE':
      return readIncrement('FEATURE', rest, number);
    case 'INCREMENT':
      return readIncrement('INCREMENT', rest, number);
    case 'PACKAGE':
      return readPackage(rest, number);
    case 'UPGRADE':
      return readUpgrade(rest, number);
    default:
      return undefined; // SERVER, VENDOR, USE_SERVER, …, and what is none of the keywords is a comment to FlexNet too
  }
}

/** `FEATURE name vendor version expiry count [KEY] [OPTION=value …]` */
function readIncrement(
  keyword: Increment['keyword'],
  [name = '', vendor = '', version = '', expiry = '', count = '', ...rest]: readonly string[],
  line: number,
): Increment | { readonly problems: readonly Problem[] } {
  if (count === '') {
    return missing(keyword, `${keyword} name vendor version expiry count`, [name, vendor, version, expiry]);
  }
  const options = readOptions(rest);
  const end = readEnd(expiry);
  const start = readStart(options.get('START') ?? '');
  const licenses = readCount(count);
  const overdraft = readCount(options.get('OVERDRAFT') ?? '0');
  if (end === undefined || start === undefined || licenses === undefined || overdraft === undefined || end < start) {
    return {
      problems: [
        ...problemIf(end === undefined, 'expiry', expectedEnd, expiry),
        ...problemIf(start === undefined, 'START', expectedDate, options.get('START') ?? ''),
        ...problemIf(licenses === undefined, 'count', 'a whole number of licenses or "uncounted"', count),
        ...problemIf(
          overdraft === undefined,
          'OVERDRAFT',
          'a whole number of licenses',
          options.get('OVERDRAFT') ?? '',
        ),
        ...problemIf(
          end !== undefined && start !== undefined && end < start,
          'expiry',
          `a day not before START (${start ?? ''})`,
          expiry,
        ),
      ],
    };
  }
  const superseded = options.get('SUPERSEDE');
  return {
    keyword,
    name,
    vendor,
    version,
    start,
    end,
    quantity: licenses,
    uncounted: licenses === 0,
    overdraft,
    issued: readStart(options.get('ISSUED') ?? '') ?? '',
    supersedes: superseded === undefined ? undefined : superseded === '' ? [name] : superseded.split(/\s+/),
    line,
  };
}

/** `PACKAGE name vendor [version] COMPONENTS="feature[:version[:count]] …" [OPTIONS=SUITE] …` */
function readPackage(
  [name = '', vendor = '', ...rest]: readonly string[],
  line: number,
): Statement | { readonly problems: readonly Problem[] } {
  const options = readOptions(rest);
  const components = (options.get('COMPONENTS') ?? '').split(/\s+/).filter((component) => component !== '');
  if (vendor === '' || components.length === 0)
    return missing('PACKAGE', 'PACKAGE name vendor version COMPONENTS="…"', [name, vendor]);
  const first = rest[0] ?? '';
  const read = components.map((component) => {
    const [feature = '', version = '', count = ''] = component.split(':');
    return { feature, version, count: count === '' ? 1 : (readCount(count) ?? NaN), text: component };
  });
  const wrong = read.filter(({ feature, count }) => feature === '' || Number.isNaN(count));
  if (wrong.length > 0) {
    return { problems: wrong.map(({ text }) => problem('COMPONENTS', 'feature[:version[:count]]', text)) };
  }
  return {
    keyword: 'PACKAGE',
    name,
    vendor,
    version: /^[\d.]+$/.test(first) ? first : '',
    components: read.map(({ feature, version, count }) => ({ feature, version, count })),
    suite: /\bSUITE\b/i.test(options.get('OPTIONS') ?? ''),
    line,
  };
}

/** `UPGRADE feature vendor from_version to_version expiry count [KEY] [OPTION=value …]` */
function readUpgrade(
  [name = '', vendor = '', from = '', to = '', expiry = '', count = '']: readonly string[],
  line: number,
): Statement | { readonly problems: readonly Problem[] } {
  if (count === '')
    return missing('UPGRADE', 'UPGRADE feature vendor from_version to_version expiry count', [
      name,
      vendor,
      from,
      to,
      expiry,
    ]);
  const licenses = readCount(count);
  const end = readEnd(expiry);
  if (licenses === undefined || end === undefined) {
    return {
      problems: [
        ...problemIf(end === undefined, 'expiry', expectedEnd, expiry),
        ...problemIf(licenses === undefined, 'count', 'a whole number of licenses or "uncounted"', count),
      ],
    };
  }
  return { keyword: 'UPGRADE', name, vendor, from, to, end, quantity: licenses, line };
}

/** A whole number; `uncounted` = 0, as FlexNet writes it too. */
function readCount(text: string): number | undefined {
  if (/^uncounted$/i.test(text)) return 0;
  return /^\d{1,11}$/.test(text) ? Number(text) : undefined;
}

/** `NAME=value` and bare `NAME` words by upper-case name; the first of a name counts. */
function readOptions(list: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const word of list) {
    const [name = '', ...value] = word.split('=');
    if (!options.has(name.toUpperCase())) options.set(name.toUpperCase(), value.join('=').trim());
  }
  return options;
}

function withoutSuperseded(increments: readonly Increment[], notices: string[]): readonly Increment[] {
  return increments.filter((old) => {
    const newer = increments.find(
      (other) =>
        other !== old &&
        other.supersedes?.includes(old.name) === true &&
        other.vendor === old.vendor &&
        old.issued < other.issued,
    );
    if (newer) notices.push(`line ${old.line} (${old.name}) does not count: line ${newer.line} supersedes it`);
    return newer === undefined;
  });
}

function withoutRepeated(increments: readonly Increment[], notices: string[]): readonly Increment[] {
  const first = new Map<string, number>();
  return increments.filter((increment) => {
    if (increment.keyword === 'INCREMENT') return true;
    const key = [increment.name, increment.vendor, increment.version].join('\0');
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, increment.line);
    else
      notices.push(
        `line ${increment.line} (FEATURE ${increment.name}) does not count: line ${earlier} has the same FEATURE already`,
      );
    return earlier === undefined;
  });
}

function missing(
  keyword: string,
  expected: string,
  found: readonly string[],
): { readonly problems: readonly Problem[] } {
  return { problems: [problem('', expected, `${keyword} ${found.filter((word) => word !== '').join(' ')}`.trim())] };
}

function problemIf(wrong: boolean, column: string, expected: string, found: string): readonly Problem[] {
  return wrong ? [problem(column, expected, found)] : [];
}

function problem(column: string, expected: string, found: string): Problem {
  return { column, expected, found: `"${found}"` };
}
