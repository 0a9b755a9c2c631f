import type { QueryEditorHelpProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { DataSource } from '../datasource.ts';
import type { LicenseQuery } from '../types.ts';
import { examples } from './examples.ts';

/** Help beside the query editor: examples that a click puts into the query. */
export function QueryHelp({ datasource, onClickExample }: QueryEditorHelpProps<LicenseQuery>) {
  const timezone = datasource instanceof DataSource ? datasource.timezone : undefined;
  return (
    <Stack direction="column" gap={2}>
      <Text element="h2" variant="h4">
        {t('help.title', 'Questions to begin with')}
      </Text>
      {examples().map(({ title, text, query }) => (
        <Stack key={title} direction="column" gap={0.5} alignItems="flex-start">
          <Button
            variant="secondary"
            fill="text"
            onClick={() =>
              onClickExample({ refId: 'A', ...query, ...(timezone !== undefined && timezone !== '' && { timezone }) })
            }
          >
            {title}
          </Button>
          <Text>{text}</Text>
        </Stack>
      ))}
    </Stack>
  );
}
