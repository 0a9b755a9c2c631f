import { FieldType, type DataFrame, type Field } from '@grafana/data';
import { withLinks } from './links.ts';

const field = (name: string, rest: Partial<Field> = {}): Field => ({
  name,
  type: FieldType.string,
  config: {},
  values: [],
  ...rest,
});
const frame = (...fields: Field[]): DataFrame => ({ fields, length: 0 });
const urls = (one: DataFrame): (string | undefined)[][] =>
  one.fields.map(({ config }) => (config.links ?? []).map(({ url }) => url));

test('cells lead one step deeper, and a feature takes its account along', () => {
  expect(urls(withLinks(frame(field('account'), field('feature'), field('value'))))).toEqual([
    ['/d/la-customer?var-account=${__value.text:percentencode}&${__url_time_range}'],
    [
      '/d/la-feature?var-feature=${__value.text:percentencode}&var-account=${__data.fields.account:percentencode}&${__url_time_range}',
    ],
    [],
  ]);
  expect(urls(withLinks(frame(field('feature'))))[0]?.[0]).not.toContain('var-account');
});

test('series lead there by their labels; links that are there stay', () => {
  const links = [{ title: 'own', url: '/x' }];
  const value = field('value', { labels: { server: 'lic01', project: 'apollo' }, config: { links } });
  expect(urls(withLinks(frame(field('time'), value)))).toEqual([
    [],
    ['/x', '/d/la-servers?var-server=${__field.labels.server:percentencode}&${__url_time_range}'],
  ]);
});

test('filters and data source of the dashboard go along, but for what the link sets itself', () => {
  const [url] = urls(withLinks(frame(field('account'), field('value')), ['datasource', 'account', 'model']))[0] ?? [];
  expect(url).toBe(
    '/d/la-customer?var-account=${__value.text:percentencode}&${datasource:queryparam}&${model:queryparam}&${__url_time_range}',
  );
});

test('a person and a reason lead to the single events', () => {
  for (const name of ['user', 'host', 'client', 'denialReason', 'denialFamily'])
    expect(urls(withLinks(frame(field(name), field('feature'))))[0]?.[0]).toBe(
      `/d/la-events?var-${name}=\${__value.text:percentencode}&var-feature=\${__data.fields.feature:percentencode}&\${__url_time_range}`,
    );
});
