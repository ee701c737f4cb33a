// What a checkpoint is, wherever runs are kept: what is known of it without reading it, and which ones stay. Plain
// data and arithmetic; files are node-checkpoints.ts's business, a browser's database is web-run.ts's.
import { check } from '../base/check.ts';
import type { Snapshot } from '../files/snapshot.ts';
import type { Keeping } from './record.ts';

/** checkpoint.json: what is known of a snapshot without reading it. */
export interface CheckpointRecord {
  readonly format: 1;
  /** Steps done. */
  readonly step: number;
  /** ISO 8601 in UTC. */
  readonly saved: string;
  /** Of weights.safetensors. */
  readonly bytes: number;
  readonly sha256: string;
  /** What was measured at this step; the best is chosen by it. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How long metrics.jsonl was: what follows is measured again when training goes on from here. */
  readonly metricsBytes: number;
}

/** The step a snapshot is of. */
export function stepOf({ counters: { step } }: Snapshot, call: string): number {
  check(
    step !== undefined && Number.isSafeInteger(step) && step >= 0,
    () => `${call}: the snapshot's counters need a step, a whole number from 0, got ${step}`,
  );
  return step;
}

/** The best of some checkpoints, newest first, by what is to be kept; the earlier of two equals. */
export function bestOf<C extends Pick<CheckpointRecord, 'metrics'>>(
  checkpoints: readonly C[],
  { best }: Keeping,
): C | undefined {
  if (!best) return undefined;
  const sign = best.mode === 'min' ? 1 : -1;
  let found: C | undefined;
  let least = Infinity;
  for (const checkpoint of checkpoints.toReversed()) {
    const value = sign * (checkpoint.metrics[best.metric] ?? NaN);
    if (value < least) [found, least] = [checkpoint, value];
  }
  return found;
}

/** Those of some checkpoints, newest first, that need not stay: neither among the newest few nor the best. */
export function overdue<C extends Pick<CheckpointRecord, 'metrics'>>(
  checkpoints: readonly C[],
  keeping: Keeping,
): C[] {
  const best = bestOf(checkpoints, keeping);
  return checkpoints.slice(keeping.newest).filter((one) => one !== best);
}
