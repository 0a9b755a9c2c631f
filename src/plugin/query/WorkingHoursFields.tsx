import { t } from '@grafana/i18n';
import { EditorField, EditorFieldGroup } from '@grafana/plugin-ui';
import { InlineSwitch } from '@grafana/ui';
import type { Weekday } from '../../query/question.ts';
import { weekdays } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { MultiChoice } from './Choice.tsx';
import { Committed } from './Committed.tsx';

type Hours = NonNullable<LicenseQuery['workingHours']>;
const start: Hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };
const names = (): Readonly<Record<Weekday, string>> => ({
  mon: t('query.day.mon', 'Mon'),
  tue: t('query.day.tue', 'Tue'),
  wed: t('query.day.wed', 'Wed'),
  thu: t('query.day.thu', 'Thu'),
  fri: t('query.day.fri', 'Fri'),
  sat: t('query.day.sat', 'Sat'),
  sun: t('query.day.sun', 'Sun'),
});

/** Only these hours count, in the question's time zone. */
export function WorkingHoursFields({
  hours,
  onChange,
}: {
  readonly hours: Hours | undefined;
  readonly onChange: (hours: Hours | undefined) => void;
}) {
  const clock = (name: 'from' | 'to', label: string, spoken: string) => (
    <EditorField label={label}>
      <Committed
        aria-label={spoken}
        width={10}
        value={hours?.[name] ?? start[name] ?? ''}
        placeholder={start[name]}
        onCommit={(typed) => onChange({ ...hours, [name]: withZeros(typed) })}
      />
    </EditorField>
  );
  return (
    <EditorFieldGroup>
      <EditorField
        label={t('query.hours.label', 'Working hours only')}
        tooltip={t('query.hours.tooltip', 'A peak at night, made by a build server, is not the peak that matters.')}
      >
        <InlineSwitch
          aria-label={t('query.hours.label', 'Working hours only')}
          value={hours !== undefined}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? start : undefined)}
        />
      </EditorField>
      {hours !== undefined && (
        <>
          <EditorField label={t('query.hours.days', 'Days')}>
            <MultiChoice
              name={t('query.hours.working-days', 'Working days')}
              width={62}
              options={weekdays.map((value) => ({ value, label: names()[value] }))}
              value={[...(hours.days ?? start.days ?? [])]}
              onChange={(chosen) => {
                const days = chosen.map(({ value }) => value);
                if (days.length > 0) onChange({ ...hours, days });
              }}
            />
          </EditorField>
          {clock('from', t('query.hours.from', 'From'), t('query.hours.from-spoken', 'Working hours from'))}
          {clock('to', t('query.hours.to', 'To'), t('query.hours.to-spoken', 'Working hours to'))}
        </>
      )}
    </EditorFieldGroup>
  );
}

/** `8` and `8:30` are meant as 08:00 and 08:30; anything else stays, and the question says what it expects. */
function withZeros(typed: string): string {
  const [, hour, minute = '00'] = /^\s*(\d{1,2})(?::(\d\d))?\s*$/.exec(typed) ?? [];
  return hour === undefined ? typed : `${hour.padStart(2, '0')}:${minute}`;
}
