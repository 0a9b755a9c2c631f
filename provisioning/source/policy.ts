import type { Audience } from './contact-points.ts';
import { receiverOf } from './contact-points.ts';
import { folder, type Owner, type Severity } from './grafana.ts';
import type { Settings } from './settings.ts';

export const weekends = 'License Analytics weekends';

/** Saturday and Sunday. Nothing critical waits for Monday; warnings, and what Sales, Renewals and Customer Success could do, wait. */
export const muteTimes = ({ timezone }: Settings): readonly object[] => [
  { orgId: 1, name: weekends, time_intervals: [{ weekdays: ['saturday', 'sunday'], location: timezone }] },
];

/** Those who talk to the customer. */
const talking = ['renewals', 'sales', 'customer-success'] as const;

type Label = 'severity' | 'owner' | 'grafana_folder';
const where = (label: Label, value: string): readonly [Label, '=', string] => [label, '=', value];

/**
 * Who is told, how soon and how often: those who talk to the customer once a day, operations by severity; one message per account, with all that is the matter with it.
 * Grafana has one tree of policies and overwrites it as a whole, so what is not ours keeps to Grafana's own timing at the root.
 */
export function policies(settings: Settings): readonly object[] {
  const receiver = (audience: Audience) => ({ receiver: receiverOf(audience, settings) });
  const bySeverity = (severity: Severity) => where('severity', severity);
  const byOwner = (owner: Owner) => where('owner', owner);
  const muted = { mute_time_intervals: [weekends] };
  return [
    {
      orgId: 1,
      ...receiver('default'),
      group_by: ['grafana_folder', 'alertname'],
      routes: [
        {
          ...receiver('default'),
          object_matchers: [where('grafana_folder', folder)],
          group_by: ['account'],
          routes: [
            // One message per account and day, on working days: a contract is not renewed within the hour.
            ...talking.map((owner) => ({
              ...receiver(owner === 'customer-success' ? 'customer success' : owner),
              object_matchers: [byOwner(owner)],
              group_wait: '5m',
              group_interval: '1d',
              repeat_interval: '1d',
              ...muted,
            })),
            {
              ...receiver('on call'),
              object_matchers: [bySeverity('critical')],
              group_wait: '15s',
              group_interval: '5m',
              repeat_interval: '1d',
            },
            {
              ...receiver('default'),
              object_matchers: [bySeverity('warning')],
              group_wait: '1m',
              group_interval: '5m',
              repeat_interval: '1d',
              ...muted,
            },
          ],
        },
      ],
    },
  ];
}
