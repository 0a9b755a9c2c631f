import type { Delivering } from '../server/delivery/delivering.ts';
import type { Call } from './remote.ts';

/** Links and subscriptions of a running server, over its HTTP API. */
export function remoteDelivering(call: Call): Delivering {
  return {
    createLink: (given, { signal }) => call('links', { method: 'POST', json: given, signal }),
    links: async ({ signal }) =>
      (await call<{ links: Awaited<ReturnType<Delivering['links']>> }>('links', { signal })).links,
    revokeLink: (id, { signal }) => call(`links/${encodeURIComponent(id)}`, { method: 'DELETE', signal }),
    addSubscription: (given, { signal }) => call('subscriptions', { method: 'POST', json: given, signal }),
    subscriptions: async ({ signal }) =>
      (await call<{ subscriptions: Awaited<ReturnType<Delivering['subscriptions']>> }>('subscriptions', { signal }))
        .subscriptions,
    removeSubscription: (name, { signal }) =>
      call(`subscriptions/${encodeURIComponent(name)}`, { method: 'DELETE', signal }),
    testSubscription: (name, to, { signal }) =>
      call(`subscriptions/${encodeURIComponent(name)}/test`, { method: 'POST', json: { to }, signal }),
    deliveries: async ({ subscription, limit }, { signal }) =>
      (
        await call<{ deliveries: Awaited<ReturnType<Delivering['deliveries']>> }>('deliveries', {
          parameters: { subscription, limit },
          signal,
        })
      ).deliveries,
  };
}
