import type { FieldSchema, FieldValue } from '../engine/frame.ts';
import type { SharedPanel } from './dashboard.ts';
import { isOverTime } from './dashboard.ts';
import type { Column, Rows } from './render/columns.ts';
import { shownColumns } from './render/columns.ts';
import { framesOf } from './render/frames.ts';
import { nameOf } from './render/names.ts';
import type { Snapshot } from './snapshot.ts';

/** A panel's figures as rows and columns: what is written into files. */
export interface ShareTable {
  readonly title: string;
  readonly columns: readonly ShareColumn[];
  readonly rows: number;
}

export interface ShareColumn {
  readonly title: string;
  readonly type: FieldSchema['type'];
  /** Grafana unit id; '' for none. */
  readonly unit: string;
  /** One per row; times as milliseconds since 1970 UTC, null for unknown. */
  readonly values: readonly FieldValue[];
}

/**
 * What the panel shows, as a table: series side by side over time, the answers of several questions put together, the panel's
 * transformations applied. A panel without data has no columns.
 */
export function tableOfPanel(panel: SharedPanel, { answers }: Pick<Snapshot, 'answers'>): ShareTable {
  const tables = framesOf(panel, { answers }).map(columnsOf);
  const columns = isOverTime(panel) ? beside(tables) : below(tables);
  return { title: panel.title, columns, rows: columns[0]?.values.length ?? 0 };
}

type Columns = readonly ShareColumn[];

const columnsOf = (rows: Rows): Columns =>
  shownColumns(rows).map((column) => ({
    title: titleOf(column),
    type: column.type,
    // A panel that counts rows says "none": what it counts keeps its unit.
    unit: column.type === 'number' ? (column.own?.unit ?? column.look.unit ?? '') : '',
    values: column.values.map((value) => shown(column, value)),
  }));

/** Names of bars are made of their rows, which have columns of their own here. */
const titleOf = (column: Column): string =>
  column.look.displayName?.includes('${__data.') === true ? column.title : nameOf(column);

/** Ids of reasons and families are read by their titles. */
const shown = ({ look }: Column, value: FieldValue): FieldValue =>
  typeof value === 'string' ? (look.mappings.get(value)?.text ?? value) : value;

/** Series in one table: a row for each time that any of them has. */
function beside(tables: readonly Columns[]): Columns {
  const times = [...new Set(tables.flatMap(([time]) => time?.values ?? []))].sort((a, b) => Number(a) - Number(b));
  const [first] = tables.flat();
  if (first === undefined) return [];
  const figures = tables.flatMap(([time, ...others]) => {
    const at = new Map((time?.values ?? []).map((value, i) => [value, i]));
    return others.map((column) => ({
      ...column,
      values: times.map((value) => column.values[at.get(value) ?? -1] ?? null),
    }));
  });
  return [{ ...first, values: times }, ...figures];
}

/** Rows of one table after those of the other, by the titles of their columns. */
function below(tables: readonly Columns[]): Columns {
  const [only, ...more] = tables;
  if (only === undefined || more.length === 0) return only ?? [];
  const titles = [...new Set(tables.flat().map(({ title }) => title))];
  return titles.map((title) => {
    const values = tables.flatMap((columns) => {
      const found = columns.find((column) => column.title === title);
      return found?.values ?? (columns[0]?.values ?? []).map(() => null);
    });
    const like = tables.flat().find((column) => column.title === title);
    return { title, type: like?.type ?? 'string', unit: like?.unit ?? '', values };
  });
}
