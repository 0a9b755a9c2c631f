import { noticeUntracked, readDenials } from '../denials.ts';
import type { List } from './listing.ts';

/** The source document's Denials Summary: why users are denied, in what proportions, and who should do what about it. */
export const denialSummary: List = async (ask) => {
  const { groupBy } = ask.question;
  const [counts, totals] = await Promise.all([
    readDenials(ask, { keys: groupBy, extra: ['reason', 'code'] }),
    readDenials(ask, { keys: [] }),
  ]);
  noticeUntracked(ask);
  const total = totals[0]?.count ?? 0;
  const families = new Map(ask.catalogue.families().map((family) => [family.id, family.title]));
  return counts.map(({ key, count }) => {
    const [reasonId = '', code = ''] = key.slice(groupBy.length);
    const reason = ask.catalogue.reason(reasonId);
    return [
      ...key.slice(0, groupBy.length),
      families.get(reason.family) ?? reason.family,
      reason.title,
      code,
      count,
      (100 * count) / total,
      reason.insight,
      reason.opportunity,
      reason.owner,
    ];
  });
};
