import type { Query } from '@grafana/grafana-foundation-sdk/alerting';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { thresholds } from '../../../dashboards/source/thresholds.ts';
import { families, type Family } from '../../../src/denials/families.ts';
import type { QuestionInput } from '../../../src/query/question.ts';
import { condition, question } from '../queries.ts';
import type { Rule } from '../rule.ts';
import { account, choose, counted, feature } from '../texts.ts';

/**
 * An hour that ended a quarter of an hour ago. An episode is unresolved when the client did not get the feature within ten minutes
 * after its last denial, and only lines of after that can tell; five minutes more are for lines that come late.
 */
const settled = 15 * 60;
const hour = { from: settled + 3600, to: settled };
const day = { from: settled + 24 * 3600, to: settled };

/**
 * How a family of denials is told of. Every family belongs to one rule, but for a shortage: operations are told of it at once, and
 * Sales once a day, as of all that could be sold.
 */
const shortage = families.filter(({ id }) => id === 'insufficient-count' || id === 'queued');
const expired = families.filter(({ id }) => id === 'expired');
const demand = families.filter((family) => family.owner === 'sales');
const adoption = families.filter((family) => family.owner === 'customer-success');
const faults = families.filter((family) => ![...expired, ...demand, ...adoption].includes(family));

/**
 * Clients, not lines: one application that asks every second is one client. What was granted after all is not counted, nor is
 * UNSUPPORTED (a feature that this server does not serve: clients ask one server after the other).
 */
const asked = (
  told: readonly Family[],
  atLeast: number,
): Omit<QuestionInput, 'schemaVersion' | 'timezone' | 'measure'> => ({
  groupBy: ['account', 'feature'],
  filters: [{ dimension: 'denialFamily', operator: 'in', values: told.map(({ id }) => id) }],
  denials: { count: 'unresolved' },
  having: { operator: '>=', value: atLeast },
  limit: 10_000,
});

/** Rows are only those that fire: one that is gone is kept for its time, one that no longer fires might go before it is over. */
function queries(told: readonly Family[], clients: number, window = hour) {
  return [
    question('clients', { measure: 'deniedClients', ...asked(told, clients) }, window),
    question('denials', { measure: 'denials', ...asked(told, 1) }, window),
    // The trend. It has a row wherever the hour has one: the hour is part of the day.
    ...(window === hour ? [question('day', { measure: 'deniedClients', ...asked(told, 1) }, day)] : []),
    condition('fires', `$clients >= ${clients}`),
  ];
}

/** Hours of a working day: whom a shortage has turned away belongs to it for so long, and one shortage is paged for once a day. */
const workingDay = 9;
export const pagedOnce = { keepFiringFor: `${workingDay}h` } as const;

/** Whom the lack of licenses has turned away within a working day, if anybody. */
export const turnedAway = (refId: string): Builder<Query> =>
  question(
    refId,
    { measure: 'deniedClients', ...asked(shortage, thresholds.shortage.clients) },
    { from: settled + workingDay * 3600, to: settled },
  );

/** "2 clients turned away within 9 hours". */
export const turnedAwayInWords = `${counted('clients', 'client', 'clients')} turned away within ${workingDay} hours`;

const howMany =
  `${counted('clients', 'client was', 'clients were')} turned away and did not get it within ten minutes ` +
  `(${counted('denials', 'time', 'times')}), in the hour that ended 15 minutes ago. Within 24 hours: ${counted('day', 'client', 'clients')}. `;

const shared = {
  severity: 'warning',
  condition: 'fires',
  // The window has settled already.
  for: '0s',
  // A morning of refusals is one alert, not one for each hour of it.
  keepFiringFor: '2h',
  // Nobody was turned away: fine.
  noData: 'OK',
  onError: 'KeepLast',
  look: { dashboard: 'la-denials', panel: 'Denials summary', set: ['account', 'feature'], from: 'now-24h' },
} as const;

/** The reason to wake somebody up: people cannot work. */
export const denialsOfShortage: Rule = {
  ...shared,
  uid: 'la-denials-shortage',
  title: 'Denials: too few licenses',
  severity: 'critical',
  owner: 'operations',
  queries: queries(shortage, thresholds.deniedClients),
  ...pagedOnce,
  summary: `${account}: ${counted('clients', 'client', 'clients')} could not get ${feature}`,
  description: `${howMany}All licenses are in use.`,
  runbook: 'denials-shortage',
};

export const denialsOfDemand: Rule = {
  ...shared,
  uid: 'la-denials-demand',
  title: 'Denials: demand exceeds supply',
  owner: 'sales',
  queries: queries(demand, thresholds.deniedClients, day),
  summary: `${account}: ${counted('clients', 'client', 'clients')} could not get ${feature} within a day`,
  description: `They were turned away ${counted('denials', 'time', 'times')} within 24 hours and did not get it. More is asked for than was bought, or something that was not bought at all.`,
  runbook: 'denials-demand',
};

export const denialsOfAdoption: Rule = {
  ...shared,
  uid: 'la-denials-adoption',
  title: 'Denials: versions and borrowing',
  owner: 'customer-success',
  queries: queries(adoption, thresholds.deniedClients),
  summary: `${account}: ${counted('clients', 'client', 'clients')} could not get ${feature} (version or borrowing)`,
  description: `${howMany}It was bought, and users cannot get on with it: they need help with versions or borrowing.`,
  runbook: 'denials-adoption',
};

export const denialsByFault: Rule = {
  ...shared,
  uid: 'la-denials-faults',
  title: 'Denials: faults and rules',
  owner: 'operations',
  queries: queries(faults, thresholds.deniedClients),
  summary: `${account}: ${counted('clients', 'client', 'clients')} could not get ${feature} (not for lack of licenses)`,
  description: `${howMany}Licenses are not what is missing: the dashboard names the reasons, with advice.`,
  runbook: 'denials-faults',
};

export const denialsOfExpired: Rule = {
  ...shared,
  uid: 'la-denials-expired',
  title: 'Denials: expired',
  owner: 'renewals',
  queries: queries(expired, thresholds.deniedAfterExpiry),
  summary: `${account}: ${counted('clients', 'client', 'clients')} ${choose('clients', 'eq .Value 1.0', 'still asks', 'still ask')} for ${feature}, which has expired`,
  description: `${howMany}The entitlement has run out or is not in force yet, and users still need it.`,
  runbook: 'denials-expired',
};
