import type { AnswerRow } from '../rows.ts';
import type { Section } from '../section.ts';
import { figure } from '../section.ts';
import { descending, number, who } from './figures.ts';

/** The first question: how many clients share what was bought; `unshared` says why none do. */
export function sharing(figures: readonly AnswerRow[], rows: number, unshared: () => string): Section {
  const known = figures.filter((row) => number(row, 'entitled') > 0 && number(row, 'clients') >= 0);
  return {
    key: 'clientsPerLicense',
    heading: '1. How many clients share what was bought?',
    words: `Distinct clients that were served, and how many of them share one license; the ${rows} most shared.`,
    table: {
      columns: [
        ...who,
        figure('entitled', 'Bought'),
        figure('clients', 'Clients'),
        figure('share', 'Clients per license'),
      ],
      rows: descending(known, 'share').slice(0, rows),
    },
    empty: known.length === 0 ? unshared() : '',
  };
}
