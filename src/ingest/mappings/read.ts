import { readMappingCsv } from './csv.ts';
import { MappingError, type MappingReading, type MappingRule } from './mapping.ts';
import { readMappingYaml } from './yaml.ts';

/**
 * A mapping file: YAML (also JSON) when its name ends so, or when its first line with text is a YAML key or JSON; else CSV.
 * Never throws because of what the file holds.
 */
export function readMapping(text: string, file: string): MappingReading {
  return isYaml(text, file) ? readMappingYaml(text) : readMappingCsv(text);
}

/** As `readMapping`, for callers that load: throws `MappingError` with all problems when there are any. */
export function requireMapping(text: string, file: string): readonly MappingRule[] {
  const reading = readMapping(text, file);
  if (!reading.ok) throw new MappingError(file, reading.problems);
  return reading.rules;
}

function isYaml(text: string, file: string): boolean {
  if (/\.(ya?ml|json)$/i.test(file)) return true;
  return !/\.(csv|tsv)$/i.test(file) && /^\uFEFF?(\s*(#.*)?\n)*(\{|---|\w+:)/.test(text);
}
