import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './query/AnnotationEditor.tsx';
import type { LicenseQuery } from './types.ts';

/** Marks on the time axis: one of the measures of the group Annotations, with filters. */
export const annotationSupport: AnnotationSupport<LicenseQuery> = {
  getDefaultQuery: () => ({ schemaVersion: 1, measure: 'serverRestarts', shape: 'table' }),
  // Grafana hands whatever the dashboard has saved.
  prepareAnnotation: (annotation: AnnotationQuery<LicenseQuery>): AnnotationQuery<LicenseQuery> => ({
    ...annotation,
    target: { measure: 'serverRestarts', ...(annotation.target ?? { refId: 'Anno' }) },
  }),
  QueryEditor: AnnotationEditor,
};
