import type { Delivering } from '../server/delivery/delivering.ts';
import type { Context } from '../server/service.ts';
import type { Call } from './remote.ts';

type Limits = NonNullable<Parameters<Call>[1]>;

/** Links and subscriptions of a running server, over its HTTP API. */
export function remoteDelivering(call: Call, limitsOf: (context: Context) => Limits): Delivering {
  return {
    createLink: (given, context) => call('links', { method: 'POST', json: given, ...limitsOf(context) }),
    links: async (context) =>
      (await call<{ links: Awaited<ReturnType<Delivering['links']>> }>('links', limitsOf(context))).links,
    revokeLink: (id, context) => call(`links/${encodeURIComponent(id)}`, { method: 'DELETE', ...limitsOf(context) }),
    addSubscription: (given, context) => call('subscriptions', { method: 'POST', json: given, ...limitsOf(context) }),
    subscriptions: async (context) =>
      (
        await call<{ subscriptions: Awaited<ReturnType<Delivering['subscriptions']>> }>(
          'subscriptions',
          limitsOf(context),
        )
      ).subscriptions,
    removeSubscription: (name, context) =>
      call(`subscriptions/${encodeURIComponent(name)}`, { method: 'DELETE', ...limitsOf(context) }),
    testSubscription: (name, to, context) =>
      call(`subscriptions/${encodeURIComponent(name)}/test`, { method: 'POST', json: { to }, ...limitsOf(context) }),
    deliveries: async ({ subscription, limit }, context) =>
      (
        await call<{ deliveries: Awaited<ReturnType<Delivering['deliveries']>> }>('deliveries', {
          parameters: { subscription, limit },
          ...limitsOf(context),
        })
      ).deliveries,
  };
}
