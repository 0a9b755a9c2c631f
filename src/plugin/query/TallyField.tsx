import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import { Switch } from '@grafana/ui';
import type { LicenseQuery } from '../types.ts';

/** How many rows there are, instead of the rows. */
export function TallyField({
  tally = false,
  onChange,
}: {
  readonly tally: LicenseQuery['tally'];
  readonly onChange: (tally: true | undefined) => void;
}) {
  const label = t('query.tally.label', 'Count rows');
  return (
    <EditorField
      label={label}
      tooltip={t(
        'query.tally.tooltip',
        'How many rows pass the threshold, and of how many: "27 of 84" customers. Instead of the rows.',
      )}
    >
      <Switch
        aria-label={label}
        value={tally}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? true : undefined)}
      />
    </EditorField>
  );
}
