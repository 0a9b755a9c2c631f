import { RE2JS } from 're2js';

/** The store matches with RE2, whose syntax is not quite JavaScript's (`(?i)`): what is matched here must go the same way. */
export function re2(pattern: string): RE2JS {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = RE2JS.compile(pattern);
    if (patterns.size >= 1000) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled;
}
const patterns = new Map<string, RE2JS>();
