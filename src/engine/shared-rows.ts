import type { Dimension } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';

/**
 * Why features have no figure by account that are bought for all accounts together (docs/definitions.md#shared-rows). Who does not
 * see all accounts is not told of what is shared.
 *
 * @param unknown groups without a figure, by `keys`
 * @param figure what they have none of, with its article
 */
export function noticeShared(
  ask: Ask,
  keys: readonly Dimension[],
  unknown: Iterable<readonly string[]>,
  figure: string,
): void {
  const { book, question, range, scope } = ask;
  if (book.own !== undefined || scope.accounts !== 'all' || !question.groupBy.includes('account')) return;
  const featureAt = keys.indexOf('feature');
  const shared = new Set(
    book.rows
      .filter((row) => row.account === '' && row.from < range.to && row.to > range.from)
      .map((row) => row.feature),
  );
  const features = [...new Set([...unknown].map((key) => key[featureAt] ?? ''))]
    .filter((one) => shared.has(one))
    .sort();
  if (features.length === 0) return;
  const more = features.length > 3 ? ` and ${(features.length - 3).toLocaleString('en')} more` : '';
  ask.notices.push({
    severity: 'info',
    text: `Bought for all accounts together, so no account has ${figure} of it: ${features.slice(0, 3).join(', ')}${more}. Group by feature alone, or name an account in the entitlement.`,
  });
}
