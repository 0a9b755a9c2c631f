import { EditorField, EditorFieldGroup } from '@grafana/plugin-ui';
import { InlineSwitch, Input } from '@grafana/ui';
import { weekdays } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { MultiChoice } from './Choice.tsx';

type Hours = NonNullable<LicenseQuery['workingHours']>;
const start: Hours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' };
const names = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' } as const;

/** Only these hours count, in the question's time zone. */
export function WorkingHoursFields({
  hours,
  onChange,
}: {
  readonly hours: Hours | undefined;
  readonly onChange: (hours: Hours | undefined) => void;
}) {
  const clock = (name: 'from' | 'to', label: string) => (
    <EditorField label={label}>
      <Input
        aria-label={`Working hours ${label.toLowerCase()}`}
        width={10}
        defaultValue={hours?.[name] ?? start[name]}
        placeholder={start[name]}
        onBlur={({ currentTarget }) => onChange({ ...start, ...hours, [name]: currentTarget.value })}
      />
    </EditorField>
  );
  return (
    <EditorFieldGroup>
      <EditorField
        label="Working hours only"
        tooltip="A peak at night, made by a build server, is not the peak that matters."
      >
        <InlineSwitch
          aria-label="Working hours only"
          value={hours !== undefined}
          onChange={({ currentTarget }) => onChange(currentTarget.checked ? start : undefined)}
        />
      </EditorField>
      {hours !== undefined && (
        <>
          <EditorField label="Days">
            <MultiChoice
              name="Working days"
              width={36}
              options={weekdays.map((value) => ({ value, label: names[value] }))}
              value={[...(hours.days ?? start.days ?? [])]}
              onChange={(chosen) => {
                const days = chosen.map(({ value }) => value);
                if (days.length > 0) onChange({ ...hours, days });
              }}
            />
          </EditorField>
          {clock('from', 'From')}
          {clock('to', 'To')}
        </>
      )}
    </EditorFieldGroup>
  );
}
