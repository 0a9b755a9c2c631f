import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Text } from '@grafana/ui';
import type { MeasureGroup } from '../../query/measures/measure.ts';
import { measureGroups } from '../../query/measures/measure.ts';
import type { MeasureName } from '../../query/measures/registry.ts';
import { measures } from '../../query/measures/registry.ts';
import { Choice } from './Choice.tsx';

/** What other editors ask for: marks on the time axis, and what a variable can be set to. */
const elsewhere: readonly MeasureGroup[] = ['Annotations', 'Variables'];

/** A unit of Grafana's in words; none for plain numbers, text and time. */
function unitName(unit: string | undefined): string | undefined {
  switch (unit) {
    case 'percent':
      return t('query.unit.percent', 'In %.');
    case 'h':
      return t('query.unit.hours', 'In hours.');
    case 'd':
      return t('query.unit.days', 'In days.');
    case 's':
      return t('query.unit.seconds', 'In seconds.');
    default:
      return undefined;
  }
}

const optionsOf = () =>
  measureGroups
    .filter((group) => !elsewhere.includes(group))
    .flatMap((group) => measures.filter((measure) => measure.group === group))
    .map(({ name, title, help, group, columns, valueColumn }) => {
      const unit = unitName(columns.find((column) => column.name === valueColumn)?.unit);
      return { value: name, label: title, group, description: unit === undefined ? help : `${help} ${unit}` };
    });

/** What to measure: searchable, grouped, each with a line of help. */
export function MeasureField({
  id,
  measure,
  onChange,
}: {
  readonly id: string;
  readonly measure: MeasureName | undefined;
  readonly onChange: (measure: MeasureName) => void;
}) {
  const options = optionsOf();
  const help = options.find((option) => option.value === measure)?.description;
  return (
    <EditorField label={t('query.measure.label', 'Measure')} htmlFor={id}>
      <div>
        <Choice
          id={id}
          name={t('query.measure.label', 'Measure')}
          width={64}
          placeholder={t('query.measure.placeholder', 'Choose a measure')}
          options={options}
          value={measure ?? null}
          onChange={({ value }) => onChange(value)}
        />
        <Text element="p" variant="bodySmall">
          {help ?? t('query.measure.help', 'What to ask for.')}
        </Text>
      </div>
    </EditorField>
  );
}
