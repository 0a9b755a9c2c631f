import type { TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, IconButton, Stack } from '@grafana/ui';
import type { Dimension } from '../../query/dimensions.ts';
import { dimensions, dimensionTitles } from '../../query/dimensions.ts';
import type { Measure } from '../../query/measures/measure.ts';
import { filterOperators, whyImpossible } from '../../query/question.ts';
import type { DataSource } from '../datasource.ts';
import { filterValues } from '../interpolate.ts';
import type { QueryFilter } from '../types.ts';
import { Choice, MultiChoice } from './Choice.tsx';

interface Props {
  readonly datasource: DataSource;
  readonly filters: readonly QueryFilter[];
  readonly range?: TimeRange | undefined;
  /** Filters that it cannot be combined with are not offered. */
  readonly measure?: Measure | undefined;
  readonly onChange: (filters: QueryFilter[]) => void;
}

const operatorHelp = (): Readonly<Record<(typeof filterOperators)[number], string>> => ({
  '=': t('query.filter.is', 'is'),
  '!=': t('query.filter.is-not', 'is not'),
  in: t('query.filter.in', 'is one of'),
  'not in': t('query.filter.not-in', 'is none of'),
  '=~': t('query.filter.matches', 'matches the pattern'),
  '!~': t('query.filter.matches-not', 'does not match'),
});

/** Conditions that must all hold: dimension, operator, values. Values come from the server, in the time range. */
export function FilterFields({ datasource, filters, range, measure, onChange }: Props) {
  const replace = (at: number, filter: QueryFilter): void =>
    onChange(filters.map((one, i) => (i === at ? filter : one)));
  const offered = dimensions.filter(
    (dimension) => measure === undefined || whyImpossible(measure, 'filters', dimension) === undefined,
  );
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {filters.map((filter, at) => (
        <FilterRow
          // Rows have no identity but their place.
          key={at}
          number={at + 1}
          filter={filter}
          offered={offered}
          load={async (search) => {
            const others = filters.filter((_, i) => i !== at);
            const { values } = await datasource.dimensionValues(filter.dimension, { search, filters: others, range });
            const variables = datasource.variableNames().filter((name) => name.includes(search));
            return [
              ...variables.map((name) => ({
                value: name,
                label: name,
                description: t('query.filter.variable', 'Dashboard variable'),
              })),
              ...values.map(({ value, text }) => ({ value, label: text })),
            ];
          }}
          onChange={(changed) => replace(at, changed)}
          onRemove={() => onChange(filters.filter((_, i) => i !== at))}
        />
      ))}
      <Button
        variant="secondary"
        size="sm"
        icon="plus"
        onClick={() => {
          const [first] = offered;
          if (first !== undefined) onChange([...filters, { dimension: first, operator: '=', values: [] }]);
        }}
      >
        {t('query.filter.add', 'Add filter')}
      </Button>
    </Stack>
  );
}

interface RowProps {
  readonly number: number;
  readonly filter: QueryFilter;
  readonly offered: readonly Dimension[];
  readonly load: (search: string) => Promise<{ value: string; label: string; description?: string }[]>;
  readonly onChange: (filter: QueryFilter) => void;
  readonly onRemove: () => void;
}

function FilterRow({ number, filter, offered, load, onChange, onRemove }: RowProps) {
  const { dimension, operator = 'in' } = filter;
  const values = filterValues(filter);
  return (
    <Stack direction="row" gap={0.5} wrap="wrap">
      <Choice
        name={t('query.filter.dimension', 'Filter {{number}}: dimension', { number })}
        width={20}
        options={offered.map((value) => ({ value, label: dimensionTitles[value] }))}
        value={dimension}
        onChange={({ value }) => onChange({ dimension: value, operator, values: [] })}
      />
      <Choice
        name={t('query.filter.operator', 'Filter {{number}}: operator', { number })}
        width={20}
        options={filterOperators.map((value) => ({ value, label: value, description: operatorHelp()[value] }))}
        value={operator}
        onChange={({ value }) => onChange({ dimension, operator: value, values: [...values] })}
      />
      <MultiChoice
        name={t('query.filter.values', 'Filter {{number}}: values', { number })}
        width={48}
        createCustomValue
        placeholder={
          operator.endsWith('~')
            ? t('query.filter.pattern', 'Pattern, such as {{example}}', { example: '^cad_' })
            : t('query.filter.all', 'All')
        }
        options={load}
        value={values.map((value) => ({ value, label: value === '' ? t('query.filter.none', '(none)') : value }))}
        onChange={(chosen) => onChange({ dimension, operator, values: chosen.map(({ value }) => value) })}
      />
      <IconButton
        name="times"
        tooltip={t('query.filter.remove', 'Remove filter {{number}}', { number })}
        onClick={onRemove}
      />
    </Stack>
  );
}
