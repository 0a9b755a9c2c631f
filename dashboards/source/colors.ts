import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { families, type FamilyId } from '../../src/denials/families.ts';
import { thresholds } from './thresholds.ts';

export type Steps = dashboard.ThresholdsConfigBuilder;

export const steps = (...given: readonly (readonly [from: number | null, color: string])[]): Steps =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(given.map(([value, color]) => ({ value, color })));

export const plain = (): Steps => steps([null, 'text']);

/** % of what was bought: green while there is room, and what is over it apart from what is merely full. */
export const usageSteps = (): Steps =>
  steps(
    [null, 'green'],
    [thresholds.usage.noticed, 'super-light-yellow'],
    [thresholds.usage.warning, 'yellow'],
    [thresholds.usage.critical, 'red'],
    // Percentages are ratios of small numbers: nothing lies between 100 and this.
    [thresholds.usage.full + 1e-6, 'dark-purple'],
  );

/** The same beside the time at the limits, which tells red from yellow: only what is over what was bought stands out. */
export const overSteps = (): Steps => steps([null, 'transparent'], [thresholds.usage.full + 1e-6, 'dark-purple']);

/** Days until something ends. */
export const expirySteps = (): Steps =>
  steps(
    [null, 'red'],
    // Whole days: the last day of a limit still has its colour, as it has its alert.
    [thresholds.expiry.critical + 1, 'yellow'],
    [thresholds.expiry.warning + 1, 'super-light-yellow'],
    [thresholds.expiry.noticed + 1, 'green'],
  );

/** Seconds for which a license server has been silent. */
export const silenceSteps = (): Steps =>
  steps([null, 'transparent'], [1, 'yellow'], [thresholds.silence.critical, 'red']);

/** Nothing is good, anything is not. */
export const noneSteps = (color = 'yellow'): Steps => steps([null, 'green'], [1, color]);
/** The same for cells: only what is not nothing stands out. */
export const anySteps = (color = 'yellow', from = 1): Steps => steps([null, 'transparent'], [from, color]);

/** Unknown is grey and says so, never green and never 0. */
export const unknownIsGrey: dashboard.ValueMapping = {
  type: dashboard.MappingType.SpecialValue,
  options: { match: dashboard.SpecialValueMatch.Null, result: { text: 'unknown', color: '#808080', index: 0 } },
};

/** A family has its colour in every pie and bar; green and purple have a meaning of their own. */
const familyColors: Readonly<Record<FamilyId, string>> = {
  'insufficient-count': 'red',
  expired: 'orange',
  'feature-unavailable': 'blue',
  'rule-rejection': 'dark-blue',
  version: 'light-blue',
  reserved: 'dark-orange',
  queued: 'light-red',
  borrow: 'dark-red',
  'server-network': 'super-light-orange',
  'trust-clock': 'yellow',
  'request-error': 'super-light-blue',
  other: '#808080',
};
export const colorOfFamily: readonly (readonly [title: string, color: string])[] = families.map(({ id, title }) => [
  title,
  familyColors[id],
]);
