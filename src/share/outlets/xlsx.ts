import { Readable } from 'node:stream';
import { DateTime } from 'luxon';
import type { Cell, CellObject, Image, SheetData } from 'write-excel-file/node';
import type { FieldValue } from '../../engine/frame.ts';
import type { BrandColour } from '../branding.ts';
import { ShareError } from '../errors.ts';
import type { Picture } from '../picture.ts';
import { fitted, logoBox, pictureOf } from '../picture.ts';
import type { PanelAnswer, Snapshot } from '../snapshot.ts';
import type { ShareColumn, ShareTable } from '../table.ts';
import { tableOfPanel } from '../table.ts';
import { titleWithUnit, unitInWords } from '../units.ts';
import type { FileOutlet } from './outlet.ts';

/**
 * The library holds all cells in memory: 200,000 rows of 21 columns took 1.3 GB and a minute, as CSV, which is streamed, 90 MB and
 * 13 s. Longer listings go out as CSV.
 *
 * Writers that stream, looked at in November 2026 with 100,000 rows: ExcelJS 4.4 takes two thirds of the CPU time and a quarter of
 * the memory, and brings some 190 packages, of which several are given up; hucre 1.0 takes a third and a tenth,
 * but streams one sheet only, and is new. Two fifths of this library's time are its compression in JavaScript (fflate).
 */
const mostRows = 100_000;

/**
 * A workbook: first what it is about and how figures were counted, then a sheet for each panel that has figures. Cells have types
 * (times on the clocks of the snapshot's zone, unknown is an empty cell), units are number formats. Texts are typed as
 * texts: none is ever a formula.
 */
export const xlsx: FileOutlet = {
  name: 'xlsx',
  help: 'an Excel workbook: a sheet for each table and chart',
  extension: 'xlsx',
  mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  open: async (snapshot) => {
    const { dashboard, timezone } = snapshot;
    const tables = dashboard.panels
      .filter(({ type }) => type !== 'stat')
      .map((panel) => tableOfPanel(panel, snapshot))
      .filter(({ rows }) => rows > 0);
    for (const table of tables) refuseLong(table);
    const names = sheetNames(['About', ...tables.map(({ title }) => title)]);
    const logo = pictureOf(snapshot.branding?.logo);
    const about = {
      sheet: names[0] ?? 'About',
      data: [...(logo === undefined ? [] : [logoRow]), ...aboutSheet(snapshot)],
      columns: [{ width: 26 }, { width: 100 }],
      ...(logo !== undefined && { images: [imageOf(logo, snapshot.branding?.name ?? '')] }),
    };
    const sheets = tables.map((table, i) => ({
      sheet: names[i + 1] ?? table.title,
      data: sheetOf(table, timezone, snapshot.branding?.colour),
      columns: table.columns.map((column) => ({ width: widthOf(column) })),
      stickyRowsCount: 1,
    }));
    const { default: writeExcelFile } = await import('write-excel-file/node');
    return Readable.from([await writeExcelFile([about, ...sheets]).toBuffer()]);
  },
};

function refuseLong({ title, rows }: ShareTable): void {
  if (rows <= mostRows) return;
  throw new ShareError(
    'report_too_large',
    `"${title}" has ${rows.toLocaleString('en')} rows; a workbook takes ${mostRows.toLocaleString('en')}.`,
    `Share it as CSV (share csv --table "${title}"), or a shorter time range.`,
  );
}

/** Pictures lie over cells: the row under it is as high, in points (72 to the inch, where there are 96 pixels), and a little more. */
const logoRow: Cell[] = [{ height: (logoBox.height * 72) / 96 + 6 }];

const imageOf = (logo: Picture, name: string): Image => ({
  content: logo.bytes,
  contentType: logo.type,
  ...fitted(logo, logoBox),
  dpi: 96,
  anchor: { row: 1, column: 1 },
  title: name,
  description: name,
});

/** Figures that stand alone are rows here: a sheet for each would be one cell. */
function aboutSheet(snapshot: Snapshot): SheetData {
  const { dashboard, account, range, timezone, rules, takenAt, branding, summary = [] } = snapshot;
  const line = (name: string, value: Cell): Cell[] => [{ value: name, type: String, fontWeight: 'bold' }, value];
  const figures = dashboard.panels
    .filter(({ type }) => type === 'stat')
    .map((panel) => line(panel.title, figureOf(tableOfPanel(panel, snapshot), panel)));
  const title = account === undefined ? 'License usage' : `License usage of ${account}`;
  return [
    [
      {
        ...text(title),
        fontWeight: 'bold',
        fontSize: 14,
        height: 22,
        ...(branding?.colour && { textColor: branding.colour.light }),
      },
    ],
    [],
    line('Account', text(account ?? 'all')),
    line(`From (${timezone})`, clock(range.from, timezone)),
    line(`To, exclusive (${timezone})`, clock(range.to, timezone)),
    line(`Taken at (${timezone})`, clock(takenAt, timezone)),
    ...(branding === undefined ? [] : [line('Made by', text(branding.name))]),
    ...(branding?.contact === undefined ? [] : [line('Contact', text(branding.contact))]),
    [],
    ...summary.map((sentence, i) => line(i === 0 ? 'Summary' : '', { ...text(sentence), wrap: true })),
    ...(summary.length === 0 ? [] : [[]]),
    ...figures,
    [],
    ...[...rules, ...noticesOf(snapshot)].map((sentence, i) =>
      line(i === 0 ? 'How it was counted' : '', { ...text(sentence), wrap: true }),
    ),
  ];
}

function figureOf({ columns }: ShareTable, { fieldConfig }: Snapshot['dashboard']['panels'][number]): Cell {
  const column = columns.findLast(({ type }) => type === 'number');
  const value = column?.values.findLast((one) => one !== null) ?? null;
  if (column === undefined || value === null) return { ...text(fieldConfig.defaults.noValue), align: 'left' };
  const cell = cellOf({ ...column, unit: fieldConfig.defaults.unit ?? column.unit }, value, 'UTC');
  return { ...cell, align: 'left' };
}

/** Each notice once; of few panels it says which: it does not stand beside them here. */
function noticesOf({ dashboard, answers }: Snapshot): readonly string[] {
  const titles = new Map<string, readonly string[]>();
  for (const { id, title } of dashboard.panels)
    for (const text of new Set((answers.get(id) ?? []).flatMap(textsOf)))
      titles.set(text, [...(titles.get(text) ?? []), title]);
  return [...titles].map(([text, about]) => (about.length > 3 ? text : `${about.join(', ')}: ${text}`));
}

const textsOf = (answer: PanelAnswer): readonly string[] =>
  'frames' in answer
    ? answer.frames.flatMap(({ schema }) => (schema.meta.notices ?? []).map((notice) => notice.text))
    : [];

function sheetOf({ columns, rows }: ShareTable, zone: string, colour: BrandColour | undefined): SheetData {
  const head = columns.map((column): Cell => ({
    value: column.type === 'time' ? `${column.title} (${zone})` : titleWithUnit(column),
    type: String,
    fontWeight: 'bold',
    wrap: true,
    // What is read on a light page is a ground for white text.
    ...(colour !== undefined && { backgroundColor: colour.light, textColor: '#ffffff' }),
  }));
  const made = columns.map((column) => ({ column, format: formatOf(column) }));
  const body = Array.from({ length: rows }, (_, i) =>
    made.map(({ column, format }): Cell => {
      const value = column.values[i] ?? null;
      return value === null || value === '' ? null : cellOf(column, value, zone, format);
    }),
  );
  return [head, ...body];
}

function cellOf(
  column: ShareColumn,
  value: Exclude<FieldValue, null>,
  zone: string,
  format = formatOf(column),
): CellObject {
  if (column.type === 'time' && typeof value === 'number') return clock(value, zone);
  if (typeof value === 'number') return { value, type: Number, format };
  return typeof value === 'boolean' ? { value, type: Boolean } : text(value);
}

/** A cell of Excel holds no more. */
const longestText = 32_767;
const text = (value: string): CellObject => ({ value: value.slice(0, longestText), type: String });

/** Excel's times have no zone: they are what the clocks of the report's zone show. */
const clock = (time: number, zone: string): CellObject => ({
  value: DateTime.fromMillis(time, { zone }).setZone('UTC', { keepLocalTime: true }).toJSDate(),
  type: Date,
  format: 'yyyy-mm-dd hh:mm:ss',
  align: 'left',
});

/** Excel multiplies by 100 for its own %: a percentage here is the figure itself. */
function formatOf({ unit, values }: ShareColumn): string {
  const whole = values.every((value) => typeof value !== 'number' || Number.isInteger(value));
  const figure = whole ? '#,##0' : '#,##0.00';
  const word = unitInWords(unit);
  return unit === 'percent' ? '#,##0.0"%"' : word === '' ? figure : `${figure}" ${word}"`;
}

/** Characters, as wide as the widest of the first rows, within reason. */
function widthOf(column: ShareColumn): number {
  if (column.type === 'time') return 20;
  const lengths = column.values.slice(0, 200).map((value) => (typeof value === 'string' ? value.length : 8));
  return Math.min(
    60,
    Math.max(10, Math.ceil(titleWithUnit(column).length / 2) + 2, ...lengths.map((length) => length + 2)),
  );
}

/**
 * Names that Excel takes: 31 characters at most, none of `[]:*?/\`, no apostrophe at either end, each once in any case.
 * Source: Microsoft, "Rename a worksheet".
 */
export function sheetNames(titles: readonly string[]): readonly string[] {
  const taken = new Set(['history']);
  return titles.map((title) => {
    const clean =
      title
        .replace(/[[\]:*?/\\\s\p{Cc}]+/gu, ' ')
        .trim()
        .replace(/^'+|'+$/g, '') || 'Sheet';
    for (let n = 1; ; n++) {
      const suffix = n === 1 ? '' : ` (${n})`;
      const name = `${clean.slice(0, 31 - suffix.length).trim()}${suffix}`;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  });
}
