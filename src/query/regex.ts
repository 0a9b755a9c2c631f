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
  return { length: first.length, script: /^[{}\]]$/.test(first) ? `\\${first}` : first };
}

function quantifier(written: string, rest: string): Unit | Problem {
  const after = rest.slice(written.length, written.length + 1);
  if (after === '+')
    return { problem: 'possessive quantifiers are not supported by the engine; leave the second + out' };
  return { length: written.length + (after === '?' ? 1 : 0), script: written };
}

function escapeOf(rest: string): Unit | Problem {
  const known = /^\\(?:x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[pP]\{\^?\w+\}|[pP]\w|[0-7]{1,3}|[\s\S])/u.exec(rest)?.[0];
  if (known === undefined) return { problem: 'it ends with a backslash; add the character that it escapes' };
  const letter = known.slice(1, 2);
  if (/^[1-9]/.test(letter) || letter === 'k') return backreference;
  if (/^[GKRXYZeNhHu]$/.test(letter)) {
    return { problem: `"${known}" means nothing to the engine; remove the backslash or write the character out` };
  }
  return { length: known.length, script: plainEscape(known) };
}

/** An escape in JavaScript's `u` mode, which knows fewer of them. The value does not matter, only that it stands for one. */
function plainEscape(known: string): string {
  if (/^\\[AbBz]$/.test(known)) return '\\b';
  if (/^\\[dDsSwW]$/.test(known)) return known;
  return /^\\[pPxC0-7]/.test(known) ? 'x' : escaped(known.slice(1));
}

/** A bracket class: `]` right after its start is literal; POSIX names such as `[:alpha:]` stand inside. */
function classOf(rest: string): Unit | Problem {
  const found = /^\[\^?(?:\]|\[:\^?\w+:\]|\\[\s\S]|[^\]\\])(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/u.exec(rest)?.[0];
  if (found === undefined) return { problem: 'a [ is not closed; add the ], or escape the [ with a backslash' };
  const reversed = [...found.replace(/\\[\s\S]/gu, 'x').matchAll(/([^[\]^-])-([^[\]-])/gu)].find(
    ([, low = '', high = '']) => (low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0) && low !== 'x' && high !== 'x',
  );
  if (reversed) return { problem: `the range ${reversed[0]} in brackets runs backwards; swap its ends` };
  return { length: found.length, script: 'x' };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
