import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';

/**
 * Forms count only where they are sent from a page of this server: nobody else's page may sign a reader in or out, or share anything in
 * a reader's name. Browsers say where a form stands (`Origin`) and who has made them ask (Fetch Metadata). Throws `ApiError` 403.
 */
export function refuseForeign({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return;
  throw new ApiError(
    403,
    'origin_not_allowed',
    `The request comes from a web page of another site (${(origin ?? String(site)).slice(0, 100)}).`,
    'Do it on the page of this server itself.',
  );
}
