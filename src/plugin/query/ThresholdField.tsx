import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Stack } from '@grafana/ui';
import { havingOperators } from '../../query/question.ts';
import type { QueryHaving as Having } from '../types.ts';
import { Choice } from './Choice.tsx';
import { Committed } from './Committed.tsx';

const words = (): Readonly<Record<(typeof havingOperators)[number], string>> => ({
  '>=': t('query.threshold.at-or-over', 'at or over'),
  '>': t('query.threshold.over', 'over'),
  '<=': t('query.threshold.at-or-under', 'at or under'),
  '<': t('query.threshold.under', 'under'),
  '=': t('query.threshold.exactly', 'exactly'),
  '!=': t('query.threshold.not', 'not'),
});

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
      label={t('query.threshold.label', 'Only')}
      tooltip={t(
        'query.threshold.tooltip',
        'Keeps rows whose figure passes; in a time series, series any of whose points passes. A number, or a variable such as $atLeast.',
      )}
    >
      <Stack direction="row" gap={0.5}>
        <Choice
          name={t('query.threshold.operator', 'Threshold operator')}
          width={16}
          isClearable
          placeholder={t('query.threshold.placeholder', 'everything')}
          options={havingOperators.map((value) => ({ value, label: words()[value] }))}
          value={having?.operator ?? (having === undefined ? null : '>=')}
          onChange={(chosen) =>
            onChange(chosen === null ? undefined : { value: having?.value ?? 80, operator: chosen.value })
          }
        />
        {having !== undefined && (
          <Committed
            aria-label={t('query.threshold.value', 'Threshold')}
            width={12}
            suffix={unit}
            value={String(having.value)}
            onCommit={(typed) => {
              const value = thresholdOf(typed);
              if (value !== undefined) onChange({ ...having, value });
            }}
          />
        )}
      </Stack>
    </EditorField>
  );
}

/** A number, or the name of a dashboard variable; undefined for anything else. */
export function thresholdOf(typed: string): number | string | undefined {
  const text = typed.trim();
  if (/^(?:\$\w+|\$\{[\w:]+\}|\[\[\w+\]\])$/.test(text)) return text;
  return text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
}
