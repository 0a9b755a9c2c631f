import { fc, test as property } from '@fast-check/jest';
import { owners, severities } from '../../provisioning/source/grafana.ts';
import { channelVariables, settingsOf, textVariables, type Channel } from '../../provisioning/source/settings.ts';
import { generatedFor, type Route } from './given.ts';

/** Where messages go: to the webhook in any case, and to whatever has its variable set; never a secret in a file. */
const all = Object.keys(channelVariables) as Channel[];

/** What a file must not hold: written into each variable, and looked for in the text. */
const secret = (channel: Channel, salt: string): string =>
  ['webhook', 'slack', 'teams'].includes(channel) ? `https://hooks.example/${salt}-${channel}` : `${salt}-${channel}`;

const forVariables = (channels: readonly Channel[], salt = 'S3CRET') =>
  generatedFor(settingsOf(Object.fromEntries(channels.map((one) => [channelVariables[one], secret(one, salt)]))));

const routesOf = (route: Route): Route[] => [route, ...(route.routes ?? []).flatMap(routesOf)];
const typesOf = ({ contactPoints }: ReturnType<typeof generatedFor>): string[] => [
  ...new Set(contactPoints.flatMap(({ receivers }) => receivers.map(({ type }) => type))),
];

test('with no variable there is the webhook, to this machine, and nothing that Grafana would have to fill in', () => {
  const files = forVariables([]);
  expect(files.contactPoints).toHaveLength(1);
  expect(files.contactPoints[0]?.receivers).toEqual([
    expect.objectContaining({
      type: 'webhook',
      settings: expect.objectContaining({ url: 'http://127.0.0.1:9911/' }) as object,
    }),
  ]);
  expect(files.text).not.toMatch(/\$\{?[A-Z]/);
});

test('variables that are empty count as not set', () => {
  const empty = Object.fromEntries(Object.values({ ...channelVariables, ...textVariables }).map((name) => [name, ' ']));
  expect(generatedFor(settingsOf(empty)).text).toBe(forVariables([]).text);
});

test('with all of them set, each channel is there, and Sales, Renewals and Customer Success are written to by themselves', () => {
  const files = forVariables(all);
  expect(typesOf(files).sort()).toEqual(['email', 'pagerduty', 'slack', 'teams', 'webhook']);
  for (const channel of all) expect(files.text).toContain(`$${channelVariables[channel]}`);
  const who = routesOf(files.policy).map(({ receiver }) => receiver);
  expect(new Set(who)).toEqual(new Set(files.contactPoints.map(({ name }) => name)));
});

test('only critical alerts page somebody', () => {
  const { policy, contactPoints } = forVariables(all);
  const paging = contactPoints.filter(({ receivers }) => receivers.some(({ type }) => type === 'pagerduty'));
  const reach = (route: Route, severity: string): string[] => [
    route.receiver,
    ...(route.routes ?? [])
      .filter(({ object_matchers = [] }) =>
        object_matchers.every(([label, , value]) => label !== 'severity' || value === severity),
      )
      .flatMap((child) => reach(child, severity)),
  ];
  const pager = paging.map(({ name }) => name);
  expect(pager).toHaveLength(1);
  expect(reach(policy, 'critical')).toEqual(expect.arrayContaining(pager));
  expect(reach(policy, 'warning')).not.toEqual(expect.arrayContaining(pager));
});

property.prop([fc.subarray(all), fc.stringMatching(/^[A-Za-z0-9]{12}$/)], { numRuns: 25 })(
  'any choice of variables gives files that hold together, and none of their values',
  (channels, salt) => {
    const files = forVariables(channels, salt);
    expect(files.text).not.toContain(salt);
    const referred = new Set([...files.text.matchAll(/\$([A-Z_]{4,})/g)].map(([, name]) => name));
    expect(referred).toEqual(new Set(channels.map((channel) => channelVariables[channel])));

    const names = files.contactPoints.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const uids = files.contactPoints.flatMap(({ receivers }) => receivers.map(({ uid }) => uid));
    expect(new Set(uids).size).toBe(uids.length);
    // Whatever another choice may have left in Grafana is taken away.
    const everything = forVariables(all).contactPoints.flatMap(({ receivers }) => receivers.map(({ uid }) => uid));
    expect([...uids, ...files.goneContactPoints].sort()).toEqual(everything.sort());
    for (const { receivers } of files.contactPoints) {
      expect(receivers.map(({ type }) => type)).toContain('webhook');
      for (const { settings } of receivers) expect(Object.values(settings)).not.toContain('');
    }

    const muting = files.muteTimes.map(({ name }) => name);
    for (const route of routesOf(files.policy)) {
      expect(names).toContain(route.receiver);
      for (const timing of route.mute_time_intervals ?? []) expect(muting).toContain(timing);
    }
    const matched = (label: string): unknown =>
      new Set(
        routesOf(files.policy).flatMap(({ object_matchers = [] }) =>
          object_matchers.flatMap(([name, , value]) => (name === label ? [value] : [])),
        ),
      );
    expect(matched('severity')).toEqual(new Set(severities));
    // Operations are whom everything goes to that is nobody else's.
    expect(matched('owner')).toEqual(new Set(owners.filter((owner) => owner !== 'operations')));

    const defined = files.templates.flatMap(({ template }) =>
      [...template.matchAll(/define "([^"]+)"/g)].map(([, name]) => name),
    );
    for (const [, name] of files.text.matchAll(/template \\?"([^"\\]+)\\?"/g)) expect(defined).toContain(name);
  },
);

test('Sales, Renewals and Customer Success get one message per account and day', () => {
  const routes = routesOf(forVariables(all).policy).filter(({ object_matchers = [] }) =>
    object_matchers.some(([label]) => label === 'owner'),
  );
  expect(routes).toHaveLength(3);
  for (const route of routes) {
    expect(route).toMatchObject({ group_interval: '1d', repeat_interval: '1d' });
    expect(route).not.toHaveProperty('group_by');
  }
  const [folder] = forVariables(all).policy.routes ?? [];
  expect(folder?.group_by).toEqual(['account']);
  // Before anything by severity: what is critical about a contract can wait for the day, too.
  expect(folder?.routes?.slice(0, 3)).toEqual(routes);
});

test('weekends wait for Monday, except what is critical', () => {
  const { policy } = forVariables([]);
  const under = (route: Route, severity: string): Route[] =>
    (route.object_matchers ?? []).some(([, , value]) => value === severity)
      ? routesOf(route)
      : (route.routes ?? []).flatMap((child) => under(child, severity));
  for (const { mute_time_intervals } of under(policy, 'warning')) expect(mute_time_intervals).toHaveLength(1);
  for (const route of under(policy, 'critical')) expect(route).not.toHaveProperty('mute_time_intervals');
  expect(under(policy, 'critical')).not.toEqual([]);
});

test('times are told, and weekends begin, on the clocks that are asked for', () => {
  const files = generatedFor(settingsOf({ LICENSE_ANALYTICS_ALERT_TIMEZONE: 'Europe/Berlin' }));
  expect(files.muteTimes[0]?.time_intervals[0]?.location).toBe('Europe/Berlin');
  expect(files.templates[0]?.template).toContain('tz "Europe/Berlin" .StartsAt');
});

test.each([
  ['LICENSE_ANALYTICS_ALERT_TIMEZONE', 'Mars/Base', /expected an IANA time zone .* found "Mars\/Base"/],
  ['LICENSE_ANALYTICS_RUNBOOK_URL', 'docs', /expected the address of a page/],
  // A secret: it is not repeated.
  ['LICENSE_ANALYTICS_TEAMS_WEBHOOK_URL', 'S3CRET', /^(?!.*S3CRET).*expected an address that begins with http/],
  ['LICENSE_ANALYTICS_SLACK_WEBHOOK_URL', 'xoxb-S3CRET', /^(?!.*S3CRET).*expected an address that begins with http/],
])('%s=%s is refused with what was expected', (name, value, message) => {
  expect(() => settingsOf({ [name]: value })).toThrow(message);
});
