import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Stack } from '@grafana/ui';
import type { LicenseQuery } from '../types.ts';
import { Committed } from './Committed.tsx';

type PoolSize = NonNullable<LicenseQuery['poolSize']>;

/** Only use of pools of this size; an empty field is no limit. */
export function PoolSizeFields({
  poolSize = {},
  onChange,
}: {
  readonly poolSize: LicenseQuery['poolSize'];
  readonly onChange: (poolSize: PoolSize | undefined) => void;
}) {
  const limit = (name: keyof PoolSize, label: string, placeholder: string) => (
    <Committed
      aria-label={label}
      type="number"
      min={0}
      width={14}
      placeholder={placeholder}
      value={poolSize[name] === undefined ? '' : String(poolSize[name])}
      onCommit={(typed) => {
        const value = typed.trim() === '' ? undefined : Number(typed);
        if (value !== undefined && !(value >= 0 && Number.isFinite(value))) return;
        const limits = Object.entries({ ...poolSize, [name]: value }).filter(([, size]) => size !== undefined);
        onChange(limits.length === 0 ? undefined : Object.fromEntries(limits));
      }}
    />
  );
  return (
    <EditorField
      label={t('query.pool-size.label', 'Licenses bought')}
      tooltip={t(
        'query.pool-size.tooltip',
        'Only while so many licenses were bought: pools of one or two are full at every use.',
      )}
    >
      <Stack direction="row" gap={0.5}>
        {limit(
          'atLeast',
          t('query.pool-size.at-least', 'Licenses bought, at least'),
          t('query.pool-size.from', 'at least'),
        )}
        {limit('atMost', t('query.pool-size.at-most', 'Licenses bought, at most'), t('query.pool-size.to', 'at most'))}
      </Stack>
    </EditorField>
  );
}
