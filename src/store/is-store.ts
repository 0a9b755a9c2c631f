import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the built-in engine ever made a store in this directory. */
export const isStore = (directory: string): boolean => existsSync(join(directory, 'metadata'));
