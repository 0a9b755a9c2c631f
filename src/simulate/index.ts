export { continueSimulation, createLiveWriter } from './live.ts';
export type { Appended, LiveWriter } from './live.ts';
export { simulate, manifestFile, sourcesFile } from './simulate.ts';
export type { Progress } from './simulate.ts';
export { stateFile } from './state.ts';
export { caseNames } from './plan.ts';
export type { CaseName, PlannedCase, SimulateOptions } from './plan.ts';
export type { Manifest, PairFigures, Source, SourceFile, Totals } from './manifest.ts';
export { eventColumns } from './csv-recorder.ts';
