import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { useId } from 'react';
import { dimensions, dimensionTitles } from '../../query/dimensions.ts';
import type { DataSource } from '../datasource.ts';
import type { LicenseQuery, Options } from '../types.ts';
import { asValues } from '../variables.ts';
import { FilterFields } from './FilterFields.tsx';
import { Choice } from './Choice.tsx';

/** A dashboard variable: which values, and of what: the features of the account that another variable is set to. */
export function VariableEditor({
  query,
  datasource,
  range,
  onChange,
}: QueryEditorProps<DataSource, LicenseQuery, Options>) {
  const id = useId();
  const question = { ...query, ...asValues(query) };
  return (
    <EditorRows>
      <EditorRow>
        <EditorField label={t('variable.values-of', 'Values of')} htmlFor={id}>
          <Choice
            id={id}
            name={t('variable.values-of', 'Values of')}
            width={24}
            options={dimensions.map((value) => ({ value, label: dimensionTitles[value] }))}
            value={question.groupBy?.[0] ?? 'account'}
            onChange={({ value }) => onChange({ ...question, groupBy: [value] })}
          />
        </EditorField>
        <EditorField
          label={t('query.filter.label', 'Where')}
          tooltip={t('variable.filters-tooltip', 'Other variables may be used: account = $account.')}
        >
          <FilterFields
            datasource={datasource}
            filters={question.filters ?? []}
            range={range}
            onChange={(filters) => onChange({ ...question, filters })}
          />
        </EditorField>
      </EditorRow>
    </EditorRows>
  );
}
