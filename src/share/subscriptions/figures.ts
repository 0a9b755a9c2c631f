import type { QuestionInput } from '../../query/question.ts';
import type { Frame } from '../../engine/frame.ts';
import type { AskFigures, Today } from '../summary.ts';
import { plain, rowsOf, summaryOf } from '../summary.ts';
import type { Periods } from './range.ts';

/** What a mail says in its text, and what its reader can do. Nothing in it is meant for the vendor only. */
export interface MailSummary {
  readonly sentences: readonly string[];
  readonly figures: readonly { readonly title: string; readonly value: string; readonly before: string }[];
  readonly advice: readonly {
    readonly reason: string;
    readonly count: number;
    readonly share: number;
    readonly advice: string;
  }[];
}

const figures = {
  clients: { measure: 'uniqueClients' },
  hours: { measure: 'licenseHours' },
  // As on the report: a request for a feature that the server does not have counts.
  denials: { measure: 'denials', denials: { unsupported: true } },
} satisfies Record<string, QuestionInput>;

const more = {
  advice: { measure: 'denialAdvice', limit: 3 },
} satisfies Record<string, QuestionInput>;

/** Asks for the figures of both periods. What ends next is counted from `today` on, whatever the periods. */
export async function mailSummaryOf(ask: AskFigures, periods: Periods, today: Today): Promise<MailSummary> {
  const [sentences, now, then] = await Promise.all([
    summaryOf(ask, periods, today),
    ask({ ...figures, ...more }, periods.current),
    ask(figures, periods.before),
  ]);
  const pair = (title: string, key: keyof typeof figures, unknown: string) => ({
    title,
    value: figure(now[key] ?? [], unknown),
    before: figure(then[key] ?? [], unknown),
  });
  return {
    sentences,
    figures: [
      pair('Clients served', 'clients', 'none'),
      pair('License-hours', 'hours', 'none'),
      pair('Denials', 'denials', 'not tracked'),
    ],
    advice: rowsOf(now['advice'] ?? []).map((row) => ({
      reason: String(row['reason'] ?? ''),
      count: Number(row['count'] ?? 0),
      share: Number(row['sharePercent'] ?? 0),
      advice: String(row['advice'] ?? ''),
    })),
  };
}

function figure(frames: readonly Frame[], unknown: string): string {
  const value = rowsOf(frames)[0]?.['value'];
  return typeof value === 'number' ? plain(value) : unknown;
}
