import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { InlineSwitch, Input } from '@grafana/ui';
import type { DenialCount } from '../../query/question.ts';
import { denialCounts } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { Choice } from './Choice.tsx';

type Denials = NonNullable<LicenseQuery['denials']>;

const countHelp: Readonly<Record<DenialCount, string>> = {
  lines: 'Every line, as logged: a client that tries again every second counts every second',
  episodes: 'Lines of one client and pool that follow each other closely are one',
  resolved: 'Episodes after which the client got the feature soon',
  unresolved: 'Episodes after which it did not',
  unknown: 'Episodes too close to the end of the data to tell',
  clients: 'Distinct clients that were denied',
};

/** How denials are counted. */
export function DenialFields({
  denials = {},
  countsUnsupported,
  onChange,
}: {
  readonly denials: LicenseQuery['denials'];
  readonly countsUnsupported: boolean;
  readonly onChange: (denials: Denials) => void;
}) {
  const seconds = (name: 'gapSeconds' | 'resolvedWithinSeconds', label: string, tooltip: string) => (
    <EditorField label={label} tooltip={tooltip}>
      <Input
        aria-label={label}
        type="number"
        min={0}
        width={12}
        suffix="s"
        defaultValue={denials[name] ?? 600}
        onBlur={({ currentTarget }) => {
          const value = Math.max(0, Math.round(Number(currentTarget.value)));
          if (currentTarget.value !== '' && Number.isFinite(value)) onChange({ ...denials, [name]: value });
        }}
      />
    </EditorField>
  );
  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField label="Count denials as">
          <Choice
            name="Count denials as"
            width={20}
            options={denialCounts.map((value) => ({ value, label: value, description: countHelp[value] }))}
            value={denials.count ?? 'episodes'}
            onChange={({ value }) => onChange({ ...denials, count: value })}
          />
        </EditorField>
        {seconds(
          'gapSeconds',
          'One episode within',
          'Denials of one client and pool closer than this are one episode.',
        )}
        {seconds(
          'resolvedWithinSeconds',
          'Resolved within',
          'A checkout this soon after the last denial resolves an episode.',
        )}
        <EditorField
          label="Unsupported too"
          tooltip="Requests for features that the server does not know (UNSUPPORTED)."
        >
          <InlineSwitch
            aria-label="Unsupported too"
            value={denials.unsupported ?? countsUnsupported}
            onChange={({ currentTarget }) => onChange({ ...denials, unsupported: currentTarget.checked })}
          />
        </EditorField>
      </EditorFieldGroup>
    </EditorRow>
  );
}
