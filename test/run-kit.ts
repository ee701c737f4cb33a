// What tests of runs share: a folder to write in, small snapshots, and what a call refuses.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { Snapshot } from '../src/files/snapshot.ts';
import { startRun } from '../src/run/run.ts';
import type { Run } from '../src/run/node-folder.ts';
import type { StartOptions } from '../src/run/node-run.ts';

/** A folder with a difficult name, for the tests of a suite; give the paths in it. */
export function scratch(): (...names: readonly string[]) => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'eidos 走る '));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (...names) => join(folder, ...names);
}

/** What training may have come to after some steps. */
export const snapshotAt = (step: number, size = 3): Snapshot => ({
  tensors: [{ name: 'w', shape: [size], dtype: 'f32', data: new Float32Array(size).fill(step + 0.5) }],
  counters: { step, epoch: Math.floor(step / 10), seed: 1 },
});

/** A run with the defaults of these tests. */
export const begun = (options: Partial<StartOptions> & { readonly root?: string }): Promise<Run> =>
  startRun({
    name: 'test',
    seed: 1,
    config: { epochs: 2, optimizer: { name: 'adam', rate: 0.001 } },
    ...options,
  });

/** Fails unless the call rejects with an EidosError of this message. */
export const refuses = (call: Promise<unknown>, message: string | RegExp): Promise<void> =>
  assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof EidosError, String(error));
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });

export const textOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

/** Calls `given` with a function that collects warnings, and gives them. */
export async function warned(
  call: (onWarning: (warning: string) => void) => Promise<unknown>,
): Promise<string[]> {
  const warnings: string[] = [];
  await call((warning) => warnings.push(warning));
  return warnings;
}
