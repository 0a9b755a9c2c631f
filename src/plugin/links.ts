import type { DataFrame, DataLink, Field } from '@grafana/data';
import { t } from '@grafana/i18n';

/** Dashboards that cells and series lead to (made by `dashboards/`), by the dimension that is clicked. */
const targets = () =>
  ({
    account: { title: t('link.customer', 'Customer …'), uid: 'la-customer' },
    product: { title: t('link.product', 'Utilization of the product …'), uid: 'la-utilization' },
    feature: { title: t('link.feature', 'Feature …'), uid: 'la-feature' },
    server: { title: t('link.server', 'License server …'), uid: 'la-servers' },
    user: { title: t('link.events', 'All events …'), uid: 'la-events' },
    host: { title: t('link.events', 'All events …'), uid: 'la-events' },
    client: { title: t('link.events', 'All events …'), uid: 'la-events' },
    denialFamily: { title: t('link.events', 'All events …'), uid: 'la-events' },
    denialReason: { title: t('link.events', 'All events …'), uid: 'la-events' },
  }) as const;
const linked = [
  'account',
  'product',
  'feature',
  'server',
  'user',
  'host',
  'client',
  'denialFamily',
  'denialReason',
] as const satisfies readonly (keyof ReturnType<typeof targets>)[];
type Linked = (typeof linked)[number];

/** What the clicked value belongs to: it goes along where the row or the labels name it. */
const belongsTo: Readonly<Record<Linked, readonly Linked[]>> = {
  account: [],
  product: ['account'],
  feature: ['account'],
  server: ['account'],
  user: ['account', 'feature'],
  host: ['account', 'feature'],
  client: ['account', 'feature'],
  denialFamily: ['account', 'feature'],
  denialReason: ['account', 'feature'],
};

/**
 * Adds links for drilling down to cells and series that name one of the dimensions above. Links that are there already stay. The
 * time range is kept, and the dashboard's `variables` (names), as far as the link does not set them itself.
 */
export function withLinks(frame: DataFrame, variables: readonly string[] = []): DataFrame {
  const columns = frame.fields.map((field) => field.name);
  return { ...frame, fields: frame.fields.map((field) => withFieldLinks(field, columns, variables)) };
}

function withFieldLinks(field: Field, columns: readonly string[], variables: readonly string[]): Field {
  const link = (dimension: Linked, value: (dimension: Linked) => string | undefined): DataLink => {
    const { title, uid } = targets()[dimension];
    const set = [dimension, ...belongsTo[dimension]].flatMap((one) => {
      const text = value(one);
      return text === undefined ? [] : [[one, text] as const];
    });
    const kept = variables.filter((name) => !set.some(([one]) => one === name));
    const parameters = [
      ...set.map(([one, text]) => `var-${one}=${text}`),
      ...kept.map((name) => `\${${name}:queryparam}`),
      '${__url_time_range}',
    ];
    return { title, url: `/d/${uid}?${parameters.join('&')}` };
  };
  const { name, labels } = field;
  const own = isLinked(name)
    ? [
        link(name, (one) =>
          one === name
            ? '${__value.text:percentencode}'
            : columns.includes(one)
              ? `\${__data.fields.${one}:percentencode}`
              : undefined,
        ),
      ]
    : linked
        .filter((dimension) => labels?.[dimension] !== undefined)
        .map((dimension) =>
          link(dimension, (one) =>
            labels?.[one] === undefined ? undefined : `\${__field.labels.${one}:percentencode}`,
          ),
        );
  if (own.length === 0) return field;
  return { ...field, config: { ...field.config, links: [...(field.config.links ?? []), ...own] } };
}

const isLinked = (name: string): name is Linked => linked.some((dimension) => dimension === name);
