import { channelVariables, type Channel, type Settings } from './settings.ts';
import { message, title } from './templates.ts';

/** Where messages go while nothing is set: a port of this machine, where whoever wants them may listen. */
export const loopbackWebhook = 'http://127.0.0.1:9911/';

/** Who is written to. Without an address of their own they are written to with the default ones. */
export type Audience = 'default' | 'on call' | 'sales' | 'renewals';

/** Channels of each audience beside the webhook, in order; the first of those in `needs` is what makes it one of its own. */
const audiences: Readonly<
  Record<Audience, { readonly name: string; readonly channels: readonly Channel[]; readonly needs?: Channel }>
> = {
  default: { name: 'License Analytics', channels: ['email', 'slack'] },
  'on call': { name: 'License Analytics on call', channels: ['email', 'slack', 'pagerduty'], needs: 'pagerduty' },
  sales: { name: 'License Analytics sales', channels: ['salesEmail'], needs: 'salesEmail' },
  renewals: { name: 'License Analytics renewals', channels: ['renewalsEmail'], needs: 'renewalsEmail' },
};

const exists = (audience: Audience, { channels }: Settings): boolean => {
  const { needs } = audiences[audience];
  return needs === undefined || channels.has(needs);
};

/** The contact point of an audience; the default one where it has none of its own. */
export const receiverOf = (audience: Audience, settings: Settings): string =>
  audiences[exists(audience, settings) ? audience : 'default'].name;

/**
 * Contact points as Grafana's file provisioning reads them. Grafana refuses to start with an empty address or key, so only
 * those exist whose variable is set. It fills in `$NAME` in their settings; nothing of their values is written here.
 */
export function contactPoints(settings: Settings): readonly object[] {
  return (Object.keys(audiences) as Audience[])
    .filter((audience) => exists(audience, settings))
    .map((audience) => {
      const { name, channels } = audiences[audience];
      const used = channels.filter((channel) => settings.channels.has(channel));
      const suffix = audience === 'default' ? '' : `-${audience.replace(' ', '-')}`;
      return {
        orgId: 1,
        name,
        receivers: (['webhook', ...used] as const).map((channel) => ({
          uid: `la-${uidOf[channel]}${suffix}`,
          ...receivers[channel](settings),
        })),
      };
    });
}

const uidOf: Readonly<Record<Channel, string>> = {
  webhook: 'webhook',
  email: 'email',
  salesEmail: 'email',
  renewalsEmail: 'email',
  slack: 'slack',
  pagerduty: 'pagerduty',
};

interface Receiver {
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const variable = (channel: Channel): string => `$${channelVariables[channel]}`;

const email = (channel: Channel) => (): Receiver => ({
  type: 'email',
  settings: { addresses: variable(channel), singleEmail: true, subject: title, message },
});

const receivers: Readonly<Record<Channel, (settings: Settings) => Receiver>> = {
  webhook: ({ channels }) => ({
    type: 'webhook',
    settings: {
      url: channels.has('webhook') ? variable('webhook') : loopbackWebhook,
      httpMethod: 'POST',
      title,
      message,
    },
  }),
  email: email('email'),
  salesEmail: email('salesEmail'),
  renewalsEmail: email('renewalsEmail'),
  slack: () => ({ type: 'slack', settings: { url: variable('slack'), title, text: message } }),
  pagerduty: () => ({
    type: 'pagerduty',
    settings: {
      integrationKey: variable('pagerduty'),
      severity: 'critical',
      class: 'licenses',
      component: 'License Analytics',
      summary: title,
      details: { text: message },
    },
  }),
};
