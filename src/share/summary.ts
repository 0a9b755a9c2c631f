import { DateTime } from 'luxon';
import type { FieldValue, Frame } from '../engine/frame.ts';
import { noData } from '../query/page-notices.ts';
import type { QuestionInput } from '../query/question.ts';
import type { TimeRange } from '../query/time.ts';

/** Answers questions about one account, by their names. Rejects when one of them cannot be answered. */
export type AskFigures = (
  questions: Readonly<Record<string, QuestionInput>>,
  range: TimeRange,
) => Promise<Readonly<Record<string, readonly Frame[]>>>;

/** What is summed up, and what it is compared with. */
export interface Compared {
  readonly current: TimeRange;
  readonly before: TimeRange;
}

/** The day from which ends are counted (epoch milliseconds), and the zone in which entitlements end (IANA). */
export interface Today {
  readonly at: number;
  readonly zone: string;
}

/** Of the same length, just before. */
export const justBefore = ({ from, to }: TimeRange): TimeRange => ({ from: from - (to - from), to: from });

const need = 'unmetClients desc, hoursAt95 desc, usagePercentage desc';
const questions = {
  hours: { measure: 'licenseHours', groupBy: ['feature'], having: { operator: '>', value: 0 }, limit: 1 },
  usage: { measure: 'utilization', groupBy: ['feature'], orderBy: need },
} satisfies Record<string, QuestionInput>;

/** A point for the range, and one for the range before, unless that begins before the first line (docs/definitions.md#tally-and-trend). */
const points: QuestionInput = { measure: 'licenseHours', shape: 'timeSeries', before: 1 };
const next: QuestionInput = { measure: 'daysToExpiry', groupBy: ['feature'], orderBy: 'value asc', limit: 1 };

/**
 * What whoever reads a report wants to know first, a sentence each: what is used most, what is short and what ends next, with the
 * change against the period before where there are data of all of it.
 */
export async function summaryOf(
  ask: AskFigures,
  { current, before }: Compared,
  today: Today,
): Promise<readonly string[]> {
  const [now, ahead, history] = await Promise.all([
    ask(questions, current),
    ask({ next }, { from: today.at - 1, to: today.at }),
    ask({ points }, { from: before.to, to: before.to + (before.to - before.from) }),
  ]);
  const end = endOf(rowsOf(ahead['next'] ?? [])[0], today);
  if (isWithoutData(now['hours'] ?? [])) return ['There are no data of this time.', end];
  const rows = rowsOf(now['usage'] ?? []);
  const most = mostUsed(rowsOf(now['hours'] ?? [])[0], rows);
  const short = rows.filter(isShort);
  const named = [most?.feature, short[0]?.['feature']].filter((feature) => typeof feature === 'string');
  const isCompared = rowsOf(history['points'] ?? []).length > 1;
  const then: Awaited<ReturnType<AskFigures>> =
    isCompared && named.length > 0 ? await ask(ofFeatures([...new Set(named)]), before) : { hours: [], usage: [] };
  const earlier: Earlier | undefined = isCompared
    ? { hours: rowsOf(then['hours'] ?? []), usage: rowsOf(then['usage'] ?? []), words: lengthInWords(before) }
    : undefined;
  return [mostInWords(most, earlier), shortInWords(short, rows, earlier), end];
}

type Row = Readonly<Record<string, FieldValue>>;

interface Earlier {
  readonly hours: readonly Row[];
  readonly usage: readonly Row[];
  /** `in the 30 days before` */
  readonly words: string;
}

interface MostUsed {
  readonly feature: string;
  /** Undefined: metered. */
  readonly hours: number | undefined;
  readonly usage: Row | undefined;
}

function ofFeatures(features: readonly string[]): Readonly<Record<string, QuestionInput>> {
  const filters = [{ dimension: 'feature' as const, operator: 'in' as const, values: [...features] }];
  return { hours: { ...questions.hours, limit: features.length, filters }, usage: { ...questions.usage, filters } };
}

const isWithoutData = (frames: readonly Frame[]): boolean =>
  frames.some(({ schema }) => (schema.meta.notices ?? []).some(({ text }) => text.startsWith(noData)));

function mostUsed(hours: Row | undefined, usage: readonly Row[]): MostUsed | undefined {
  const of = (feature: string): Row | undefined => usage.find((row) => row['feature'] === feature);
  if (typeof hours?.['feature'] === 'string')
    return { feature: hours['feature'], hours: numberIn(hours, 'value'), usage: of(hours['feature']) };
  const used = usage.filter((row) => (numberIn(row, 'used') ?? 0) > 0);
  const top = used.toSorted((a, b) => (numberIn(b, 'usagePercentage') ?? 0) - (numberIn(a, 'usagePercentage') ?? 0))[0];
  return top === undefined ? undefined : { feature: String(top['feature']), hours: undefined, usage: top };
}

function mostInWords(most: MostUsed | undefined, earlier: Earlier | undefined): string {
  if (most === undefined) return 'Nothing was used.';
  const { feature, hours, usage } = most;
  const percentage = numberIn(usage, 'usagePercentage');
  const [used, bought] = [numberIn(usage, 'used'), numberIn(usage, 'entitledThen')];
  const peak =
    percentage === undefined || used === undefined || bought === undefined
      ? ''
      : `, at most ${plain(used)} of ${plain(bought)}${hours === undefined ? '' : ' at once'} (${plain(percentage)} %)`;
  if (hours === undefined) {
    const then = numberIn(rowOf(earlier?.usage, feature), 'usagePercentage');
    return `${feature} is used most${peak}${then === undefined || earlier === undefined ? '' : `; ${plain(then)} % ${earlier.words}`}.`;
  }
  const change =
    earlier === undefined
      ? ''
      : `, ${changeInWords(hours, numberIn(rowOf(earlier.hours, feature), 'value') ?? 0)} ${earlier.words}`;
  return `${feature} is used most: ${plain(hours)} license-hours${change}${peak}.`;
}

/** `12 % more than`, so that `in the 30 days before` follows. */
function changeInWords(now: number, then: number): string {
  if (then === 0) return 'none';
  const percent = ((now - then) / then) * 100;
  if (Math.abs(percent) < 1) return 'about as many as';
  if (percent >= 200) return `${plain(now / then)} times as many as`;
  return `${Math.round(Math.abs(percent))} % ${percent > 0 ? 'more' : 'less'} than`;
}

/** As tables are red: clients went without, or an hour and more with nearly nothing left; of metered features the amount. */
const isShort = (row: Row): boolean => (numberIn(row, 'unmetClients') ?? 0) > 0 || isUsedUp(row);

/** Whether nearly nothing was left for an hour and more; of metered features of the amount. Clients go without for other reasons, too. */
function isUsedUp(row: Row): boolean {
  const hours = numberIn(row, 'hoursAt95');
  return hours === undefined ? (numberIn(row, 'usagePercentage') ?? 0) >= 95 : hours >= 1;
}

/** Why a feature is short; for a time before, also that it was not. */
function needInWords(row: Row | undefined): string {
  const [unmet, hours, percentage] = ['unmetClients', 'hoursAt95', 'usagePercentage'].map((name) =>
    numberIn(row, name),
  );
  const parts = [
    ...(unmet === undefined || unmet === 0
      ? []
      : [`${plain(unmet)} ${unmet === 1 ? 'client' : 'clients'} went without`]),
    ...(hours === undefined || hours < 0.05 ? [] : [`${plain(hours)} h at 95 % or more`]),
    ...(hours === undefined && percentage !== undefined && percentage >= 95
      ? [`${plain(percentage)} % of what was bought`]
      : []),
  ];
  return parts.length === 0 ? 'nothing of the kind' : parts.join(', ');
}

function shortInWords(short: readonly Row[], all: readonly Row[], earlier: Earlier | undefined): string {
  const [first, ...others] = short;
  if (first === undefined) {
    const tracked = all.some((row) => numberIn(row, 'unmetClients') !== undefined);
    return tracked
      ? 'Nothing is short: no client went without, and no feature was at 95 % or more for an hour.'
      : 'Nothing is short: no feature was at 95 % or more for an hour. Denials are not tracked.';
  }
  const feature = String(first['feature']);
  const then = earlier === undefined ? '' : ` (${earlier.words}: ${needInWords(rowOf(earlier.usage, feature))})`;
  const names = others.slice(0, 3).map((row) => String(row['feature']));
  const rest = others.length - names.length;
  const more = [...names, ...(rest > 0 ? [`${rest} more`] : [])];
  const also = more.length === 0 ? '' : ` Also in need: ${more.join(', ')}.`;
  return `${feature}${isUsedUp(first) ? ' is short' : ''}: ${needInWords(first)}${then}.${also}`;
}

function endOf(row: Row | undefined, today: Today): string {
  const days = numberIn(row, 'value');
  if (days === undefined) return 'Nothing of what was bought is known to end.';
  const feature = String(row?.['feature'] ?? '');
  return `${feature} ${days < 0 ? 'has ended' : 'ends next'}: on ${expiryInWords(days, today)}.`;
}

/** The last day of what ends, and how far it is: `2027-02-13, in 80 days`. */
export function expiryInWords(days: number, { at, zone }: Today): string {
  const last = DateTime.fromMillis(at, { zone }).plus({ days }).toISODate() ?? '';
  if (days === 0) return `${last}, today`;
  const count = `${plain(Math.abs(days))} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
  return `${last}, ${days < 0 ? `${count} ago` : `in ${count}`}`;
}

function lengthInWords({ from, to }: TimeRange): string {
  const hours = Math.round((to - from) / 3_600_000);
  if (hours <= 36) return `in the ${hours <= 1 ? 'hour' : `${hours} hours`} before`;
  return `in the ${Math.round(hours / 24)} days before`;
}

export const plain = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

const rowOf = (rows: readonly Row[] | undefined, feature: string): Row | undefined =>
  rows?.find((row) => row['feature'] === feature);

function numberIn(row: Row | undefined, name: string): number | undefined {
  const value = row?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** Rows of a table, each by the names of its columns. */
export function rowsOf(frames: readonly Frame[]): readonly Row[] {
  return frames.flatMap(({ schema: { fields }, data: { values } }) =>
    (values[0] ?? []).map((_, row) =>
      Object.fromEntries(fields.map(({ name }, column) => [name, values[column]?.[row] ?? null])),
    ),
  );
}
