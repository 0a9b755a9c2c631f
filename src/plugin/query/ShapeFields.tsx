import { EditorField, EditorFieldGroup } from '@grafana/plugin-ui';
import { Input, RadioButtonGroup } from '@grafana/ui';
import type { Measure } from '../../query/measures/measure.ts';
import type { Shape } from '../../query/question.ts';
import { answerColumns, bucketSizes } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { TimeZoneField } from './TimeZoneField.tsx';
import { Choice } from './Choice.tsx';

const bucketNames = {
  auto: 'Automatic',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': 'Hour',
  '1d': 'Day',
  '1w': 'Week',
  '1mo': 'Month',
} as const;

/** Over time or as a table, in which steps and time zone, in which order, and how much of it. */
export function ShapeFields({
  query,
  measure,
  onChange,
}: {
  readonly query: LicenseQuery;
  readonly measure: Measure;
  readonly onChange: (changed: Partial<LicenseQuery>) => void;
}) {
  const shape = query.shape ?? 'table';
  const isSeries = shape === 'timeSeries';
  const name = query.measure ?? 'usagePercentage';
  const orders = answerColumns({ measure: name, groupBy: query.groupBy ?? [], shape: 'table' }).flatMap((column) =>
    ['desc', 'asc'].map((direction) => ({ value: `${column} ${direction}`, label: `${column} ${direction}` })),
  );
  return (
    <EditorFieldGroup>
      <EditorField label="Show as">
        <RadioButtonGroup<Shape>
          aria-label="Show as"
          options={[
            { value: 'timeSeries', label: 'Time series' },
            { value: 'table', label: 'Table' },
          ]}
          disabledOptions={measure.kind === 'series+table' ? [] : ['timeSeries']}
          value={shape}
          onChange={(value) => onChange({ shape: value })}
        />
      </EditorField>
      {isSeries && (
        <EditorField label="One figure per">
          <Choice
            name="One figure per"
            width={16}
            options={(['auto', ...bucketSizes] as const).map((value) => ({ value, label: bucketNames[value] }))}
            value={query.bucket ?? 'auto'}
            onChange={({ value }) => onChange({ bucket: value })}
          />
        </EditorField>
      )}
      <EditorField label="Time zone" tooltip="Where days, weeks, months and working hours begin.">
        <TimeZoneField timezone={query.timezone} onChange={(timezone) => onChange({ timezone })} />
      </EditorField>
      {!isSeries && (
        <EditorField label="Order">
          <Choice
            name="Order"
            width={24}
            isClearable
            placeholder={measure.defaultOrder}
            options={orders}
            value={query.orderBy ?? null}
            onChange={(chosen) => onChange({ orderBy: chosen?.value })}
          />
        </EditorField>
      )}
      <EditorField label={isSeries ? 'Series at most' : 'Rows at most'}>
        <Input
          aria-label={isSeries ? 'Series at most' : 'Rows at most'}
          type="number"
          min={1}
          width={12}
          placeholder="1000"
          defaultValue={query.limit}
          onBlur={({ currentTarget }) => {
            const limit = Math.round(Number(currentTarget.value));
            onChange({ limit: currentTarget.value === '' || !(limit >= 1) ? undefined : limit });
          }}
        />
      </EditorField>
    </EditorFieldGroup>
  );
}
