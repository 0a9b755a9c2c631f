import { channelVariables, type Channel, type Settings } from './settings.ts';
import { message, title } from './templates.ts';

/** Where messages go while nothing is set: a port of this machine, where whoever wants them may listen. */
export const loopbackWebhook = 'http://127.0.0.1:9911/';

/** Who is written to. Without an address of their own they are written to with the default ones. */
export type Audience = 'default' | 'on call' | 'sales' | 'renewals' | 'customer success';

/** Channels of each audience beside the webhook, in order; the first of those in `needs` is what makes it one of its own. */
const audiences: Readonly<
  Record<Audience, { readonly name: string; readonly channels: readonly Channel[]; readonly needs?: Channel }>
> = {
  default: { name: 'License Analytics', channels: ['email', 'slack', 'teams'] },
  'on call': {
    name: 'License Analytics on call',
    channels: ['email', 'slack', 'teams', 'pagerduty'],
    needs: 'pagerduty',
  },
  sales: { name: 'License Analytics sales', channels: ['salesEmail'], needs: 'salesEmail' },
  renewals: { name: 'License Analytics renewals', channels: ['renewalsEmail'], needs: 'renewalsEmail' },
  'customer success': {
    name: 'License Analytics customer success',
    channels: ['customerSuccessEmail'],
    needs: 'customerSuccessEmail',
  },
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
  return allAudiences
    .filter((audience) => exists(audience, settings))
    .map((audience) => ({
      orgId: 1,
      name: audiences[audience].name,
      receivers: channelsOf(audience)
        .filter((channel) => isUsed(channel, settings))
        .map((channel) => ({ uid: uidOf(channel, audience), ...receivers[channel](settings) })),
    }));
}

/** Those that are not: Grafana keeps, and goes on writing to, what an earlier file has told it, until a file says that it is gone. */
export function goneContactPoints(settings: Settings): readonly object[] {
  return allAudiences.flatMap((audience) =>
    channelsOf(audience)
      .filter((channel) => !exists(audience, settings) || !isUsed(channel, settings))
      .map((channel) => ({ orgId: 1, uid: uidOf(channel, audience) })),
  );
}

const allAudiences = Object.keys(audiences) as Audience[];
const channelsOf = (audience: Audience): readonly Channel[] => ['webhook', ...audiences[audience].channels];
const isUsed = (channel: Channel, { channels }: Settings): boolean => channel === 'webhook' || channels.has(channel);

function uidOf(channel: Channel, audience: Audience): string {
  const suffix = audience === 'default' ? '' : `-${audience.replace(' ', '-')}`;
  return `la-${channel.endsWith('Email') ? 'email' : channel}${suffix}`;
}

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
  customerSuccessEmail: email('customerSuccessEmail'),
  slack: () => ({ type: 'slack', settings: { url: variable('slack'), title, text: message } }),
  teams: () => ({ type: 'teams', settings: { url: variable('teams'), title, message } }),
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
