import type { QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import type { LicenseQuery } from '../types.ts';
import { examples } from './examples.ts';

/** Help beside the query editor: examples that a click puts into the query. */
export function QueryHelp({ onClickExample }: QueryEditorHelpProps<LicenseQuery>) {
  return (
    <Stack direction="column" gap={2}>
      <Text element="h2" variant="h4">
        Questions to begin with
      </Text>
      {examples.map(({ title, text, query }) => (
        <Stack key={title} direction="column" gap={0.5} alignItems="flex-start">
          <Button variant="secondary" fill="text" onClick={() => onClickExample({ refId: 'A', ...query })}>
            {title}
          </Button>
          <Text>{text}</Text>
        </Stack>
      ))}
    </Stack>
  );
}
