import { t } from '@grafana/i18n';
import { EditorField, EditorFieldGroup, EditorRow } from '@grafana/plugin-ui';
import { InlineSwitch } from '@grafana/ui';
import type { DenialCount } from '../../query/question.ts';
import { denialCounts } from '../../query/question.ts';
import type { LicenseQuery } from '../types.ts';
import { Choice } from './Choice.tsx';
import { Committed } from './Committed.tsx';
import { DenialsAcrossField } from './DenialsAcrossField.tsx';

type Denials = NonNullable<LicenseQuery['denials']>;

const countNames = (): Readonly<Record<DenialCount, { readonly label: string; readonly description: string }>> => ({
  lines: {
    label: t('query.denials.lines', 'Lines'),
    description: t(
      'query.denials.lines-help',
      'Every line, as logged: a client that tries again every second counts every second',
    ),
  },
  episodes: {
    label: t('query.denials.episodes', 'Episodes'),
    description: t(
      'query.denials.episodes-help',
      'Lines of one client for one feature that follow each other closely are one',
    ),
  },
  resolved: {
    label: t('query.denials.resolved', 'Resolved episodes'),
    description: t('query.denials.resolved-help', 'Episodes after which the client got the feature soon'),
  },
  unresolved: {
    label: t('query.denials.unresolved', 'Unresolved episodes'),
    description: t('query.denials.unresolved-help', 'Episodes after which it did not'),
  },
  unknown: {
    label: t('query.denials.unknown', 'Unknown outcome'),
    description: t('query.denials.unknown-help', 'Episodes too close to the end of the data to tell'),
  },
  clients: {
    label: t('query.denials.clients', 'Clients'),
    description: t('query.denials.clients-help', 'Distinct clients that were denied'),
  },
});

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
      <Committed
        aria-label={label}
        type="number"
        min={0}
        width={12}
        suffix="s"
        value={String(denials[name] ?? 600)}
        onCommit={(typed) => {
          const value = Math.max(0, Math.round(Number(typed)));
          if (typed !== '' && Number.isFinite(value)) onChange({ ...denials, [name]: value });
        }}
      />
    </EditorField>
  );
  return (
    <EditorRow>
      <EditorFieldGroup>
        <EditorField label={t('query.denials.label', 'Count denials as')}>
          <Choice
            name={t('query.denials.label', 'Count denials as')}
            width={36}
            options={denialCounts.map((value) => ({ value, ...countNames()[value] }))}
            value={denials.count ?? 'episodes'}
            onChange={({ value }) => onChange({ ...denials, count: value })}
          />
        </EditorField>
        {seconds(
          'gapSeconds',
          t('query.denials.gap', 'One episode within'),
          t('query.denials.gap-tooltip', 'Denials of one client for one feature closer than this are one episode.'),
        )}
        <DenialsAcrossField across={denials.across} onChange={(across) => onChange({ ...denials, across })} />
        {seconds(
          'resolvedWithinSeconds',
          t('query.denials.resolved-within', 'Resolved within'),
          t('query.denials.resolved-within-tooltip', 'A checkout this soon after the last denial resolves an episode.'),
        )}
        <EditorField
          label={t('query.denials.unsupported', 'Unsupported too')}
          tooltip={t(
            'query.denials.unsupported-tooltip',
            'Requests for features that the server does not know (UNSUPPORTED).',
          )}
        >
          <InlineSwitch
            aria-label={t('query.denials.unsupported', 'Unsupported too')}
            value={denials.unsupported ?? countsUnsupported}
            onChange={({ currentTarget }) => onChange({ ...denials, unsupported: currentTarget.checked })}
          />
        </EditorField>
      </EditorFieldGroup>
    </EditorRow>
  );
}
