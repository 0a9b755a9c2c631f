import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The command line as it is installed; `npm test` builds it before any test begins. */
export const entry = resolve('build/cli.js');
if (!existsSync(entry)) throw new Error(`${entry} is missing: run npm test, which builds it.`);
