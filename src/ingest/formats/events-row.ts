import { daemonKinds, identityOf, type EventKind, type LicenseEvent } from '../../sessions/event.ts';
import { expectedAmount, readAmount, type Amount } from './events-amount.ts';
import type { ColumnReference, EventField, EventsMapping, RowKind } from './events-config.ts';
import { expectedTime, type TimeReader } from './events-time.ts';

/** What tells rows without an id of their own apart, beside kind, feature, time and quantities. */
const contentFields = [
  'version',
  'user',
  'host',
  'client',
  'project',
  'account',
  'model',
  'handle',
  'code',
  'detail',
] as const satisfies readonly EventField[];

/** More of a bad value is not repeated in messages; the line itself is kept. */
const longestFound = 80;

/** A field's text in a row; '' when it is empty. */
export type Getter<R> = (row: R) => string;

/** How one kind of row (a CSV record, a JSON object) is read: where a column is, if there is one. */
export interface RowShape<R> {
  resolve(column: ColumnReference): Getter<R> | undefined;
  /** All fields from the n-th on, joined as they are; '' where rows have no order. */
  rest(row: R, from: number): string;
}

export type RowResult =
  { readonly event: LicenseEvent; readonly rounded: boolean } | { readonly problem: string; readonly undated: boolean };

export interface RowContext {
  /** Source of rows that name none. */
  readonly server: string;
  readonly readTime: TimeReader;
}

/** The fields that every row needs. Rows of metered use are all of one kind, so those may leave it out. */
export function neededFields(mapping: EventsMapping, hasModel = false): readonly EventField[] {
  return hasModel || isMetered(mapping, mapping.constants.model) ? ['time', 'feature'] : ['time', 'kind', 'feature'];
}

const isMetered = (mapping: EventsMapping, model = ''): boolean =>
  mapping.models.get(model.toLowerCase()) === 'metered';

/** The fields without which rows cannot be events, and which columns would give them; undefined when there are all. */
export function missingColumns<R>(mapping: EventsMapping, shape: RowShape<R>): string | undefined {
  const has = (field: EventField): boolean => getter(mapping.columns[field] ?? [], shape) !== undefined;
  const missing = neededFields(mapping, has('model')).filter(
    (field) => mapping.constants[field] === undefined && !has(field),
  );
  if (missing.length === 0) return undefined;
  return missing.map((field) => `${field} (${(mapping.columns[field] ?? ['not mapped']).join(' or ')})`).join(', ');
}

/**
 * Compiles a mapping for rows of one shape. The function it returns never throws; it is to be called in the order of the
 * file, since running totals are told apart by what came before.
 *
 * Identity: with `identity` columns (or an `id`), those, the kind and the feature; else everything that the row itself says of the
 * event, as we understood it, so that the order of columns, quotes, delimiters, CSV or JSON make no difference. What the
 * configuration adds (constants) is no part of it.
 */
export function compileRow<R>(mapping: EventsMapping, shape: RowShape<R>, context: RowContext): (row: R) => RowResult {
  const columns = new Map<EventField, Getter<R>>();
  for (const [field, references] of Object.entries(mapping.columns) as [EventField, readonly ColumnReference[]][]) {
    const found = getter(references, shape);
    if (found) columns.set(field, found);
  }
  const own = (field: EventField, row: R): string => columns.get(field)?.(row) ?? '';
  const text = (field: EventField, row: R): string => own(field, row) || (mapping.constants[field] ?? '');
  const expected = (field: EventField, what: string, found: string): string => {
    const name = mapping.columns[field]?.find((column) => shape.resolve(column) !== undefined) ?? field;
    return `column ${typeof name === 'number' ? name : `"${name}"`}: expected ${what}, found ${found === '' ? 'an empty field' : `"${found.slice(0, longestFound)}"`}`;
  };
  const denied = mapping.deniedWhenEmpty === undefined ? undefined : shape.resolve(mapping.deniedWhenEmpty);
  const total = columns.has('quantity') ? undefined : compileTotal(mapping, shape);
  const identity = mapping.identity.map((column) => shape.resolve(column)).filter((get) => get !== undefined);
  const details = mapping.details.map((detail): Getter<R> => {
    if ('from' in detail) return (row) => shape.rest(row, detail.from);
    const get = shape.resolve(detail.column);
    return (row) => {
      const value = get?.(row) ?? '';
      return value === '' ? '' : `${detail.name}=${value}`;
    };
  });
  // The first identity column tells requests apart; where it is empty, the others would make different events one.
  const content = [...contentFields.map((field) => columns.get(field)), ...details];
  const kindOfDaemon = new Set<EventKind>(daemonKinds);
  const readKind = (row: R): RowKind | undefined => {
    const kindText = text('kind', row).toLowerCase();
    const kind = kindText === '' && isMetered(mapping, text('model', row)) ? 'checkout' : mapping.kinds.get(kindText);
    return kind === 'checkout' && denied?.(row) === '' ? 'denial' : kind;
  };

  return (row) => {
    const timeText = text('time', row);
    if (timeText === '') return { problem: expected('time', expectedTime, ''), undated: true };
    const time = context.readTime(timeText);
    if (time === undefined) return problem(expected('time', expectedTime, timeText));

    const rowKind = readKind(row);
    if (rowKind === undefined)
      return problem(expected('kind', `one of ${[...mapping.kinds.keys()].join(', ')}`, text('kind', row)));
    const kind: EventKind = rowKind === 'refund' ? 'checkout' : rowKind;
    const feature = text('feature', row);
    if (feature === '' && !kindOfDaemon.has(kind)) return problem(expected('feature', 'the name of a feature', ''));
    const modelText = text('model', row);
    const model =
      modelText === ''
        ? rowKind === 'refund'
          ? 'metered'
          : 'concurrent'
        : mapping.models.get(modelText.toLowerCase());
    if (model === undefined) return problem(expected('model', '"concurrent" or "metered"', modelText));

    const server = text('server', row) || context.server;
    const amountText = text('quantity', row) || (kind !== 'denial' && total !== undefined ? '' : '1');
    const amount = amountText === '' ? total?.(row, `${server}\0${feature}`, time) : readQuantity(amountText);
    if (amount === undefined) return problem(expected('quantity', expectedAmount, amountText));
    if ('problem' in amount) return problem(amount.problem);
    const before = readQuantity(text('quantityBefore', row) || '0');
    if (before === undefined) return problem(expected('quantityBefore', expectedAmount, text('quantityBefore', row)));
    const quantity = rowKind === 'refund' ? -Math.abs(amount.value) : amount.value;
    if (quantity < 0 && (model === 'concurrent' || kind !== 'checkout')) {
      return problem(
        expected('quantity', 'a number that is not negative (only metered use can be given back)', amountText),
      );
    }

    const user = text('user', row);
    const host = text('host', row);
    let detail = text('detail', row);
    for (const get of details) {
      const part = get(row);
      if (part !== '') detail = detail === '' ? part : `${detail} ${part}`;
    }
    const id = own('id', row);
    const firstId = id === '' ? (identity[0]?.(row) ?? '') : id;
    let message = `${rowKind}\x1f${feature}`;
    if (firstId !== '') {
      message += `\x1f${firstId}`;
      if (id === '') for (const get of identity.slice(1)) message += `\x1f${get(row)}`;
    } else {
      // Only what the row says, so that a column that is empty or missing makes no difference.
      for (const [place, get] of content.entries()) {
        const value = get?.(row) ?? '';
        if (value !== '') message += `\x1f${place}=${value}`;
      }
      message += `\x1f${time}\x1f${quantity}\x1f${before.value}`;
    }
    const { high, low } = identityOf(own('vendor', row), message);
    // Written out: spreading objects together costs more than all the rest of this function.
    const event: LicenseEvent = {
      kind,
      time,
      lag: 0,
      server,
      vendor: text('vendor', row),
      feature,
      version: text('version', row),
      user,
      host,
      client: text('client', row) || (user !== '' && host !== '' ? `${user}@${host}` : user + host),
      project: text('project', row),
      account: text('account', row),
      model,
      quantity,
      quantityBefore: before.value,
      handle: text('handle', row),
      code: text('code', row),
      detail,
      previous: 0,
      identityHigh: high,
      identityLow: low,
    };
    return { event, rounded: amount.rounded || before.rounded };
  };
}

/** The first column of a choice that is there and not empty in the row. */
function getter<R>(references: readonly ColumnReference[], shape: RowShape<R>): Getter<R> | undefined {
  const found = references.map((reference) => shape.resolve(reference)).filter((get) => get !== undefined);
  const [first, ...others] = found;
  if (!first || others.length === 0) return first;
  return (row) => {
    for (const get of found) {
      const value = get(row);
      if (value !== '') return value;
    }
    return '';
  };
}

const one = { value: 1, rounded: false };

/** Nearly every row is about one license. */
function readQuantity(text: string): Amount | undefined {
  return text === '1' ? one : readAmount(text);
}

type TotalReader<R> = (
  row: R,
  key: string,
  time: number,
) => { readonly value: number; readonly rounded: boolean } | { readonly problem: string };

/**
 * Amounts from a running total: each row's difference to the row before of the same item. What was used before the file
 * begins is booked at the item's first row. Needs the rows of an item in order of time.
 */
function compileTotal<R>(mapping: EventsMapping, shape: RowShape<R>): TotalReader<R> | undefined {
  const column = mapping.runningTotal;
  const get = column === undefined ? undefined : shape.resolve(column);
  if (!get) return undefined;
  const keys = mapping.runningTotalOf.map((reference) => shape.resolve(reference)).filter((key) => key !== undefined);
  const last = new Map<string, { readonly total: number; readonly time: number }>();
  return (row, item, time) => {
    const amount = readAmount(get(row));
    if (!amount) return { problem: `column "${column ?? ''}": expected ${expectedAmount}, found "${get(row)}"` };
    const key = [item, ...keys.map((part) => part(row))].join('\0');
    const before = last.get(key);
    if (before !== undefined && time < before.time) {
      return {
        problem: `column "${column ?? ''}": expected the rows of one line item in order of time, since it is a running total; found an earlier one (sort the file by time)`,
      };
    }
    last.set(key, { total: amount.value, time });
    const value = Math.round((amount.value - (before?.total ?? 0)) * 1e6) / 1e6;
    return { value, rounded: amount.rounded };
  };
}

function problem(text: string): RowResult {
  return { problem: text, undated: false };
}
