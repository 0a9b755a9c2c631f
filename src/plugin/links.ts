import type { DataFrame, DataLink, Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Linked } from '../query/drill-down.ts';
import { belongsTo, drillDown, isLinked, linked } from '../query/drill-down.ts';

/** What the link's menu says; where it leads is `src/query/drill-down.ts`, which pages without Grafana follow too. */
const titles = (): Readonly<Record<Linked, string>> => ({
  account: t('link.customer', 'Customer …'),
  product: t('link.product', 'Utilization of the product …'),
  feature: t('link.feature', 'Feature …'),
  server: t('link.server', 'License server …'),
  user: t('link.events', 'All events …'),
  host: t('link.events', 'All events …'),
  client: t('link.events', 'All events …'),
  denialFamily: t('link.events', 'All events …'),
  denialReason: t('link.events', 'All events …'),
});

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
    return { title: titles()[dimension], url: `/d/${drillDown[dimension]}?${parameters.join('&')}` };
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
