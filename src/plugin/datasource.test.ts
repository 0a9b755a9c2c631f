import {
  CoreApp,
  dateTime,
  FieldType,
  type DataFrame,
  type DataQueryRequest,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import { config, DataSourceWithBackend } from '@grafana/runtime';
import type { TemplateSrv } from '@grafana/runtime';
import { firstValueFrom, of } from 'rxjs';
import { parseQuestion } from '../query/question.ts';
import { DataSource } from './datasource.ts';
import { sharedRange } from './range.ts';
import { asValues } from './variables.ts';
import type { LicenseQuery, Options } from './types.ts';

const range = {
  from: dateTime('2026-03-02T09:30:41Z'),
  to: dateTime('2026-03-02T10:30:41Z'),
  raw: { from: 'now-1h', to: 'now' },
};

/** Dashboard variables as Grafana keeps them; those of `local` belong to a repeated panel. */
const variables: Record<
  string,
  {
    text: string;
    value: unknown;
    multi?: boolean;
    options?: string[];
    type?: 'custom' | 'adhoc';
    includeAll?: boolean;
    label?: string;
  }
> = {
  account: { text: 'acme + borealis (EU)', value: ['acme', 'borealis (EU)'], multi: true },
  server: { text: 'All', value: ['$__all'], multi: true, options: ['lic01', 'lic02'] },
  feature: { text: 'cad', value: 'cad' },
  pattern: { text: '^cad_', value: '^cad_' },
  filters: { text: '', value: '', type: 'adhoc' },
  product: { text: 'All', value: '$__all', options: ['Suite', 'Tools'] },
  atLeast: { text: 'All', value: '$__all', options: ['70', '80', '95'], type: 'custom' },
  sizes: { text: 'All', value: ['$__all'], multi: true, options: ['1', '2'], type: 'custom' },
  customer: { text: 'All', value: '$__all', options: ['acme', 'borealis'], includeAll: false, label: 'Customer' },
  chosen: { text: '80', value: '80', options: ['80'], type: 'custom' },
};
interface Scope {
  readonly local?: Record<string, string>;
}
type Format = (value: unknown, variable: object) => string;
/**
 * As Grafana's scenes replace: a repeated panel's own value first, "All" as every option, formats by name or function. Of custom variables
 * they tell the value as the text too (sceneVariablesSetToVariables.ts).
 */
const templates = {
  getVariables: () =>
    Object.entries(variables).map(([name, { type = 'query', text, value, includeAll = true, label }]) => ({
      name,
      type,
      includeAll,
      label,
      current: { text: type === 'custom' ? value : text, value },
    })),
  replace: (text: string, scoped: Record<string, { value: Scope & string }> = {}, given?: Format) =>
    text.replace(/\$(?:(\w+)|\{(\w+)(?::(\w+))?\})|\[\[(\w+)\]\]/g, (whole, plain, braced, form, bracketed) => {
      const name = String(plain ?? braced ?? bracketed);
      const local = scoped['__sceneObject']?.value.local?.[name];
      const known = local === undefined ? variables[name] : { text: local, value: local, multi: false };
      if (known === undefined) return whole;
      if (form === 'text') return known.text;
      return (given ?? String)(known.options ?? known.value, { multi: known.multi, includeAll: false });
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
  expect(values('$account')).toEqual(['acme', 'borealis (EU)']);
  expect(values('${account}', 'x')).toEqual(['acme', 'borealis (EU)', 'x']);
  expect(values('[[feature]]')).toEqual(['cad']);
  expect(values('pre-$feature')).toEqual(['pre-cad']);
  expect(values('5 $ a month')).toEqual(['5 $ a month']);
});

test('"All" takes the filter away', () => {
  for (const variable of ['$server', '$product', '$atLeast', '${sizes}'])
    expect([variable, datasource.applyTemplateVariables(query(variable), {}).filters]).toEqual([variable, []]);
  expect(values('$chosen')).toEqual(['80']);
  const least = { ...query('$server'), having: { operator: '>=', value: '$atLeast' } } as LicenseQuery;
  expect(datasource.applyTemplateVariables(least, {}).having).toBeUndefined();
  expect(
    datasource.applyTemplateVariables({ ...least, having: { operator: '>=', value: '$chosen' } }, {}),
  ).toHaveProperty('having', { operator: '>=', value: 80 });
});

test('a dashboard about one thing that a link opened for "All" asks to choose one, and shows no figures of all', async () => {
  const sent = jest.spyOn(DataSourceWithBackend.prototype, 'query').mockReturnValue(of({ data: [] }));
  const answer = (variable: string, panelId?: number) => {
    const request = { targets: [query('x'), query(variable)], range, timezone: 'utc', panelId, scopedVars: {} };
    return firstValueFrom(datasource.query(request as unknown as DataQueryRequest<LicenseQuery>));
  };
  expect(await answer('$customer', 3)).toEqual({
    data: [],
    errors: [{ message: 'Choose one for "Customer" above: this dashboard is not about all of them.' }],
  });
  expect(sent).not.toHaveBeenCalled();
  // Others may be "All", and what can be chosen does not wait for a choice.
  expect([await answer('$product', 3), await answer('$customer')]).toEqual([{ data: [] }, { data: [] }]);
  expect(sent).toHaveBeenCalledTimes(2);
  sent.mockRestore();
});

test('a repeated panel stands for its one value, also while the dashboard shows "All"', () => {
  const panel = { __sceneObject: { text: '', value: { local: { server: 'lic01' } } } };
  expect(datasource.applyTemplateVariables(query('$server'), panel).filters?.[0]?.values).toEqual(['lic01']);
});

test('in patterns, values chosen from a list are meant literally, typed ones are patterns', () => {
  const matching = (...given: string[]) =>
    datasource.applyTemplateVariables(
      { refId: 'A', measure: 'events', filters: [{ dimension: 'account', operator: '=~', values: given }] },
      {},
    ).filters?.[0]?.values;
  expect(matching('$account')).toEqual(['acme', 'borealis \\(EU\\)']);
  expect(matching('$pattern', '${pattern:regex}')).toEqual(['^cad_', '\\^cad_']);
  expect(matching('^$account$')).toEqual(['^(acme|borealis \\(EU\\))$']);
});

test('a question of a newer version is sent as saved: the server says what to do', () => {
  const newer = { ...query('x'), schemaVersion: 99 } as unknown as LicenseQuery;
  expect(datasource.applyTemplateVariables(newer, {})).toEqual(newer);
});

test('variables are offered as they are written in a filter; ad-hoc filters are none', () => {
  expect(datasource.variableNames()).toEqual(
    expect.arrayContaining(['$account', '$server', '$feature', '$pattern', '$atLeast']),
  );
  expect(datasource.variableNames()).not.toContain('$filters');
});

test('hidden queries and those that ask nothing are not sent', () => {
  expect(datasource.filterQuery(query())).toBe(true);
  expect(datasource.filterQuery({ ...query(), hide: true })).toBe(false);
  expect(datasource.filterQuery({ refId: 'A' })).toBe(false);
});

test('the first panel asks something useful, in the time zone of the settings', () => {
  const first = datasource.getDefaultQuery(CoreApp.PanelEditor);
  expect(parseQuestion(first).question).toMatchObject({ measure: 'usagePercentage', timezone: 'Europe/Berlin' });
});

test("an alert rule's query begins empty: its form would show the first question without saving it", () => {
  expect(datasource.getDefaultQuery(CoreApp.UnifiedAlerting)).toEqual({});
});

test('values for completion: in the time range, as far as the other filters leave them', async () => {
  const asked = jest
    .spyOn(datasource, 'getResource')
    .mockResolvedValue({ values: [{ value: 'cad', text: 'cad' }], truncated: false });
  const given = { from: dateTime(1000), to: dateTime(2000), raw: { from: '', to: '' } };
  await datasource.dimensionValues('feature', { search: 'c', filters: query('$account').filters ?? [], range: given });
  expect(asked).toHaveBeenLastCalledWith('dimensions/feature/values', {
    search: 'c',
    filters: JSON.stringify([{ dimension: 'account', operator: 'in', values: ['acme', 'borealis (EU)'] }]),
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

test('days and hours are cut in the time zone of the query, else of the data source, else of the dashboard', () => {
  const sent = jest.spyOn(DataSourceWithBackend.prototype, 'query').mockReturnValue(of({ data: [] }));
  const zone = (jsonData: Options, timezone: string, target: Partial<LicenseQuery> = {}): string | undefined => {
    const request = { targets: [{ refId: 'A', measure: 'events', ...target }], range, timezone };
    new DataSource({ ...settings, jsonData }, templates).query(request as DataQueryRequest<LicenseQuery>);
    expect(sent.mock.lastCall?.[0].range).toEqual(sharedRange(range));
    const targets: readonly LicenseQuery[] = sent.mock.lastCall?.[0].targets ?? [];
    return targets[0]?.timezone;
  };
  expect(zone({ timezone: 'Europe/Berlin' }, 'Asia/Tokyo', { timezone: 'America/Lima' })).toBe('America/Lima');
  expect(zone({ timezone: 'Europe/Berlin' }, 'Asia/Tokyo')).toBe('Europe/Berlin');
  expect(zone({}, 'Asia/Tokyo')).toBe('Asia/Tokyo');
  expect(zone({}, 'utc')).toBe('UTC');
  // Tests run in UTC.
  expect(zone({}, 'browser')).toBe('UTC');
  sent.mockRestore();
});

test('public dashboards have no links to dashboards that their readers cannot open', async () => {
  const frame = { fields: [{ name: 'account', type: FieldType.string, config: {}, values: ['acme'] }], length: 1 };
  const sent = jest.spyOn(DataSourceWithBackend.prototype, 'query').mockReturnValue(of({ data: [frame] }));
  const links = async (): Promise<number> => {
    const request = { targets: [{ refId: 'A', measure: 'events' }], range, timezone: 'utc' };
    const { data } = await firstValueFrom(datasource.query(request as DataQueryRequest<LicenseQuery>));
    const [shown] = data as DataFrame[];
    return shown?.fields[0]?.config.links?.length ?? 0;
  };
  expect(await links()).toBe(1);
  config.publicDashboardAccessToken = 'abc';
  expect(await links()).toBe(0);
  config.publicDashboardAccessToken = '';
  sent.mockRestore();
});
