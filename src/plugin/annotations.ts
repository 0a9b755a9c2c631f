import type { AnnotationQuery, AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './query/AnnotationEditor.tsx';
import type { LicenseQuery } from './types.ts';

/** Marks on the time axis: one of the measures of the group Annotations, with filters. */
export const annotationSupport: AnnotationSupport<LicenseQuery> = {
  getDefaultQuery: () => ({ schemaVersion: 1, measure: 'serverRestarts', shape: 'table' }),
  // Grafana hands whatever the dashboard has saved. What is complete must stay the very same object: Grafana's editor takes any
  // other for a change, saves it and prepares it again, without end.
  prepareAnnotation: (annotation: AnnotationQuery<LicenseQuery>): AnnotationQuery<LicenseQuery> => {
    const { target } = annotation;
    if (target?.measure !== undefined && target.refId !== '') return annotation;
    const measure = target?.measure ?? 'serverRestarts';
    return {
      ...annotation,
      target: { schemaVersion: 1, shape: 'table', ...target, measure, refId: target?.refId || 'Anno' },
    };
  },
  QueryEditor: AnnotationEditor,
};
