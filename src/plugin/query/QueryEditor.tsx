import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { Alert, Text } from '@grafana/ui';
import { useId, useState } from 'react';
import { dimensionTitles, groupings as allGroupings, isAboutProducts, isCalendar } from '../../query/dimensions.ts';
import { countsDenials, knowsPools } from '../../query/measures/measure.ts';
import { measureNames, measureOf } from '../../query/measures/registry.ts';
import { currentSchemaVersion, canTally, whyImpossible } from '../../query/question.ts';
import type { DataSource } from '../datasource.ts';
import { forwarded } from '../migrate.ts';
import type { LicenseQuery, Options } from '../types.ts';
import { readingOf, withMeasure, withShape } from './change.ts';
import { DenialFields } from './DenialFields.tsx';
import { FilterFields } from './FilterFields.tsx';
import { MeasureField } from './MeasureField.tsx';
import { PackagesField } from './PackagesField.tsx';
import { PoolSizeFields } from './PoolSizeFields.tsx';
import { ShapeFields } from './ShapeFields.tsx';
import { TallyField } from './TallyField.tsx';
import { ThresholdField } from './ThresholdField.tsx';
import { useFirstQuestion } from './first-question.ts';
import { WorkingHoursFields } from './WorkingHoursFields.tsx';
import { MultiChoice } from './Choice.tsx';

type Props = QueryEditorProps<DataSource, LicenseQuery, Options>;

const unitSuffix: Readonly<Record<string, string>> = { percent: '%', h: 'h', s: 's', d: 'd' };

/**
 * The question, field by field, and in words under it. A saved question that cannot be asked says why, and stays as it is
 * until something is changed.
 */
export function QueryEditor(props: Props) {
  const { query: saved, datasource, range, onChange, onRunQuery } = props;
  const query = forwarded(saved);
  const id = useId();
  const [dropped, setDropped] = useState<readonly string[]>([]);
  const measure =
    query.measure !== undefined && measureNames.includes(query.measure) ? measureOf(query.measure) : undefined;
  const save = (next: { readonly query: LicenseQuery; readonly dropped: readonly string[] }): void => {
    setDropped(next.dropped);
    onChange({ ...next.query, schemaVersion: currentSchemaVersion });
    onRunQuery();
  };
  const change = (changed: Partial<LicenseQuery>): void => save({ query: { ...query, ...changed }, dropped: [] });
  useFirstQuestion(props);
  const reading = query.measure === undefined ? undefined : readingOf(query);
  const unit = measure?.columns.find(({ name }) => name === measure.valueColumn)?.unit ?? '';
  const groupings = allGroupings.filter(
    (grouping) =>
      measure !== undefined &&
      whyImpossible(measure, 'groupBy', grouping) === undefined &&
      (query.shape !== 'timeSeries' || !isCalendar(grouping)),
  );
  return (
    <EditorRows>
      <EditorRow>
        <MeasureField
          id={`${id}-measure`}
          measure={measure?.name}
          onChange={(name) => save(withMeasure(query, name))}
        />
        {groupings.length > 0 && (
          <EditorField
            label={t('query.group.label', 'Per')}
            tooltip={t('query.group.tooltip', 'One row or series for each value of these.')}
          >
            <MultiChoice
              name={t('query.group.label', 'Per')}
              width={56}
              isClearable
              placeholder={t('query.group.placeholder', 'everything together')}
              options={groupings.map((value) => ({ value, label: dimensionTitles[value] }))}
              value={[...(query.groupBy ?? [])]}
              onChange={(chosen) => change({ groupBy: chosen.map(({ value }) => value), orderBy: undefined })}
            />
          </EditorField>
        )}
        {measure !== undefined && measure.kind !== 'listing' && (
          <ThresholdField
            having={query.having}
            unit={unitSuffix[unit] ?? ''}
            onChange={(having) => change({ having })}
          />
        )}
        {measure !== undefined && knowsPools(measure) && (
          <PoolSizeFields poolSize={query.poolSize} onChange={(poolSize) => change({ poolSize })} />
        )}
        {measure?.knowsPackages === true &&
          (query.packages !== undefined || isAboutProducts(query.groupBy ?? [], query.filters ?? [])) && (
            <PackagesField packages={query.packages} onChange={(packages) => change({ packages })} />
          )}
        {measure !== undefined && (query.tally === true || canTally(measure, query.groupBy)) && (
          <TallyField tally={query.tally} onChange={(tally) => change({ tally })} />
        )}
      </EditorRow>
      {measure !== undefined && (
        <>
          <EditorRow>
            <EditorField
              label={t('query.filter.label', 'Where')}
              tooltip={t('query.filter.tooltip', 'All conditions must hold. No value, or All, is no condition.')}
            >
              <FilterFields
                datasource={datasource}
                filters={query.filters ?? []}
                range={range}
                measure={measure}
                onChange={(filters) => change({ filters })}
              />
            </EditorField>
          </EditorRow>
          <EditorRow>
            <ShapeFields
              query={query}
              measure={measure}
              onShape={(shape) => save(withShape(query, shape))}
              onChange={change}
            />
            <WorkingHoursFields hours={query.workingHours} onChange={(workingHours) => change({ workingHours })} />
          </EditorRow>
          {countsDenials(measure) && (
            <DenialFields
              denials={query.denials}
              countsUnsupported={measure.countsUnsupported}
              onChange={(denials) => change({ denials })}
            />
          )}
        </>
      )}
      <div role="status" aria-live="polite">
        {dropped.length > 0 && (
          <Text element="p" variant="bodySmall" color="warning">
            {t('query.dropped', 'Taken out, since this measure does not have it: {{what}}.', {
              what: dropped.join(', '),
              interpolation: { escapeValue: false },
            })}
          </Text>
        )}
        {reading !== undefined && 'sentence' in reading && (
          <Text element="p" variant="bodySmall">
            {reading.sentence}
          </Text>
        )}
        {reading !== undefined && 'problem' in reading && (
          <Alert severity="warning" title={t('query.problem', 'This question cannot be asked')}>
            {reading.problem}
          </Alert>
        )}
      </div>
    </EditorRows>
  );
}
