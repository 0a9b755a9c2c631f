import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { mostBefore } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { Committed } from './Committed.tsx';

/** A point for each of so many time ranges before the one that is shown, instead of buckets. */
export function BeforeField({
  before,
  onChange,
}: {
  readonly before: LicenseQuery['before'];
  readonly onChange: (before: number | undefined) => void;
}) {
  const label = t('query.before.label', 'Time ranges before');
  return (
    <EditorField
      label={label}
      tooltip={t(
        'query.before.tooltip',
        'Instead of steps: one figure for the time range, and one for each of so many of the same length before it.',
      )}
    >
      <Committed
        aria-label={label}
        type="number"
        min={1}
        max={mostBefore}
        width={12}
        placeholder={t('query.before.none', 'none')}
        value={before === undefined ? '' : String(before)}
        onCommit={(typed) => {
          const ranges = Math.round(Number(typed));
          onChange(typed === '' || !(ranges >= 1) ? undefined : Math.min(ranges, mostBefore));
        }}
      />
    </EditorField>
  );
}
