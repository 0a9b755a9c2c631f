import { t } from '@grafana/i18n';
import { EditorField, EditorFieldGroup } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import type { Measure } from '../../query/measures/measure.ts';
import type { BucketSize, Shape } from '../../query/question.ts';
import { answerColumns, bucketSizes, usualOrder } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { BeforeField } from './BeforeField.tsx';
import { TimeZoneField } from './TimeZoneField.tsx';
import { Choice } from './Choice.tsx';
import { Committed } from './Committed.tsx';

const bucketNames = (): Readonly<Record<'auto' | BucketSize, string>> => ({
  auto: t('query.bucket.auto', 'Automatic'),
  '5m': t('query.bucket.5m', '5 minutes'),
  '15m': t('query.bucket.15m', '15 minutes'),
  '1h': t('query.bucket.1h', 'Hour'),
  '1d': t('query.bucket.1d', 'Day'),
  '1w': t('query.bucket.1w', 'Week'),
  '1mo': t('query.bucket.1mo', 'Month'),
});

/** Over time or as a table, in which steps and time zone, in which order, and how much of it. */
export function ShapeFields({
  query,
  measure,
  onShape,
  onChange,
}: {
  readonly query: LicenseQuery;
  readonly measure: Measure;
  readonly onShape: (shape: Shape) => void;
  readonly onChange: (changed: Partial<LicenseQuery>) => void;
}) {
  const shape = query.shape ?? 'table';
  const isSeries = shape === 'timeSeries';
  const most = isSeries ? t('query.limit.series', 'Series at most') : t('query.limit.rows', 'Rows at most');
  const name = query.measure ?? 'usagePercentage';
  const orders = answerColumns({ measure: name, groupBy: query.groupBy ?? [], shape: 'table' }).flatMap((column) =>
    ['desc', 'asc'].map((direction) => ({ value: `${column} ${direction}`, label: `${column} ${direction}` })),
  );
  return (
    <EditorFieldGroup>
      <EditorField label={t('query.shape.label', 'Show as')}>
        <RadioButtonGroup<Shape>
          aria-label={t('query.shape.label', 'Show as')}
          options={[
            { value: 'timeSeries', label: t('query.shape.time-series', 'Time series') },
            { value: 'table', label: t('query.shape.table', 'Table') },
          ]}
          disabledOptions={measure.kind === 'series+table' ? [] : ['timeSeries']}
          value={shape}
          onChange={onShape}
        />
      </EditorField>
      {isSeries && <BeforeField before={query.before} onChange={(before) => onChange({ before })} />}
      {isSeries && query.before === undefined && (
        <EditorField label={t('query.bucket.label', 'One figure per')}>
          <Choice
            name={t('query.bucket.label', 'One figure per')}
            width={16}
            options={(['auto', ...bucketSizes] as const).map((value) => ({ value, label: bucketNames()[value] }))}
            value={query.bucket ?? 'auto'}
            onChange={({ value }) => onChange({ bucket: value })}
          />
        </EditorField>
      )}
      <EditorField
        label={t('query.timezone.label', 'Time zone')}
        tooltip={t('query.timezone.tooltip', 'Where days, weeks, months and working hours begin.')}
      >
        <TimeZoneField timezone={query.timezone} onChange={(timezone) => onChange({ timezone })} />
      </EditorField>
      {!isSeries && (
        <EditorField label={t('query.order.label', 'Order')}>
          <Choice
            name={t('query.order.label', 'Order')}
            width={24}
            isClearable
            placeholder={usualOrder(measure, query.groupBy ?? [])}
            options={orders}
            value={query.orderBy ?? null}
            onChange={(chosen) => onChange({ orderBy: chosen?.value })}
          />
        </EditorField>
      )}
      <EditorField label={most}>
        <Committed
          aria-label={most}
          type="number"
          min={1}
          width={12}
          placeholder="1000"
          value={query.limit === undefined ? '' : String(query.limit)}
          onCommit={(typed) => {
            const limit = Math.round(Number(typed));
            onChange({ limit: typed === '' || !(limit >= 1) ? undefined : limit });
          }}
        />
      </EditorField>
    </EditorFieldGroup>
  );
}
