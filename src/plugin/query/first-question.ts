import type { QueryEditorProps } from '@grafana/data';
import { useEffect } from 'react';
import type { DataSource } from '../datasource.ts';
import type { LicenseQuery, Options } from '../types.ts';

/** Grafana's own fields of a query; with nothing beside them it asks nothing. */
const grafanasOwn = new Set(['refId', 'key', 'hide', 'datasource', 'queryType']);

/**
 * Gives an empty query the data source's first question, saved as such. Grafana runs that question for an empty query in the
 * browser without saving it: the panel would draw what an alert rule or a public dashboard made of it does not ask.
 */
export function useFirstQuestion({
  query,
  datasource,
  onChange,
  onRunQuery,
}: QueryEditorProps<DataSource, LicenseQuery, Options>): void {
  const empty = Object.entries(query).every(([name, value]) => value === undefined || grafanasOwn.has(name));
  useEffect(() => {
    if (!empty) return;
    onChange({ ...query, ...datasource.firstQuestion() });
    onRunQuery();
  }, [empty, query, datasource, onChange, onRunQuery]);
}
