import { DateTime } from 'luxon';
import type { FieldValue, Frame } from '../../engine/frame.ts';
import type { QuestionInput } from '../../query/question.ts';
import type { Periods } from './range.ts';
import type { AskAccount } from './report.ts';

/** The few figures that a mail says in its text, and what its reader can do. Nothing in it is meant for the vendor only. */
export interface Summary {
  readonly figures: readonly { readonly title: string; readonly value: string; readonly before: string }[];
  readonly advice: readonly {
    readonly reason: string;
    readonly count: number;
    readonly share: number;
    readonly advice: string;
  }[];
}

const figures = {
  usage: { measure: 'utilization', groupBy: ['feature'], having: { operator: '>=', value: 0 }, limit: 1 },
  clients: { measure: 'uniqueClients' },
  hours: { measure: 'licenseHours' },
  // As on the report: a request for a feature that the server does not have counts.
  denials: { measure: 'denials', denials: { unsupported: true } },
} satisfies Record<string, QuestionInput>;

const expiry = {
  expiry: { measure: 'daysToExpiry', groupBy: ['feature'], orderBy: 'value asc', limit: 1 },
} satisfies Record<string, QuestionInput>;

const more = {
  advice: { measure: 'denialAdvice', limit: 3 },
} satisfies Record<string, QuestionInput>;

/**
 * Asks for the figures of both periods. The next expiry is counted from `today` on, whatever the periods: epoch milliseconds, and the
 * zone in which entitlements end (IANA).
 */
export async function summaryOf(
  ask: AskAccount,
  account: string,
  { current, before }: Periods,
  today: { readonly at: number; readonly zone: string },
): Promise<Summary> {
  const [now, then, ahead] = await Promise.all([
    ask(account, { ...figures, ...more }, current),
    ask(account, figures, before),
    ask(account, expiry, { from: today.at - 1, to: today.at }),
  ]);
  const pair = (title: string, show: (frames: readonly Frame[]) => string, key: keyof typeof figures) => ({
    title,
    value: show(now[key] ?? []),
    before: show(then[key] ?? []),
  });
  return {
    figures: [
      pair('Highest usage of what was bought', highestUsage, 'usage'),
      pair('Clients served', (frames) => figure(frames, 'none'), 'clients'),
      pair('License-hours', (frames) => figure(frames, 'none'), 'hours'),
      pair('Denials', (frames) => figure(frames, 'not tracked'), 'denials'),
      {
        title: 'Next expiry',
        value: named(ahead['expiry'] ?? [], (days) => expiryInWords(days, today), 'nothing ends'),
        before: '',
      },
    ],
    advice: rowsOf(now['advice'] ?? []).map((row) => ({
      reason: String(row['reason'] ?? ''),
      count: Number(row['count'] ?? 0),
      share: Number(row['sharePercent'] ?? 0),
      advice: String(row['advice'] ?? ''),
    })),
  };
}

/** The last day of what ends, and how far it is: `2027-02-13, in 80 days`. */
export function expiryInWords(days: number, { at, zone }: { readonly at: number; readonly zone: string }): string {
  const last = DateTime.fromMillis(at, { zone }).plus({ days }).toISODate() ?? '';
  if (days === 0) return `${last}, today`;
  const count = `${plain(Math.abs(days))} ${Math.abs(days) === 1 ? 'day' : 'days'}`;
  return `${last}, ${days < 0 ? `${count} ago` : `in ${count}`}`;
}

export const plain = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

function figure(frames: readonly Frame[], unknown: string): string {
  const value = rowsOf(frames)[0]?.['value'];
  return typeof value === 'number' ? plain(value) : unknown;
}

/**
 * What the highest percentage is made of, and for how long nearly nothing was left: `118.5 % (cad: 32 of 27; at 95 % or more for
 * 0.8 h)`. Metered features have no such hours.
 */
function highestUsage(frames: readonly Frame[]): string {
  const row = rowsOf(frames)[0] ?? {};
  const [percentage, used, bought, hours] = ['usagePercentage', 'used', 'entitledThen', 'hoursAt95'].map(
    (name) => row[name],
  );
  if (typeof percentage !== 'number' || typeof used !== 'number' || typeof bought !== 'number') return 'unknown';
  const lasting = typeof hours === 'number' ? `; at 95 % or more for ${plain(hours)} h` : '';
  return `${plain(percentage)} % (${String(row['feature'])}: ${plain(used)} of ${plain(bought)}${lasting})`;
}

/** A figure and the feature that it is of. */
function named(frames: readonly Frame[], show: (value: number) => string, unknown: string): string {
  const row = rowsOf(frames)[0];
  const value = row?.['value'];
  return typeof value === 'number' ? `${show(value)} (${String(row?.['feature'] ?? '')})` : unknown;
}

function rowsOf(frames: readonly Frame[]): readonly Readonly<Record<string, FieldValue>>[] {
  return frames.flatMap(({ schema: { fields }, data: { values } }) =>
    (values[0] ?? []).map((_, row) =>
      Object.fromEntries(fields.map(({ name }, column) => [name, values[column]?.[row] ?? null])),
    ),
  );
}
