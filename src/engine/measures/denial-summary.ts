import type { Reason } from '../../denials/reason.ts';
import type { Ask } from '../ask.ts';
import { keyText } from '../ask.ts';
import { noticeUntracked, readShares } from '../denials.ts';
import type { List } from './listing.ts';

/** The source document's Denials Summary: why users are denied, in what proportions, and who should do what about it. */
export const denialSummary: List = (ask) =>
  byReason(ask, ({ insight, opportunity, owner }) => [insight, opportunity, owner]);

/** The same for the customer whose users were denied: what its own administrator can do, and nothing that the vendor makes of it. */
export const denialAdvice: List = (ask) => byReason(ask, ({ advice }) => [advice]);

async function byReason(ask: Ask, said: (reason: Reason) => readonly string[]): ReturnType<List> {
  const { groupBy } = ask.question;
  const { counts, totals } = await readShares(ask, { keys: groupBy, extra: ['reason', 'code'] });
  noticeUntracked(ask);
  const total = totals.get(0) ?? 0;
  const families = new Map(ask.catalogue.families().map((family) => [family.id, family.title]));
  // Of equal counts the first family of the catalogue, then by name, so that an answer is always the same.
  const place = (key: readonly string[]): number =>
    [...families.keys()].indexOf(ask.catalogue.reason(key[groupBy.length] ?? '').family);
  const ordered = counts.toSorted(
    ({ key: a }, { key: b }) => place(a) - place(b) || (keyText(a) < keyText(b) ? -1 : 1),
  );
  return ordered.map(({ key, count }) => {
    const [reasonId = '', code = ''] = key.slice(groupBy.length);
    const reason = ask.catalogue.reason(reasonId);
    return [
      ...key.slice(0, groupBy.length),
      families.get(reason.family) ?? reason.family,
      reason.title,
      code,
      count,
      (100 * count) / total,
      ...said(reason),
    ];
  });
}
