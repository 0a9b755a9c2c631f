import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseTimeRange } from '../../query/time.ts';
import { canPrint } from '../../share/outlets/chromium.ts';
import { isTooLong, shown } from '../../share/links/opening.ts';
import type { Subscription } from '../../share/subscriptions/subscription.ts';
import { mailAddress, nameText, reports, subscriptionSchema } from '../../share/subscriptions/subscription.ts';
import { isLoopback } from '../access.ts';
import { askUnder } from '../ask-under.ts';
import { createReports } from '../delivery/reports.ts';
import { asFile } from '../disposition.ts';
import { ApiError } from '../errors.ts';
import { requireAccount } from '../known-account.ts';
import { createLimiter } from '../limiter.ts';
import { refuseForeign } from '../pages/foreign.ts';
import { linkPage, linkTimes, mailPage, withdrawnPage } from '../pages/sharing.ts';
import type { Context, Service } from '../service.ts';
import { serviceOf } from '../state.ts';
import type { PagesParts, SendPage } from './pages.ts';

const common = z.object({
  account: nameText,
  from: z.string().default('now-30d/d'),
  to: z.string().default('now'),
  timezone: z.string().default('UTC'),
  users: z.enum(['numbers', 'names']).default('numbers'),
});
const linkBody = common.extend({ expires: z.enum(linkTimes).default('30d') });
const fileBody = common.extend({ format: z.enum(['pdf', 'xlsx']) });
const mailBody = common.extend({ recipients: z.string() });
const withdrawBody = z.object({ id: z.string(), account: nameText });
type Given = z.output<typeof common>;

/** Files that are made at once, for all readers together: each may be a browser that prints. */
const [atOnce, mostWaiting] = [2, 20];

/**
 * What the customer's page shares: forms that are sent from it, so that they work without scripts. Each does what the API would do
 * for the same caller, and nothing beyond.
 */
export function sharingRoutes(pages: FastifyInstance, parts: PagesParts, sendPage: SendPage): void {
  const { state, branding, callerOf } = parts;
  const turns = createLimiter(atOnce, mostWaiting);
  const needs = (level: 'read' | 'write' | 'admin') => ({
    config: { needs: level, page: true },
    // Before anything else is looked at.
    preValidation: async (request: FastifyRequest) => refuseForeign(request),
  });
  const contextOf = (request: FastifyRequest, reply: FastifyReply): Context => {
    const gone = new AbortController();
    reply.raw.on('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    return { caller: callerOf(request), signal: gone.signal };
  };

  pages.post('/d/la-customer/link', needs('write'), async (request, reply) => {
    const given = checked(linkBody, request.body);
    const { account, users, expires, timezone } = given;
    const made = await serviceOf(state).createLink(
      { account, expires, showUsers: users === 'names', purpose: 'copied from the customer page' },
      contextOf(request, reply),
    );
    const { origin, host = '' } = request.headers;
    const base = made.url ?? `${origin ?? `${request.protocol}://${host}`}${made.path}`;
    const onlyHere = made.url === null && isLoopback(new URL(base).hostname);
    const url = `${base}${timeOf(given, parts.siteTimezone)}`;
    return sendPage(reply, linkPage(made, { url, onlyHere, timezone, branding, back: backTo(given) }));
  });

  pages.post('/d/la-customer/link/withdraw', needs('write'), async (request, reply) => {
    const { id, account } = checked(withdrawBody, request.body);
    const link = await serviceOf(state).revokeLink(id, contextOf(request, reply));
    return sendPage(reply, withdrawnPage(link, { branding, back: `/d/la-customer?${accountQuery(account)}` }));
  });

  pages.post('/d/la-customer/report', needs('read'), async (request, reply) => {
    const { account, from, to, timezone, users, format } = checked(fileBody, request.body);
    const service = serviceOf(state);
    const { signal, ...context } = limitedTo(account, contextOf(request, reply));
    await requireAccount(service, account, context);
    const madeAt = Date.now();
    const range = parseTimeRange(from, to, madeAt, timezone);
    const { attachment } = createReports({
      askAs: (_account, wanted) => askUnder(service, { ...context, ...(wanted !== undefined && { signal: wanted }) }),
      siteTimezone: parts.siteTimezone,
      branding,
    });
    const asked = { account, report: reports[0], range, timezone, showUsers: users === 'names', madeAt };
    const file = await turns.run(() => attachment(format, asked, signal), signal);
    return reply
      .type(file.contentType)
      .header('content-disposition', asFile(file.filename))
      .send(Buffer.from(file.bytes));
  });

  pages.post('/d/la-customer/mail', needs('admin'), async (request, reply) => {
    const given = checked(mailBody, request.body);
    const context = contextOf(request, reply);
    const service = serviceOf(state);
    if (!parts.isMailed)
      throw new ApiError(
        409,
        'mail_not_configured',
        'No mail server is configured here, so nothing can be sent.',
        'Say how in the configuration: mail: { smtp: smtp://user@mail.example.com, from: reports@example.com }',
      );
    const wanted = await subscriptionOf(given, service, context);
    const made = await service.addSubscription(wanted, context);
    return sendPage(reply, mailPage(made, { branding, back: backTo(given) }));
  });
}

/** Throws `ApiError` 400 that names the field. */
function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ApiError(
    400,
    'invalid_request',
    `${issue?.path.join('.') ?? 'The form'}: ${issue?.message ?? 'cannot be read'}.`,
    'Go back and correct it.',
  );
}

/** The caller, who sees that account and nothing else. Throws `ApiError` 403 for one who may not see it. */
function limitedTo(account: string, { caller, ...rest }: Context): Context {
  if (caller.accounts === 'all' || caller.accounts.includes(account))
    return { ...rest, caller: { ...caller, accounts: [account] } };
  throw new ApiError(
    403,
    'token_limited_to_accounts',
    `The token "${caller.name}" does not see the account "${account}".`,
    'Use a token that sees this account.',
  );
}

async function subscriptionOf(
  { account, users, timezone, recipients }: z.output<typeof mailBody>,
  service: Service,
  context: Context,
): Promise<Subscription> {
  const addresses = [...new Set(recipients.split(/[\s,;]+/).filter((one) => one !== ''))];
  const wrong = addresses.find((one) => !mailAddress.safeParse(one).success);
  if (wrong !== undefined || addresses.length === 0)
    throw new ApiError(
      400,
      'invalid_request',
      `Recipients: expected mail addresses such as ana@acme.example, found ${wrong === undefined ? 'none' : `"${wrong}"`}.`,
      'Go back and correct it.',
    );
  const taken = new Set((await service.subscriptions(context)).map(({ name }) => name));
  const base = `${account.slice(0, 180)} weekly`;
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
  return checked(subscriptionSchema, {
    name,
    account,
    outlets: [(await canPrint()) ? 'pdf' : 'html', 'xlsx'],
    timezone,
    recipients: addresses,
    showUsers: users === 'names',
  });
}

const accountQuery = (account: string): string => new URLSearchParams({ 'var-account': account }).toString();

const backTo = ({ account, from, to, timezone }: Given): string =>
  `/d/la-customer?${new URLSearchParams({ 'var-account': account, from, to, timezone }).toString()}`;

/** The link opens on the time that the page showed, unless it does so by itself, or it is longer than a link may show. */
function timeOf({ from, to, timezone }: Given, siteTimezone: string): string {
  if (from === shown.from && to === shown.to && timezone === siteTimezone) return '';
  const range = parseTimeRange(from, to, Date.now(), timezone);
  return isTooLong(range) ? '' : `?${new URLSearchParams({ from, to, timezone }).toString()}`;
}
