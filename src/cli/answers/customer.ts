import type { QueryPart } from '../../server/service.ts';
import type { AnswerRow, AnswerTable } from '../rows.ts';
import type { Section } from '../section.ts';
import { figure, text } from '../section.ts';
import { descending, number } from './figures.ts';
import { readable } from './highest-use.ts';
import { join, utilized } from './joined.ts';

/** The customer that the third question is about where nobody says. */
export function closest(figures: readonly AnswerRow[]): string {
  return String(descending(figures, 'percentage')[0]?.['account'] ?? '');
}

const customerMeasures = [
  ['peak', 'peakConcurrent'],
  ['average', 'averageConcurrent'],
  ['hours', 'licenseHours'],
  ['clients', 'uniqueClients'],
  ['checkouts', 'checkouts'],
  ['denials', 'denials'],
  ['consumed', 'consumed'],
  ['entitled', 'entitled'],
] as const;

export function customerQuestions(account: string): Readonly<Record<string, QueryPart>> {
  const filters: QueryPart['filters'] = [{ dimension: 'account', operator: '=', values: [account] }];
  const parts = [...customerMeasures, ['utilization', 'utilization'] as const].map(
    ([name, measure]): [string, QueryPart] => [name, { measure, groupBy: ['feature'], filters, limit: 100_000 }],
  );
  return { ...Object.fromEntries(parts), allDenials: { measure: 'denials', filters } };
}

/** The third question: what one customer uses. */
export function customerUsage(
  { customer, many }: { readonly customer: string; readonly many: boolean },
  tables: Readonly<Record<string, AnswerTable>>,
  rows: number,
  complete: (row: AnswerRow) => AnswerRow,
): Section {
  // A feature without denials has no row: that is 0 where denials are tracked.
  const deniedElsewhere = tables['allDenials']?.rows.some((row) => (row['value'] ?? null) !== null) === true ? 0 : null;
  const names = customerMeasures.map(([name]) => name);
  const figures = utilized(join(tables, names, ['feature']), tables['utilization'], ['feature'])
    .map((row) => ({ ...row, denials: row['denials'] ?? deniedElsewhere }))
    .map(complete)
    .map(readable);
  const used = figures.filter(
    (row) => number(row, 'checkouts') > 0 || number(row, 'denials') > 0 || number(row, 'consumed') > 0,
  );
  return {
    key: 'customer',
    heading: !many
      ? '3. What is used?'
      : customer === ''
        ? '3. What is used without a customer?'
        : `3. What does ${customer} use?`,
    words: many
      ? 'One customer, feature by feature; "Highest use" is of what was bought then, "Average" licenses in use. Another customer: --account NAME.'
      : 'Feature by feature; "Highest use" is of what was bought then, "Average" licenses in use.',
    table: {
      columns: [
        text('feature', 'Feature'),
        figure('percentage', 'Usage', 'percent'),
        text('highestUse', 'Highest use'),
        figure('hoursAt95', 'h ≥95%'),
        figure('average', 'Average'),
        figure('hours', 'License hours'),
        figure('clients', 'Clients'),
        figure('checkouts', 'Checkouts'),
        figure('denials', 'Denials'),
      ],
      rows: descending(descending(used, 'peak'), 'percentage').slice(0, rows),
    },
    empty: 'No use is known.',
  };
}
