import type { AnnotationQuery, QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { useId } from 'react';
import { measures } from '../../query/measures/registry.ts';
import type { DataSource } from '../datasource.ts';
import type { LicenseQuery, Options } from '../types.ts';
import { withMeasure } from './change.ts';
import { FilterFields } from './FilterFields.tsx';
import { Choice } from './Choice.tsx';

const marks = measures.filter((measure) => measure.group === 'Annotations');

/** Grafana's annotation settings hand these over beside a query editor's own. */
type Props = QueryEditorProps<DataSource, LicenseQuery, Options> & {
  readonly annotation?: AnnotationQuery<LicenseQuery>;
  readonly onAnnotationChange?: (annotation: AnnotationQuery<LicenseQuery>) => void;
};

/** Marks on the time axis: what kind, and for whom. */
export function AnnotationEditor({ query, annotation, onAnnotationChange, datasource, range, onChange }: Props) {
  const id = useId();
  const target = annotation?.target ?? query;
  const change = (changed: LicenseQuery): void => {
    const next: LicenseQuery = { ...changed, schemaVersion: 1, shape: 'table' };
    if (annotation !== undefined && onAnnotationChange !== undefined)
      onAnnotationChange({ ...annotation, target: next });
    else onChange(next);
  };
  const measure = marks.find(({ name }) => name === target.measure) ?? marks[0];
  return (
    <EditorRows>
      <EditorRow>
        <EditorField label={t('annotation.mark', 'Mark')} tooltip={measure?.help ?? ''} htmlFor={id}>
          <Choice
            id={id}
            name={t('annotation.mark', 'Mark')}
            width={64}
            options={marks.map(({ name, title, help }) => ({ value: name, label: title, description: help }))}
            value={measure?.name ?? null}
            onChange={({ value }) => change(withMeasure(target, value).query)}
          />
        </EditorField>
        <EditorField label={t('query.filter.label', 'Where')}>
          <FilterFields
            datasource={datasource}
            filters={target.filters ?? []}
            range={range}
            measure={measure}
            onChange={(filters) => change({ ...target, filters })}
          />
        </EditorField>
      </EditorRow>
    </EditorRows>
  );
}
