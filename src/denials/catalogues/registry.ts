import type { CodeCatalogue } from '../reason.ts';
import { dm } from './dm.ts';
import { flexnet } from './flexnet.ts';
import { fne } from './fne.ts';
import { rlm } from './rlm.ts';

/** Every license system's codes. A new one: its file, its import and its name here. */
export const catalogues: readonly CodeCatalogue[] = [flexnet, fne, dm, rlm];
