import type { Link } from './link.ts';

/** Who made a link that went out with a mail. A token of that name is written down otherwise: `makerOf`. */
export const mailer = 'subscription';

/** Whom a link was mailed to, and by which subscription: it stands in its purpose. */
export interface MailedTo {
  readonly subscription: string;
  readonly recipient: string;
}

export const mailedPurpose = ({ subscription, recipient }: MailedTo): string =>
  `subscription ${subscription}, ${recipient}`;

/** What `mailedPurpose` wrote; undefined for links that somebody made. Addresses hold neither commas nor spaces; names may. */
export function mailedTo({ createdBy, purpose }: Pick<Link, 'createdBy' | 'purpose'>): MailedTo | undefined {
  if (createdBy !== mailer) return undefined;
  const { subscription, recipient } =
    /^subscription (?<subscription>.+), (?<recipient>[^\s,]+)$/.exec(purpose)?.groups ?? {};
  return subscription === undefined || recipient === undefined ? undefined : { subscription, recipient };
}

/** The maker of a link as it is stored: nobody is taken for the mailer by the name of a token. */
export const makerOf = (token: string): string => (token === mailer ? `token ${token}` : token);
