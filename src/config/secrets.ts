import { readFileSync } from 'node:fs';
import { ConfigError } from './load.ts';

/**
 * A secret from the environment: `NAME` itself, or the content of the file that `NAME_FILE` names (as container secrets
 * are given). Undefined when neither is set. Throws `ConfigError` when the file cannot be read or is empty.
 */
export function secret(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${name}_FILE: expected a readable file, found ${file} (${why}).`]);
  }
  if (text === '') throw new ConfigError([`${name}_FILE: expected the secret in ${file}, found an empty file.`]);
  return text;
}
