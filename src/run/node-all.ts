// Everything of runs that needs a file system, in one module: run.ts loads it when it is first asked for something.
export { curves, latestRun, listRuns, loadCheckpoint, metricsOf, readRun } from './node-list.ts';
export { resumeRun, startRun } from './node-run.ts';
export { safeStop } from './node-stop.ts';
