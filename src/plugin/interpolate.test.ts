import type { LicenseQuery } from './types.ts';
import { ignoredFilters, interpolated, questionFilter } from './interpolate.ts';

const query = (filters: LicenseQuery['filters']): LicenseQuery => ({
  refId: 'A',
  measure: 'events',
  ...(filters !== undefined && { filters }),
});
/** A dashboard where $account is set to two customers, $server to "All". */
const valuesOf = (text: string): readonly string[] | undefined =>
  text === '$account' ? ["O'Hara & Söhne", 'acme'] : text === '$server' ? undefined : [text];

test('a variable with several values stands for all of them, as strings', () => {
  const { filters } = interpolated(
    query([{ dimension: 'account', operator: 'in', values: ['$account', '007'] }]),
    valuesOf,
  );
  expect(filters).toEqual([{ dimension: 'account', operator: 'in', values: ["O'Hara & Söhne", 'acme', '007'] }]);
});

test('"All" is no filter; other filters stay', () => {
  const { filters } = interpolated(
    query([
      { dimension: 'server', operator: '=', values: ['$server'] },
      { dimension: 'feature', operator: '=', value: 'cad' },
    ]),
    valuesOf,
  );
  expect(filters).toEqual([{ dimension: 'feature', operator: '=', values: ['cad'] }]);
});

test('a query without filters stays the very same', () => {
  const plain = query(undefined);
  expect(interpolated(plain, valuesOf)).toBe(plain);
});

test("the dashboard's ad-hoc filters come on top; what they cannot say here is left out", () => {
  const adHoc = [
    { key: 'feature', operator: '=|', value: 'cad', values: ['cad', 'sim'] },
    { key: 'account', operator: '!=', value: 'acme' },
    { key: 'account', operator: '<', value: 'b' },
    { key: 'instance', operator: '=', value: 'x' },
    { key: 'server', operator: '=', value: '' },
  ];
  expect(
    interpolated(query([{ dimension: 'server', operator: '=', values: ['lic01'] }]), valuesOf, adHoc).filters,
  ).toEqual([
    { dimension: 'server', operator: '=', values: ['lic01'] },
    { dimension: 'feature', operator: 'in', values: ['cad', 'sim'] },
    { dimension: 'account', operator: '!=', values: ['acme'] },
  ]);
  expect(questionFilter({ key: 'user', operator: '!~', value: '^svc-' })).toEqual([
    { dimension: 'user', operator: '!~', values: ['^svc-'] },
  ]);
});

test('what is not applied is said', () => {
  const reasons = ignoredFilters([
    { key: 'account', operator: '=', value: 'acme' },
    { key: 'account', operator: '<', value: 'b' },
    { key: 'instance', operator: '=', value: 'x' },
    { key: '', operator: '=', value: '' },
  ]);
  expect(reasons).toEqual([
    'The filter "account < b" is not applied: account is a name, it has no greater or less.',
    'The filter "instance = x" is not applied: instance is no dimension of license data.',
  ]);
});

test('a threshold may be a variable: its number, or none under "All"; what is no number is left for the server to refuse', () => {
  const over = (value: number | string) =>
    interpolated({ refId: 'A', measure: 'usagePercentage', having: { operator: '>=', value } }, (text) =>
      text === '$atLeast' ? ['80'] : text === '$all' ? undefined : [text],
    ).having;
  expect(over('$atLeast')).toEqual({ operator: '>=', value: 80 });
  expect(over('$all')).toBeUndefined();
  expect(over(95)).toEqual({ operator: '>=', value: 95 });
  expect(over('$typo')).toEqual({ operator: '>=', value: '$typo' });
});
