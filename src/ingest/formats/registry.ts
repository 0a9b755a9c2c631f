import type { Format } from '../format.ts';
import { flexnet } from './flexnet/index.ts';

/** All formats that can be read; a new one is a folder or file here and one line below. */
export const formats: readonly Format[] = [flexnet];
