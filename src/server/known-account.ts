import { ShareError } from '../share/errors.ts';
import type { Context, Service } from './service.ts';

/** What says which accounts there are, under the scope of whoever asks. */
export type AccountSource = Pick<Service, 'dimensionValues' | 'entitlements'>;

/** Whether anything is known of an account: use, or something that it bought. An account that the caller may not see is not. */
export async function isKnownAccount(source: AccountSource, account: string, context: Context): Promise<boolean> {
  const filters = [{ dimension: 'account', operator: 'in', values: [account] } as const];
  const { values } = await source.dimensionValues({ dimension: 'account', filters }, context);
  if (values.some(({ value }) => value === account)) return true;
  return (await source.entitlements(context)).some((row) => row.account === account);
}

/**
 * A misspelt name would give a report without figures; so would the name of an account that the token may not see. Throws
 * `ShareError` `unknown_account`.
 */
export async function requireAccount(source: AccountSource, account: string, context: Context): Promise<void> {
  if (await isKnownAccount(source, account, context)) return;
  throw new ShareError(
    'unknown_account',
    `No account "${account}" is known, or the token may not see it.`,
    'See which there are: license-analytics query \'{"measure":"checkouts","groupBy":["account"]}\'',
  );
}
