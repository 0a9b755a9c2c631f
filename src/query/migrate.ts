import { QuestionError, shown } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Steps from version n to n + 1, by n. Forward only: a saved question is read by every later version, a newer one never
 * by an older program. Version 1 is the first.
 */
const steps: Readonly<Record<number, (question: Fields) => Fields>> = {};

/** Brings a saved question to `target`. A question without `schemaVersion` is version 1. */
export function migrateQuestion(
  question: Fields,
  target: number,
  known: Readonly<Record<number, (question: Fields) => Fields>> = steps,
): Fields {
  const version = question['schemaVersion'] ?? 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new QuestionError(
      'invalidValue',
      `schemaVersion: expected a whole number from 1 to ${String(target)}, found ${shown(version)}.`,
      'schemaVersion',
    );
  }
  if (version > target) {
    throw new QuestionError(
      'newerVersion',
      `schemaVersion: expected at most ${String(target)}, found ${String(version)}: the question was saved by a newer version. ` +
        'Update License Analytics, or save the question again with this version.',
      'schemaVersion',
    );
  }
  let current = question;
  for (let n = version; n < target; n++) {
    const step = known[n];
    if (step === undefined)
      throw new Error(`No migration leads from question version ${String(n)} to ${String(n + 1)}.`);
    current = { ...step(current), schemaVersion: n + 1 };
  }
  return { ...current, schemaVersion: target };
}
