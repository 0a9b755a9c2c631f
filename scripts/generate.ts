/** Writes what is generated from sources: `npm run generate`. A test holds that it is committed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDashboards } from '../dashboards/source/generate.ts';

const root = join(import.meta.dirname, '..');
for (const { path, text } of generateDashboards()) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
