import type { Ask } from '../ask.ts';
import type { FieldValue } from '../frame.ts';

/** Rows of a listing, in the order of its columns (grouping first). */
export type List = (ask: Ask) => Promise<readonly (readonly FieldValue[])[]>;
