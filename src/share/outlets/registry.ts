import { csv } from './csv.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import type { FileOutlet } from './outlet.ts';
import { pdf } from './pdf.ts';
import { xlsx } from './xlsx.ts';

/** Every form in which a snapshot becomes a file. A new one: its file in this folder and one line here. */
export const fileOutlets: readonly FileOutlet[] = [html, pdf, xlsx, csv, json];
