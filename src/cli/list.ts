import { UsageError } from './io.ts';

/** `a, b` → ['a', 'b']. An empty list is a mistake: it must not mean "all". */
export function listOf(option: string, text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new UsageError(`${option}: expected names separated by commas, found "${text}".`);
  return names;
}
