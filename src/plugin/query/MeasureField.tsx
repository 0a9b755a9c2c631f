import { EditorField } from '@grafana/plugin-ui';

import type { MeasureGroup } from '../../query/measures/measure.ts';
import { measureGroups } from '../../query/measures/measure.ts';
import type { MeasureName } from '../../query/measures/registry.ts';
import { measures } from '../../query/measures/registry.ts';
import { Choice } from './Choice.tsx';

/** What other editors ask for: marks on the time axis, and what a variable can be set to. */
const elsewhere: readonly MeasureGroup[] = ['Annotations', 'Variables'];

const unitNames: Readonly<Record<string, string>> = { percent: '%', h: 'hours', s: 'seconds' };

const options = measureGroups
  .filter((group) => !elsewhere.includes(group))
  .flatMap((group) => measures.filter((measure) => measure.group === group))
  .map(({ name, title, help, group, columns, valueColumn }) => {
    const unit = unitNames[columns.find((column) => column.name === valueColumn)?.unit ?? ''];
    return { value: name, label: title, group, description: unit === undefined ? help : `${help} In ${unit}.` };
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
  const help = options.find((option) => option.value === measure)?.description;
  return (
    <EditorField label="Measure" tooltip={help ?? 'What to ask for.'} htmlFor={id}>
      <Choice
        id={id}
        name="Measure"
        width={36}
        placeholder="Choose a measure"
        options={options}
        value={measure ?? null}
        onChange={({ value }) => onChange(value)}
      />
    </EditorField>
  );
}
