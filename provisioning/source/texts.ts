/**
 * Pieces of the templates in which rules say what they found. `$values` has a figure per query and expression; it is empty while
 * a rule has no data or fails, and then these pieces are empty too instead of failing.
 */
export const figure = (refId: string): string => `{{ with $values.${refId} }}{{ printf "%.10g" .Value }}{{ end }}`;

/** "99.4 %". */
export const percent = (refId: string): string => `{{ with $values.${refId} }}{{ printf "%.1f" .Value }} %{{ end }}`;

/** "1 d 16 h", "16 h": of `$NAMEDays` and `$NAMEHours` (queries.ts). */
export const age = (refId: string): string =>
  `${choose(`${refId}Days`, 'ge .Value 1.0', `${figure(`${refId}Days`)} d `, '')}${figure(`${refId}Hours`)} h`;

/** An entitlement without an account covers everybody. */
export const account = '{{ with $labels.account }}{{ . }}{{ else }}all accounts{{ end }}';
export const feature = '{{ with $labels.feature }}{{ . }}{{ end }}';
export const server = '{{ with $labels.server }}{{ . }}{{ end }}';
export const model = '{{ with $labels.model }}{{ . }}{{ end }}';

/** One of two texts, by a condition on a figure such as `eq .Value 1.0`. */
export const choose = (refId: string, test: string, then: string, otherwise: string): string =>
  `{{ with $values.${refId} }}{{ if ${test} }}${then}{{ else }}${otherwise}{{ end }}{{ end }}`;

/** "1 client", "3 clients". */
export const counted = (refId: string, one: string, several: string): string =>
  `${figure(refId)} ${choose(refId, 'eq .Value 1.0', one, several)}`;

/** Hours and days as people say them: 6 hours, 30 days. */
export function spoken(seconds: number): string {
  const [amount, unit] =
    seconds % 86_400 === 0 && seconds > 86_400 ? [seconds / 86_400, 'day'] : [seconds / 3600, 'hour'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
