import { t } from '@grafana/i18n';
import { Choice } from './Choice.tsx';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((value) => ({
  value,
}));

/** An IANA time zone, UTC when none was chosen. Grafana's own picker also offers "browser", which the server cannot know. */
export function TimeZoneField({
  id,
  timezone = 'UTC',
  onChange,
}: {
  readonly id?: string;
  readonly timezone: string | undefined;
  readonly onChange: (timezone: string) => void;
}) {
  return (
    <Choice
      {...(id !== undefined && { id })}
      name={t('query.timezone.label', 'Time zone')}
      width={28}
      options={zones}
      value={timezone}
      onChange={({ value }) => onChange(value)}
    />
  );
}
