import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generated } from './generated.ts';

/** Entry of `npm run generate`: writes what is generated from sources and committed. `test/provisioning` holds both equal. */
for (const { path, content } of generated()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  process.stderr.write(`license-analytics: written: ${path}\n`);
}
