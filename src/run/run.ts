// What users call to keep runs on disk. This file runs in browsers; the folders are Node's, and what writes them is
// loaded only when needed.
import { check } from '../base/check.ts';
import type * as Runs from './node-all.ts';

export { recorded } from './recorded.ts';

const loaded = async (call: string): Promise<typeof Runs> => {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `${call}: needs a file system, got a web page; keep model.snapshot() where pages keep things`,
  );
  return import('./node-all.ts');
};

/** Begins a run in a folder of its own, `runs/2026-11-22-141503-mnist-tutorial-1` for the name mnist-tutorial and the seed 1. */
export const startRun: typeof Runs.startRun = async (options) => (await loaded('startRun')).startRun(options);

/** Takes up a run where its newest good checkpoint left it. */
export const resumeRun: typeof Runs.resumeRun = async (folder, options) =>
  (await loaded('resumeRun')).resumeRun(folder, options);

/** What is known of one run. */
export const readRun: typeof Runs.readRun = async (folder) => (await loaded('readRun')).readRun(folder);

/** The runs in a folder, newest first. */
export const listRuns: typeof Runs.listRuns = async (root, options) =>
  (await loaded('listRuns')).listRuns(root, options);

/** The newest run that suits. */
export const latestRun: typeof Runs.latestRun = async (root, suits) =>
  (await loaded('latestRun')).latestRun(root, suits);

/** The newest good checkpoint of a run, or its best. */
export const loadCheckpoint: typeof Runs.loadCheckpoint = async (folder, options) =>
  (await loaded('loadCheckpoint')).loadCheckpoint(folder, options);

/** The lines of a run's metrics. */
export const metricsOf: typeof Runs.metricsOf = async (run) => (await loaded('metricsOf')).metricsOf(run);

/** Every figure of a run over its steps, to plot. */
export const curves: typeof Runs.curves = async (run, x) => (await loaded('curves')).curves(run, x);

/** Saves a checkpoint, ends the run as stopped, and says how to go on. */
export const safeStop: typeof Runs.safeStop = async (run, trained, options) =>
  (await loaded('safeStop')).safeStop(run, trained, options);
