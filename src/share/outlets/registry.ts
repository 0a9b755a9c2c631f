import { csv } from './csv.ts';
import { json } from './json.ts';
import type { FileOutlet } from './outlet.ts';
import { xlsx } from './xlsx.ts';

/** Every form in which a snapshot becomes a file. A new one: its file in this folder and one line here. */
export const fileOutlets: readonly FileOutlet[] = [xlsx, csv, json];
