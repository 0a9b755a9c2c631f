import { Readable } from 'node:stream';
import { z } from 'zod';
import { QuestionError } from '../../query/errors.ts';
import { isTimeZone } from '../../query/zones.ts';
import type { Guesses } from '../../share/links/guesses.ts';
import { createGuesses } from '../../share/links/guesses.ts';
import { linkFiles, mostDaysShown, timeChooser } from '../../share/links/opening.ts';
import type { Branding } from '../../share/branding.ts';
import { contentPolicyOf, documentOf } from '../../share/render/document.ts';
import type { Html, Part } from '../../share/render/html.ts';
import { html } from '../../share/render/html.ts';
import { linkStates, shortAgent } from '../../share/links/link.ts';
import { nameText } from '../../share/subscriptions/subscription.ts';
import { asFile } from '../disposition.ts';
import { toApiError } from '../errors.ts';
import { spans } from '../pages/head.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

const linkBody = z.strictObject({
  account: nameText.describe('The one account that it shows. The token must see it.'),
  expires: z.string().describe('How long it is there (12h, 30d, 8w, 3M), or until when (ISO); a year at most.'),
  showUsers: z.boolean().optional().describe('Names of users and hosts; else pseudonyms.'),
  purpose: z.string().max(200).optional().describe('What it is for, for the list of links.'),
});

const linkInfo = z.object({
  id: z.string(),
  account: z.string(),
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
export function linkRoutes(
  state: ServerState,
  branding: Branding,
  guesses: Guesses = createGuesses(Date.now),
): readonly AnyRoute[] {
  const pageHeaders = pageHeadersOf(branding);
  const page = (title: string, text: string, more?: Part): string =>
    documentOf({ branding, title, main: html`<div class="panel signin"><p>${text}</p></div>`, head: more });
  return [
    route({
      method: 'POST',
      url: '/api/v1/links',
      summary:
        'Makes a link to the page of one account, for readers without a token. Its address is told this one time.',
      needs: 'write',
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
      needs: 'write',
      query: schemas.nothing,
      answer: z.object({ links: z.array(linkInfo) }),
      handle: async ({ caller, signal }) => ({ links: await serviceOf(state).links({ caller, signal }) }),
    }),
    route({
      method: 'DELETE',
      url: '/api/v1/links/:id',
      summary: 'Revokes a link, by its id or the SHA-256 of its secret (hex): it leads nowhere from now on.',
      needs: 'write',
      query: schemas.nothing,
      answer: linkInfo,
      handle: ({ params, caller, signal }) => serviceOf(state).revokeLink(params['id'] ?? '', { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/s/:secret',
      summary: 'The page behind a link, as HTML. Unknown, expired and revoked ones answer alike.',
      needs: 'nobody',
      query: z.object({
        from: edge,
        to: edge,
        timezone: edge.describe('IANA zone; by default `siteTimezone`.'),
        file: edge.describe(`The report as a file instead: ${linkFiles.join(', ')}.`),
        table: edge.describe('With file=csv: the title of its table; by default what was used of what was bought.'),
      }),
      answer: z.string(),
      async handle({ params, query, client, signal, log, reply }) {
        void reply.headers(pageHeaders);
        if (state.openLink === undefined) {
          void reply.code(503).header('retry-after', '10');
          return page('Not ready yet', 'Please try again in a moment.');
        }
        const { from, to, timezone } = query;
        const file = linkFiles.find((one) => one === query.file);
        if (file === undefined && query.file !== undefined && query.file !== '') {
          void reply.code(400);
          return page('There is no such file', 'The report can be had as PDF, Excel or CSV: see the page of the link.');
        }
        const isLook = reply.request.method === 'HEAD';
        const opening = {
          agent: shortAgent(client.agent),
          address: client.address,
          query: { from, to, timezone },
          file,
          table: typeof query.table === 'string' && query.table !== '' ? query.table : undefined,
          isLook,
        };
        try {
          const found = await state.openLink(params['secret'] ?? '', opening, signal);
          // How long the page would be is not known without making it: no length is told.
          if (found !== undefined && isLook) return Readable.from([]);
          if (typeof found === 'string') return found;
          if (found !== undefined) {
            void reply.headers({ 'content-type': found.contentType, 'content-disposition': asFile(found.filename) });
            return Buffer.from(found.bytes);
          }
        } catch (error) {
          // Its reader is a customer: why it failed is for the log.
          const known = toApiError(error);
          void reply.code(known.status);
          if (error instanceof QuestionError)
            return page('This time range cannot be shown', ...timeProblem(error, timezone));
          if (known.code === 'unknown_table')
            return page('There is no such table', 'Each table has its CSV on the page of the link.');
          if (known.code === 'no_browser')
            return page('There is no PDF here', 'Print the page of the link in your browser, or take Excel.');
          log.error({ err: error }, 'the page of a link could not be made');
          return page('The report cannot be made now', 'Please try again later.');
        }
        // A link that is there is opened whoever else asks from the same address: only guesses wait.
        const wait = guesses.wait(client.address);
        if (wait > 0) {
          void reply.code(429).header('retry-after', String(wait));
          return page('Too many attempts', 'Please try again in a minute.');
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

/** What stands there twice, or makes no sense, is told on a page: its reader has no use for JSON. */
const edge = z.union([z.string(), z.array(z.string())]).optional();

/**
 * The address is the key: it must not be kept by caches, told to other sites or found by search engines. The page loads nothing and
 * cannot be framed.
 */
const pageHeadersOf = (branding: Branding) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'content-security-policy': `${contentPolicyOf(branding)}; frame-ancestors 'none'`,
});

/** The link is fine, and the time behind it is not: other times are a click away. */
const timeProblem = (
  { path }: QuestionError,
  timezone: string | readonly string[] | undefined,
): readonly [text: string, ways: Html] => [
  path === 'range'
    ? `At most ${mostDaysShown} days can be shown at once. Choose a shorter time.`
    : 'Check the address, or choose a time above.',
  timeChooser(spans, typeof timezone === 'string' && isTimeZone(timezone) ? { timezone } : {}),
];
