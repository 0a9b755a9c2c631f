import type { DenialReasons } from '../../server/service.ts';
import type { AnswerRow, AnswerTable, Details } from '../rows.ts';
import type { Section } from '../section.ts';
import { figure, keyOf, text } from '../section.ts';

/** The listing is for the vendor's own people; what a customer's administrator can do stands in the catalogue. */
export function withAdvice(denied: AnswerTable, { families, reasons }: DenialReasons): AnswerTable {
  const titleOf = new Map(families.map(({ id, title }) => [id, title]));
  const keys = ['family', 'reason'];
  const advice = new Map(
    reasons.map((one) => [keyOf({ family: titleOf.get(one.family) ?? '', reason: one.title }, keys), one.advice]),
  );
  const ofFamily = new Map(families.map((one) => [one.title, one.advice]));
  const rows = denied.rows.map((row) => ({
    ...row,
    advice: advice.get(keyOf(row, keys)) ?? ofFamily.get(String(row['family'])) ?? '',
  }));
  return { ...denied, rows };
}

export function why(denied: AnswerTable, rows: number): Section {
  const more =
    denied.rows.length > rows ? ` ${denied.rows.length} reasons in all, the ${rows} most frequent shown.` : '';
  const shown = denied.rows.slice(0, rows);
  return {
    key: 'denials',
    heading: '4. Why are users denied, and who should do what about it?',
    words: `Denials by reason; repeated tries of one client count once. The opportunity is for its owner at the vendor, the advice for the customer's administrator.${byFamily(denied)}${more}`,
    table: {
      columns: [
        text('family', 'Family'),
        text('reason', 'Reason'),
        text('code', 'Code'),
        figure('count', 'Denials'),
        figure('sharePercent', 'Denial Rate (%)', 'percent'),
        text('owner', 'Owner'),
      ],
      rows: shown,
    },
    details: whatToDo(shown),
    empty: 'Nobody was denied.',
  };
}

/** The families in the order of their denials, with their count and share: " By family: Insufficient count 12 (60 %), …". */
function byFamily({ rows }: AnswerTable): string {
  const totals = new Map<string, { count: number; share: number }>();
  for (const row of rows) {
    const { count, share } = totals.get(String(row['family'])) ?? { count: 0, share: 0 };
    totals.set(String(row['family']), {
      count: count + Number(row['count'] ?? 0),
      share: share + Number(row['sharePercent'] ?? 0),
    });
  }
  const told = [...totals]
    .toSorted(([, a], [, b]) => b.count - a.count)
    .map(([family, { count, share }]) => `${family} ${count.toLocaleString('en')} (${share.toFixed(1)} %)`);
  return told.length === 0 ? '' : ` By family: ${told.join(', ')}.`;
}

/** Insight, opportunity and advice of a reason; told once where several rows have the same. */
function whatToDo(rows: readonly AnswerRow[]): Details {
  const keyOfWords = (row: AnswerRow): string => keyOf(row, ['insight', 'opportunity', 'advice']);
  const first = new Map(rows.toReversed().map((row) => [keyOfWords(row), row]));
  return (row) => {
    const told = first.get(keyOfWords(row)) ?? row;
    if (told === row) {
      return [
        { name: 'insight    ', text: String(row['insight']) },
        { name: 'opportunity', text: String(row['opportunity']) },
        { name: 'advice     ', text: String(row['advice']) },
      ];
    }
    if (told['reason'] === row['reason']) return [];
    return [{ name: 'all        ', text: `as for "${String(told['reason'])}"` }];
  };
}
