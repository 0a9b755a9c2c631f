import type { AnnotationSupport } from '@grafana/data';
import { AnnotationEditor } from './query/AnnotationEditor.tsx';
import type { LicenseQuery } from './types.ts';

/** Marks on the time axis: one of the measures of the group Annotations, with filters. */
export const annotationSupport: AnnotationSupport<LicenseQuery> = {
  getDefaultQuery: () => ({ schemaVersion: 1, measure: 'serverRestarts', shape: 'table' }),
  prepareAnnotation: (annotation) => ({
    ...annotation,
    target: { ...(annotation.target ?? { refId: 'Anno' }), measure: annotation.target?.measure ?? 'serverRestarts' },
  }),
  QueryEditor: AnnotationEditor,
};
