// How long it takes from a described network to the start of its first step: nothing compiled before, and with what an
// earlier process left in the cache. Each in a process of its own, by each compiler that is there.
//   node dist/bench/first-step.js tutorial native     (what the runner starts; prints milliseconds)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adam, gan, open, recipeFor, tutorial, type Device, type DeviceName } from '../src/index.ts';
import { quantile } from './quantile.ts';

export interface FirstStep {
  readonly what: 'tutorial' | 'lesson6';
  /** `gcc`, `clang` or `wasm`. */
  readonly with: string;
  /** Seconds, medians; a page or `wasm` has no cache. */
  readonly cold: number;
  readonly cached: number | null;
  readonly goals: readonly (number | null)[];
  readonly date: string;
}

const goals: Readonly<Record<FirstStep['what'], readonly [cold: number, cached: number, wasm: number]>> = {
  tutorial: [1.5, 0.1, 0.3],
  lesson6: [4, 0.2, 1],
};

async function tutorialStep(device: Device): Promise<void> {
  const model = tutorial().compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', device });
  const x = Uint8Array.from({ length: 32 * 784 }, (_, i) => (i * 7919) % 256);
  await model.trainOnBatch(
    x,
    Int32Array.from({ length: 32 }, (_, i) => i % 10),
  );
}

/** Up to its start: who asks for the first event with a signal that says stop gets none. */
async function lessonRound(device: Device): Promise<void> {
  const about = { shape: [28, 28, 1] as const, classes: 10 };
  const game = await gan({ ...recipeFor('lesson6', about).game(about), device });
  const images = Uint8Array.from({ length: 128 * 784 }, (_, i) => (i * 7919) % 256);
  const train = { images, labels: new Uint8Array(128), count: 128, shape: [28, 28, 1] };
  for await (const _ of game.train(train, { rounds: 1, signal: AbortSignal.abort() }));
}

/** Seconds until a first step starts, in a process of its own; opening the device is left out. */
function timed(what: FirstStep['what'], device: DeviceName, env: Readonly<Record<string, string>>): number {
  const file = fileURLToPath(import.meta.url);
  const told = execFileSync(process.execPath, [file, what, device], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 180_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(told) / 1000;
}

const works = (compiler: string): boolean => {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** All first steps; `repetitions` processes each. */
export function* firstSteps(devices: readonly DeviceName[], repetitions: number): Generator<FirstStep> {
  const date = new Date().toISOString().slice(0, 10);
  for (const what of ['tutorial', 'lesson6'] as const) {
    const [goal, fromCache, onWasm] = goals[what];
    const median = (times: readonly number[]): number => quantile(times, 0.5);
    const each = (one: () => number): number[] => Array.from({ length: repetitions }, one);
    for (const compiler of devices.includes('native') ? ['gcc', 'clang'].filter(works) : []) {
      const [cold, cached]: [number[], number[]] = [[], []];
      for (let i = 0; i < repetitions; i++) {
        const folder = mkdtempSync(join(tmpdir(), 'eidos-cold-'));
        const env = { EIDOS_CACHE: folder, CC: compiler };
        cold.push(timed(what, 'native', env));
        cached.push(timed(what, 'native', env));
        rmSync(folder, { recursive: true });
      }
      yield {
        what,
        with: compiler,
        cold: median(cold),
        cached: median(cached),
        goals: [goal, fromCache],
        date,
      };
    }
    if (devices.includes('wasm')) {
      const cold = median(each(() => timed(what, 'wasm', {})));
      yield { what, with: 'wasm', cold, cached: null, goals: [onWasm, null], date };
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , what, device] = process.argv;
  const opened = await open({ device: device as DeviceName });
  const compile = opened.compile.bind(opened);
  let ready = NaN;
  opened.compile = async (...args) => {
    const program = await compile(...args);
    // First weights that the device draws itself are drawn by then.
    await opened.queue(() => undefined);
    ready = performance.now();
    return program;
  };
  const began = performance.now();
  await (what === 'lesson6' ? lessonRound(opened) : tutorialStep(opened));
  console.log(ready - began);
  process.exit();
}
