import { t } from '@grafana/i18n';
import { EditorField } from '@grafana/plugin-ui';
import type { DenialsAcross } from '../../query/question.ts';
import { denialsAcross } from '../../query/question.ts';
import { Choice } from './Choice.tsx';

const words = (): Readonly<Record<DenialsAcross, { readonly label: string; readonly description: string }>> => ({
  servers: {
    label: t('query.denials.across-servers', 'All servers of the account'),
    description: t('query.denials.across-servers-help', 'A client that asks one server after the other is one episode'),
  },
  pool: {
    label: t('query.denials.across-pool', 'Each server'),
    description: t('query.denials.across-pool-help', 'One episode for each server and vendor daemon'),
  },
});

/** What one episode of denials reaches over. */
export function DenialsAcrossField({
  across,
  onChange,
}: {
  readonly across: DenialsAcross | undefined;
  readonly onChange: (across: DenialsAcross | undefined) => void;
}) {
  return (
    <EditorField
      label={t('query.denials.across', 'One episode over')}
      tooltip={t('query.denials.across-tooltip', 'What denials of one client are put together over.')}
    >
      <Choice
        name={t('query.denials.across', 'One episode over')}
        width={32}
        isClearable
        placeholder={t('query.denials.across-default', 'as configured')}
        options={denialsAcross.map((value) => ({ value, ...words()[value] }))}
        value={across ?? null}
        onChange={(chosen) => onChange(chosen?.value)}
      />
    </EditorField>
  );
}
