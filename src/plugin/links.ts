import type { DataFrame, DataLink, Field } from '@grafana/data';
import { t } from '@grafana/i18n';

/** Dashboards that cells and series lead to (made by `dashboards/`), by the dimension that is clicked. */
const targets = () =>
  ({
    account: { title: t('link.customer', 'Customer …'), uid: 'la-customer' },
    feature: { title: t('link.feature', 'Feature …'), uid: 'la-feature' },
    server: { title: t('link.server', 'License server …'), uid: 'la-servers' },
  }) as const;
const linked = ['account', 'feature', 'server'] as const;
type Linked = (typeof linked)[number];

/**
 * Adds links for drilling down: cells of the columns account, feature and server, and series with such labels. A feature takes
 * its account along where the row or the labels name it. Links that are there already stay; the time range is kept.
 */
export function withLinks(frame: DataFrame): DataFrame {
  const columns = frame.fields.map((field) => field.name);
  return { ...frame, fields: frame.fields.map((field) => withFieldLinks(field, columns)) };
}

function withFieldLinks(field: Field, columns: readonly string[]): Field {
  const own = isLinked(field.name)
    ? [
        link(
          field.name,
          '${__value.text:percentencode}',
          columns.includes('account') ? '${__data.fields.account:percentencode}' : undefined,
        ),
      ]
    : linked
        .filter((dimension) => field.labels?.[dimension] !== undefined)
        .map((dimension) =>
          link(
            dimension,
            `\${__field.labels.${dimension}:percentencode}`,
            field.labels?.['account'] === undefined ? undefined : '${__field.labels.account:percentencode}',
          ),
        );
  if (own.length === 0) return field;
  return { ...field, config: { ...field.config, links: [...(field.config.links ?? []), ...own] } };
}

const isLinked = (name: string): name is Linked => linked.some((dimension) => dimension === name);

function link(dimension: Linked, value: string, account: string | undefined): DataLink {
  const { title, uid } = targets()[dimension];
  const ofAccount = dimension === 'feature' && account !== undefined ? `&var-account=${account}` : '';
  return { title, url: `/d/${uid}?var-${dimension}=${value}${ofAccount}&\${__url_time_range}` };
}
