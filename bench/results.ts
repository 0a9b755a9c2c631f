import type { ComparedFigures, DatabaseFigures, PythonFigures } from './compare/compare.ts';
import type { CustomerReportLoad, QuestionFigures, ReportFigures } from './customer-report.ts';
import type { LoadFigures, ReadingFigures, SmallIngestFigures } from './ingest.ts';
import type { Timing } from './measure.ts';
import type { Overhead } from './overhead.ts';

/** A step that gave no figure, and why. */
export interface Failed {
  readonly failed: string;
}

/** What each step measures, by its name. */
export interface Results {
  readonly 'store/load': LoadFigures;
  readonly 'store/read': readonly ReadingFigures[];
  readonly [question: `questions/${string}`]: Timing | Failed;
  readonly 'year-report': ReportFigures;
  readonly [query: `panels/${string}`]: Timing | Failed;
  readonly 'ingest/small': SmallIngestFigures;
  readonly 'ingest/python': PythonFigures;
  readonly [database: `database/${string}`]: DatabaseFigures;
  readonly [asked: `compare/${string}`]: ComparedFigures | Failed;
  readonly overhead: readonly Overhead[];
  readonly 'report/load': CustomerReportLoad;
  readonly [wanted: `report/${number}`]: ReportFigures;
  readonly 'report/questions': readonly QuestionFigures[];
}

export type StepName = keyof Results;
