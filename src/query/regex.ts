/**
 * Why a regular expression cannot be used, or undefined when it can. The engine matches with RE2 (ClickHouse `match`,
 * unanchored), which has no look-around and no backreferences. Its syntax otherwise is JavaScript's plus inline flags,
 * `(?P<name>`, `\A`, `\z`, `\Q…\E` and POSIX classes: those are put in JavaScript's terms and the rest is left to RegExp.
 */
export function regexProblem(pattern: string): string | undefined {
  if (pattern.length > 2000) return 'it is longer than 2,000 characters; shorten it';
  let script = '';
  let rest = pattern;
  while (rest !== '') {
    const unit = unitOf(rest);
    if ('problem' in unit) return unit.problem;
    script += unit.script;
    rest = rest.slice(unit.length);
  }
  try {
    new RegExp(script, 'u');
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/u?: /s, '') : '';
    return `it is not a regular expression (${reason}); correct it, and escape characters meant literally with a backslash`;
  }
}

interface Unit {
  readonly length: number;
  readonly script: string;
}
interface Problem {
  readonly problem: string;
}

const lookAround: Problem = {
  problem: 'look-ahead and look-behind are not supported by the engine; use a second filter with !~ instead',
};
const backreference: Problem = { problem: 'backreferences are not supported by the engine; write the pattern out' };

/** The first syntactic unit of what is left, in JavaScript's terms. */
function unitOf(rest: string): Unit | Problem {
  if (/^\(\?(=|!|<=|<!)/.test(rest)) return lookAround;
  if (rest.startsWith('(?>')) return { problem: 'atomic groups are not supported by the engine; use (?: … )' };
  const flags = /^\(\?[imsU]*(?:-[imsU]+)?([:)])/.exec(rest);
  if (flags) return { length: flags[0].length, script: flags[1] === ')' ? '' : '(?:' };
  if (rest.startsWith('(?P<')) return { length: 4, script: '(?<' };
  const quoted = /^\\Q(.*?)(?:\\E|$)/s.exec(rest);
  if (quoted) return { length: quoted[0].length, script: escaped(quoted[1] ?? '') };
  if (rest.startsWith('[')) return classOf(rest);
  if (rest.startsWith('\\')) return escapeOf(rest);
  const times = /^\{(\d+)(,(\d*))?\}/.exec(rest);
  if (times) {
    const most = Math.max(Number(times[1]), Number(times[3] ?? 0));
    if (most > 1000) return { problem: 'the engine repeats at most 1,000 times; lower the number in braces' };
    return quantifier(times[0], rest);
  }
  if (/^[*+?]/.test(rest)) return quantifier(rest.slice(0, 1), rest);
  // A lone brace or bracket is a literal for RE2, and an error for RegExp with the flag `u`.
  const first = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (first === '^' || first === '$') return { length: 1, script: `(?:${first})` };
  return { length: first.length, script: /^[{}\]]$/.test(first) ? `\\${first}` : first };
}

function quantifier(written: string, rest: string): Unit | Problem {
  const after = rest.slice(written.length, written.length + 1);
  if (after === '+')
    return { problem: 'possessive quantifiers are not supported by the engine; leave the second + out' };
  return { length: written.length + (after === '?' ? 1 : 0), script: written };
}

function escapeOf(rest: string): Unit | Problem {
  if (/^\\(?:[1-9]|k)/.test(rest)) return backreference;
  const known = escapePattern.exec(rest)?.[0];
  if (known === undefined) return meaningless(rest);
  if (/^\\[pP]/.test(known) && !isUnicodeClass(known)) return meaningless(rest);
  return { length: known.length, script: plainEscape(known) };
}

/** Escapes of RE2: codes, classes, positions, and punctuation meant literally. */
const escapePattern =
  /^\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{\^?\w+\}|[pP]\w|0[0-7]{0,2}|[afnrtvdDsSwWbBAzC]|[!-/:-@[-`{-~])/;

function meaningless(rest: string): Problem {
  const written = rest.slice(0, 2);
  if (written === '\\') return { problem: 'it ends with a backslash; add the character that it escapes' };
  return { problem: `"${written}" means nothing to the engine here; remove the backslash or write the character out` };
}

/** `\p{L}`, `\pL`, `\p{Greek}`: general categories by their short names, and scripts. */
function isUnicodeClass(written: string): boolean {
  const name = /\w+/.exec(written.slice(2))?.[0] ?? '';
  if (name === 'Any') return true;
  try {
    new RegExp(`\\p{${name.length > 2 ? 'Script=' : ''}${name}}`, 'u');
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** An escape in JavaScript's `u` mode, which knows fewer of them. The value does not matter, only that it stands for one. */
function plainEscape(known: string): string {
  if (/^\\[AbBz]$/.test(known)) return '(?:\\b)';
  return /^\\\w/.test(known) ? 'x' : escaped(known.slice(1));
}

const posixClasses = 'alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit';

/** A bracket class: `]` right after its start is literal; POSIX names such as `[:alpha:]` stand inside. */
function classOf(rest: string): Unit | Problem {
  const found = /^\[(?:\^|(?!\^))(?:\]|\[:\^?\w+:\]|\\[\s\S]|[^\]\\])(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/u.exec(
    rest,
  )?.[0];
  if (found === undefined) return { problem: 'a [ is not closed; add the ], or escape the [ with a backslash' };
  const unknown = [...found.matchAll(/\[:\^?(\w+):\]/g)].find(
    ([, name = '']) => !new RegExp(`^(?:${posixClasses})$`).test(name),
  );
  if (unknown) return { problem: `${unknown[0]} is no class; expected one of ${posixClasses.replaceAll('|', ', ')}` };
  for (const { index } of found.matchAll(/\\[\s\S]/gu)) {
    const escape = escapeOf(found.slice(index));
    if ('problem' in escape || /^\\[bBAzC]/.test(found.slice(index))) return meaningless(found.slice(index));
  }
  const plain = found.replace(/\\[dDsSwWpP]/g, '\0').replace(/\\[\s\S]/gu, '\x01');
  const reversed = [...plain.matchAll(/([^[\]^-])-([^[\]-])/gu)].find(
    ([, low = '', high = '']) => high === '\0' || (high !== '\x01' && low !== '\x01' && low > high),
  );
  if (reversed)
    return { problem: 'a range in brackets has no proper end or runs backwards; write the lower character first' };
  return { length: found.length, script: 'x' };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
