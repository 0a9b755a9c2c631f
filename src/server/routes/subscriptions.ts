import { z } from 'zod';
import { deliveryStates } from '../../share/subscriptions/delivery.ts';
import { subscriptionSchema } from '../../share/subscriptions/subscription.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

const subscriptionInfo = subscriptionSchema.extend({
  timezone: z.string(),
  origin: z.enum(['command', 'configuration']),
  next: z.string().describe('When it comes due next, ISO, UTC.'),
  isMailed: z.boolean().describe('Whether this server has a mail server to send it by.'),
});

const deliveryInfo = z.object({
  subscription: z.string(),
  due: z.string(),
  recipient: z.string(),
  test: z.boolean(),
  state: z
    .enum(deliveryStates)
    .describe('`unknown`: it may have been sent; nobody can tell, and it is not sent again.'),
  attempts: z.int(),
  next: z.string().describe('When it is tried again; empty when it is not.'),
  note: z.string().describe('What happened last, in words.'),
  updated: z.string(),
});

/** Reports that are mailed by themselves. */
export function subscriptionRoutes(state: ServerState): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      url: '/api/v1/subscriptions',
      summary: 'Adds a subscription: from now on its report is mailed whenever it is due.',
      needs: 'admin',
      query: schemas.nothing,
      body: subscriptionSchema,
      answer: subscriptionInfo,
      handle: ({ body, caller, signal }) => serviceOf(state).addSubscription(body, { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/subscriptions',
      summary: 'Every subscription in force.',
      needs: 'admin',
      query: schemas.nothing,
      answer: z.object({ subscriptions: z.array(subscriptionInfo) }),
      handle: async ({ caller, signal }) => ({
        subscriptions: await serviceOf(state).subscriptions({ caller, signal }),
      }),
    }),
    route({
      method: 'DELETE',
      url: '/api/v1/subscriptions/:name',
      summary:
        'Removes a subscription, and revokes the links that it mailed. Those of the configuration file are removed there.',
      needs: 'admin',
      query: schemas.nothing,
      answer: subscriptionInfo.extend({ revokedLinks: z.int().describe('Mailed links that were in force until now.') }),
      handle: ({ params, caller, signal }) =>
        serviceOf(state).removeSubscription(params['name'] ?? '', { caller, signal }),
    }),
    route({
      method: 'POST',
      url: '/api/v1/subscriptions/:name/test',
      summary: 'Makes and mails the report that was due last, now and to one address.',
      needs: 'admin',
      query: schemas.nothing,
      body: z.strictObject({ to: z.string() }),
      answer: deliveryInfo,
      handle: ({ params, body, caller, signal }) =>
        serviceOf(state).testSubscription(params['name'] ?? '', body.to, { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/deliveries',
      summary: 'What was mailed and what was not, newest first.',
      needs: 'admin',
      query: z.object({
        subscription: z.string().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(100),
      }),
      answer: z.object({ deliveries: z.array(deliveryInfo) }),
      handle: async ({ query, caller, signal }) => ({
        deliveries: await serviceOf(state).deliveries(query, { caller, signal }),
      }),
    }),
  ];
}
