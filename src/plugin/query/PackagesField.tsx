import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Switch } from '@grafana/ui';
import type { LicenseQuery } from '../types.ts';

/** Every checkout of a package and its components, instead of one seat. */
export function PackagesField({
  packages,
  onChange,
}: {
  readonly packages: LicenseQuery['packages'];
  readonly onChange: (packages: 'each' | undefined) => void;
}) {
  const label = t('query.packages.label', 'Count components');
  return (
    <EditorField
      label={label}
      tooltip={t(
        'query.packages.tooltip',
        'Count every checkout of a suite and of its components. Else who has several of them open holds one seat of the product.',
      )}
    >
      <Switch
        aria-label={label}
        value={packages === 'each'}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? 'each' : undefined)}
      />
    </EditorField>
  );
}
