import type { DataQueryRequest, DataQueryResponse } from '@grafana/data';
import { CustomVariableSupport } from '@grafana/data';
import type { Observable } from 'rxjs';
import type { DataSource } from './datasource.ts';
import { VariableEditor } from './query/VariableEditor.tsx';
import type { LicenseQuery } from './types.ts';

/**
 * Dashboard variables: the values of a dimension, as far as filters leave them (which may name other variables: the features
 * of the chosen account). They come as a frame with `value` and `text` through the same path as every question.
 */
export class VariableSupport extends CustomVariableSupport<DataSource, LicenseQuery> {
  override editor = VariableEditor;
  private readonly source: DataSource;

  constructor(source: DataSource) {
    super();
    this.source = source;
  }

  override query(request: DataQueryRequest<LicenseQuery>): Observable<DataQueryResponse> {
    const targets = request.targets.map((target) => ({
      ...target,
      ...asValues(target),
      refId: target.refId || 'variable',
    }));
    return this.source.query({ ...request, targets });
  }

  override getDefaultQuery(): Partial<LicenseQuery> {
    return asValues({});
  }
}

/** The question for the values of the one dimension; account when none was chosen yet. */
export function asValues(query: Partial<LicenseQuery>): Partial<LicenseQuery> {
  return {
    schemaVersion: 1,
    ...query,
    measure: 'dimensionValues',
    groupBy: [query.groupBy?.[0] ?? 'account'],
    shape: 'table',
  };
}
