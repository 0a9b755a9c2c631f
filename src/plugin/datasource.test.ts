import { dateTime, type DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { parseQuestion } from '../query/question.ts';
import { DataSource } from './datasource.ts';
import { asValues } from './variables.ts';
import type { LicenseQuery, Options } from './types.ts';

/** Dashboard variables as Grafana keeps them. */
const variables: Record<string, unknown> = { account: ['acme', 'borealis'], server: ['$__all'], feature: 'cad' };
const templates = {
  getVariables: () => Object.entries(variables).map(([name, value]) => ({ name, current: { value } })),
  replace: (text: string, scoped: Record<string, { value: unknown }> = {}, format?: (value: unknown) => string) =>
    text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => {
      const value = scoped[name]?.value ?? variables[name];
      return value === undefined ? whole : (format ?? String)(value);
    }),
} as unknown as TemplateSrv;

const settings = {
  uid: 'la',
  type: 'x',
  jsonData: { timezone: 'Europe/Berlin' },
} as DataSourceInstanceSettings<Options>;
const datasource = new DataSource(settings, templates);
const query = (...values: string[]): LicenseQuery => ({
  refId: 'A',
  measure: 'events',
  filters: [{ dimension: 'account', operator: 'in', values }],
});
const values = (...given: string[]) => datasource.applyTemplateVariables(query(...given), {}).filters?.[0]?.values;

test('variables in filters: several values, one, part of a text, none of ours', () => {
  expect(values('$account')).toEqual(['acme', 'borealis']);
  expect(values('${account}', 'x')).toEqual(['acme', 'borealis', 'x']);
  expect(values('[[feature]]')).toEqual(['cad']);
  expect(values('pre-$feature')).toEqual(['pre-cad']);
  expect(values('5 $ a month')).toEqual(['5 $ a month']);
});

test('"All" takes the filter away, unless a repeated panel stands for one value', () => {
  expect(datasource.applyTemplateVariables(query('$server'), {}).filters).toEqual([]);
  const repeated = datasource.applyTemplateVariables(query('$server'), { server: { text: 'lic01', value: 'lic01' } });
  expect(repeated.filters?.[0]?.values).toEqual(['lic01']);
});

test('hidden queries and those that ask nothing are not sent', () => {
  expect(datasource.filterQuery(query())).toBe(true);
  expect(datasource.filterQuery({ ...query(), hide: true })).toBe(false);
  expect(datasource.filterQuery({ refId: 'A' })).toBe(false);
});

test('the first panel asks something useful, in the time zone of the settings', () => {
  const first = datasource.getDefaultQuery();
  expect(parseQuestion(first).question).toMatchObject({ measure: 'usagePercentage', timezone: 'Europe/Berlin' });
});

test('values for completion: in the time range, as far as the other filters leave them', async () => {
  const asked = jest
    .spyOn(datasource, 'getResource')
    .mockResolvedValue({ values: [{ value: 'cad', text: 'cad' }], truncated: false });
  const range = { from: dateTime(1000), to: dateTime(2000), raw: { from: '', to: '' } };
  await datasource.dimensionValues('feature', { search: 'c', filters: query('$account').filters ?? [], range });
  expect(asked).toHaveBeenLastCalledWith('dimensions/feature/values', {
    search: 'c',
    filters: JSON.stringify([{ dimension: 'account', operator: 'in', values: ['acme', 'borealis'] }]),
    from: 1000,
    to: 2000,
    limit: 200,
  });
  const tags = await datasource.getTagValues({
    key: 'feature',
    filters: [
      { key: 'feature', operator: '=', value: 'old' },
      { key: 'account', operator: '=', value: 'acme' },
    ],
  });
  expect(tags).toEqual([{ value: 'cad', text: 'cad' }]);
  expect(asked.mock.lastCall?.[1]).toMatchObject({
    filters: JSON.stringify([{ dimension: 'account', operator: '=', values: ['acme'] }]),
  });
  expect((await datasource.getTagKeys()).map(({ value }) => value)).toContain('denialReason');
});

test('a variable asks for the values of one dimension', () => {
  expect(
    parseQuestion({ ...asValues({ groupBy: ['feature'] }), filters: query('acme').filters }).question,
  ).toMatchObject({
    measure: 'dimensionValues',
    groupBy: ['feature'],
  });
});
