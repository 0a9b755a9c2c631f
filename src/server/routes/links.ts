import { z } from 'zod';
import type { Guesses } from '../../share/links/guesses.ts';
import { createGuesses } from '../../share/links/guesses.ts';
import { contentPolicy } from '../../share/render/document.ts';
import { linkStates, shortAgent } from '../../share/links/link.ts';
import { nameText, reports } from '../../share/subscriptions/subscription.ts';
import { toApiError } from '../errors.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

const linkBody = z.strictObject({
  account: nameText.describe('The one account that it shows. The token must see it.'),
  expires: z.string().describe('How long it is there (12h, 30d, 8w, 3M), or until when (ISO); a year at most.'),
  report: z.enum(reports).optional(),
  showUsers: z.boolean().optional().describe('Names of users and hosts; else pseudonyms.'),
  purpose: z.string().max(200).optional().describe('What it is for, for the list of links.'),
});

const linkInfo = z.object({
  id: z.string(),
  account: z.string(),
  report: z.string(),
  showUsers: z.boolean(),
  purpose: z.string(),
  createdBy: z.string().describe('Name of the token that made it.'),
  created: z.string(),
  expires: z.string(),
  revoked: z.string(),
  state: z.enum(linkStates),
  opened: z.int().describe('How often it was opened; programs that look into mails count too.'),
  lastOpened: z.string(),
  lastAgent: z.string(),
  lastAddress: z.string().describe('Empty unless `links.logAddresses` is set.'),
});

/** Addresses that show one account to whoever has them. */
export function linkRoutes(state: ServerState, guesses: Guesses = createGuesses(Date.now)): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      url: '/api/v1/links',
      summary:
        'Makes a link to the page of one account, for readers without a token. Its address is told this one time.',
      needs: 'read',
      query: schemas.nothing,
      body: linkBody,
      answer: linkInfo.extend({
        path: z.string().describe('/s/SECRET'),
        url: z.string().nullable().describe('With `links.baseUrl` of the configuration in front.'),
      }),
      handle: ({ body, caller, signal }) => serviceOf(state).createLink(body, { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/links',
      summary: 'Links to accounts that the token sees, and when they were opened; without their secrets.',
      needs: 'read',
      query: schemas.nothing,
      answer: z.object({ links: z.array(linkInfo) }),
      handle: async ({ caller, signal }) => ({ links: await serviceOf(state).links({ caller, signal }) }),
    }),
    route({
      method: 'DELETE',
      url: '/api/v1/links/:id',
      summary: 'Revokes a link, by its id or the SHA-256 of its secret (hex): it leads nowhere from now on.',
      needs: 'read',
      query: schemas.nothing,
      answer: linkInfo,
      handle: ({ params, caller, signal }) => serviceOf(state).revokeLink(params['id'] ?? '', { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/s/:secret',
      summary: 'The page behind a link, as HTML. Unknown, expired and revoked ones answer alike.',
      needs: 'nobody',
      query: z.object({ from: z.string().max(100).optional(), to: z.string().max(100).optional() }),
      answer: z.string(),
      async handle({ params, query, client, signal, log, reply }) {
        void reply.headers(pageHeaders);
        const wait = guesses.wait(client.address);
        if (wait > 0) {
          void reply.code(429).header('retry-after', String(wait));
          return page('Too many attempts', 'Please try again in a minute.');
        }
        try {
          const opener = { agent: shortAgent(client.agent), address: client.address };
          const found = await state.openLink?.(params['secret'] ?? '', opener, query, signal);
          if (found !== undefined) return found;
          if (state.openLink === undefined) {
            void reply.code(503).header('retry-after', '10');
            return page('Not ready yet', 'Please try again in a moment.');
          }
        } catch (error) {
          // Its reader is a customer: why it failed is for the log.
          const known = toApiError(error);
          log.error({ err: error }, 'the page of a link could not be made');
          void reply.code(known.status);
          return known.status < 500
            ? page('This time range cannot be shown', 'Please check the address.')
            : page('The report cannot be made now', 'Please try again later.');
        }
        guesses.wrong(client.address);
        void reply.code(404);
        return page(
          'There is nothing here',
          'The link is wrong, has expired, or was withdrawn. Ask whoever sent it for a new one.',
        );
      },
    }),
  ];
}

/**
 * The address is the key: it must not be kept by caches, told to other sites or found by search engines. The page loads nothing and
 * cannot be framed.
 */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'content-security-policy': `${contentPolicy}; frame-ancestors 'none'`,
};

const page = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>` +
  `<body><h1>${title}</h1><p>${text}</p></body></html>\n`;
