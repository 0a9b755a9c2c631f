import { EditorField } from '@grafana/plugin-ui';
import { Input, Stack } from '@grafana/ui';
import { havingOperators } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { Choice } from './Choice.tsx';

type Having = NonNullable<LicenseQuery['having']>;
const words: Readonly<Record<(typeof havingOperators)[number], string>> = {
  '>=': 'at or over',
  '>': 'over',
  '<=': 'at or under',
  '<': 'under',
  '=': 'exactly',
  '!=': 'not',
};

/** Keeps only rows, or series any of whose points passes. */
export function ThresholdField({
  having,
  unit,
  onChange,
}: {
  readonly having: Having | undefined;
  readonly unit: string;
  readonly onChange: (having: Having | undefined) => void;
}) {
  return (
    <EditorField
      label="Only"
      tooltip="Keeps rows whose figure passes; in a time series, series any of whose points passes."
    >
      <Stack direction="row" gap={0.5}>
        <Choice
          name="Threshold operator"
          width={16}
          isClearable
          placeholder="everything"
          options={havingOperators.map((value) => ({ value, label: words[value] }))}
          value={having?.operator ?? (having === undefined ? null : '>=')}
          onChange={(chosen) =>
            onChange(chosen === null ? undefined : { value: having?.value ?? 80, operator: chosen.value })
          }
        />
        {having !== undefined && (
          <Input
            aria-label="Threshold"
            type="number"
            width={12}
            suffix={unit}
            defaultValue={having.value}
            onBlur={({ currentTarget }) => {
              const value = Number(currentTarget.value);
              if (currentTarget.value !== '' && Number.isFinite(value)) onChange({ ...having, value });
            }}
          />
        )}
      </Stack>
    </EditorField>
  );
}
