import type { AnswerRow } from '../rows.ts';
import type { Section } from '../section.ts';
import { figure, text } from '../section.ts';
import { descending, hasNoPercentage, number, who } from './figures.ts';
import { readable } from './highest-use.ts';

/** Customers from here on are close to what they bought, %. */
const closeAt = 80;

/** One or two licenses are full at every use. */
const smallPool = 2;
const isSmallPool = (row: AnswerRow): boolean => row['hoursAt80'] !== null && number(row, 'entitledThen') <= smallPool;

/** Rows at `closeAt` or more, by need: who went without, then how long nearly nothing was left, then how much. Small pools last. */
function near(figures: readonly AnswerRow[]): readonly AnswerRow[] {
  const byNeed = descending(descending(descending(figures, 'percentage'), 'hoursAt95'), 'unmetClients');
  const found = byNeed.filter((row) => number(row, 'percentage') >= closeAt);
  return [...found.filter((row) => !isSmallPool(row)), ...found.filter(isSmallPool)];
}

const timeAtLimits = [
  figure('hoursAt80', 'h ≥80%'),
  figure('hoursAt95', 'h ≥95%'),
  figure('hoursAt100', 'h ≥100%'),
  figure('daysAt95', 'd ≥95%'),
];

/** The second question: who is close to what was bought. */
export function close(
  figures: readonly AnswerRow[],
  { rows, many }: { readonly rows: number; readonly many: boolean },
): Section {
  const found = near(figures);
  const more = found.length > rows ? ` ${found.length} in all, the first ${rows} shown.` : '';
  return {
    key: 'closeToEntitlement',
    heading: many
      ? `2. Which customers use ${closeAt} % or more of what they bought?`
      : `2. Which features use ${closeAt} % or more of what was bought?`,
    words: `Highest use beside what was bought then (metered: the amount consumed), and whether it was more than a moment: hours and days at or over so much of it, clients that were refused and got nothing afterwards. Most urgent first; pools of one or two licenses, which are full at every use, last.${more}`,
    table: {
      columns: [
        ...who,
        figure('percentage', 'Usage', 'percent'),
        text('highestUse', 'Highest use'),
        text('when', 'When (UTC)'),
        ...timeAtLimits,
        figure('unmetClients', 'Refused'),
      ],
      rows: found.slice(0, rows).map(readable),
    },
    details: (row) => [{ name: 'on', text: String(row['servers']) }],
    empty: figures.some((row) => !hasNoPercentage(row))
      ? `None reaches ${closeAt} %.`
      : 'No percentage is known: no entitlement covers any use.',
  };
}
