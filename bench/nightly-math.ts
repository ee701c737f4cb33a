// Every float32 through every function that is an expansion, on the compiled targets: their bits against each
// other's and against float64. Random pairs for pow.
// Run: npm run nightly [-- --only exp,log --step 1 --device native,wasm], --step n for every n-th pattern.
//
// Ctrl-C ends it with what was found so far. Exit code 1 if an error is above the one that test/math-reference.ts
// states or the targets differ. Workers compare (nightly-worker.ts) while the devices compute the next chunk.

import { parseArgs } from 'node:util';
import { check } from '../src/base/check.ts';
import { open } from '../src/device/open.ts';
import type { Device, Program } from '../src/device/device.ts';
import { edgePairs, edges, program, randomPairs, swept } from '../test/math-sweep.ts';
import type { Pairs, SweptName } from '../test/math-sweep.ts';
import { comparer } from './nightly-worker.ts';
import type { Answer, Comparer, Differences, Found } from './nightly-worker.ts';

const batch = 2 ** 18;
const patterns = 2 ** 32;
const pairs = 2 ** 23;

interface Options {
  readonly names: readonly SweptName[];
  readonly devices: readonly ('native' | 'wasm')[];
  /** Every `step`-th pattern. */
  readonly step: number;
}

function optionsOf(): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { only: text, step: text, device: text } });
  const listed = <T extends string>(
    option: string,
    given: string | undefined,
    all: readonly T[],
  ): readonly T[] => {
    const wanted = given?.split(',') ?? all;
    const strange = wanted.find((name) => !all.includes(name as T));
    check(strange === undefined, () => `nightly: --${option} must be among ${all.join(',')}, got ${strange}`);
    return all.filter((name) => wanted.includes(name));
  };
  const step = Number(values.step ?? '1');
  check(
    Number.isInteger(step) && step >= 1 && step <= patterns,
    () => `nightly: --step must be a whole number from 1 to 2^32, got ${values.step}`,
  );
  const names = listed('only', values.only, Object.keys(swept) as SweptName[]);
  return { names, devices: listed('device', values.device, ['native', 'wasm']), step };
}

/** What is known of one function: the largest error on each device, and how far the devices differ. */
interface Result {
  readonly name: SweptName;
  readonly comparer: Comparer;
  readonly found: Found[];
  differences: Differences;
}

/** The programs of one sweep, the workers that compare, and the results. */
class Sweep {
  readonly results: readonly Result[];
  private readonly programs: readonly Program[];
  private comparing: Promise<unknown> = Promise.resolve();

  constructor(names: readonly SweptName[], programs: readonly Program[]) {
    this.programs = programs;
    this.results = names.map((name) => ({
      name,
      comparer: comparer(name),
      found: programs.map(() => ({ ulp: 0, x: NaN, y: NaN })),
      differences: { count: 0, x: NaN, y: NaN },
    }));
  }

  /** Computes a chunk; comes back when the one before is compared. x and y are free again. */
  async add({ x, y }: Pairs): Promise<void> {
    const inputs = this.results.some(({ name }) => name === 'pow') ? { x, y } : { x };
    const outputs = await Promise.all(this.programs.map((p) => p.run(inputs, { batch: x.length })));
    await this.comparing;
    this.comparing = Promise.all(
      this.results.map(async (result) => {
        const floor = Math.min(...result.found.map(({ ulp }) => ulp));
        const results = outputs.map((out) => out[result.name] as Float32Array);
        take(result, await result.comparer.compare({ x, y, results, floor }));
      }),
    );
  }

  async end(): Promise<void> {
    await this.comparing;
    await Promise.all(this.results.map(({ comparer: worker }) => worker.end()));
    for (const p of this.programs) p.close();
  }
}

function take(result: Result, { found, differences }: Answer): void {
  found.forEach((one, i) => {
    if (one.ulp > (result.found[i]?.ulp ?? 0)) result.found[i] = one;
  });
  const first = result.differences.count > 0 ? result.differences : differences;
  result.differences = { ...first, count: result.differences.count + differences.count };
}

/** How far a sweep came. */
interface Progress {
  /** Of 1. */
  readonly part: number;
  readonly seconds: number;
  /** What all of it takes at the speed of all chunks but the first, in which nothing is optimised yet; NaN if unknown. */
  readonly whole: number;
}

const stop = { asked: false };

const duration = (seconds: number): string =>
  seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(0)} min`;

/** Runs `chunk` for 0, 1, ... and says how far it is: every second on a terminal, else every five minutes. */
async function all(count: number, what: string, chunk: (k: number) => Promise<void>): Promise<Progress> {
  const terminal = process.stderr.isTTY;
  const begin = performance.now();
  let [done, second, said] = [0, NaN, begin];
  const whole = (): number => (done < 2 ? NaN : ((performance.now() - second) / 1e3 / (done - 1)) * count);
  while (done < count && !stop.asked) {
    await chunk(done++);
    await new Promise((resolve) => setImmediate(resolve)); // lets Ctrl-C in
    const time = performance.now();
    if (done === 1) second = time;
    if (done === 1 || time - said < (terminal ? 1e3 : 3e5)) continue;
    said = time;
    const left = duration(whole() * (1 - done / count));
    const line = `${what}: ${((100 * done) / count).toFixed(1)} %, ${left} left`;
    process.stderr.write(terminal ? `\r${line}   ` : `${line}\n`);
  }
  if (terminal) process.stderr.write(`\r${' '.repeat(60)}\r`);
  return { part: done / count, seconds: (performance.now() - begin) / 1e3, whole: whole() };
}

/**
 * All functions of one number. Chunk k has every count-th pattern from the k-th on: each covers the whole range,
 * so that the time left is right and a sweep that was ended early has seen every exponent.
 */
async function sweepPatterns(devices: readonly Device[], { names, step }: Options): Promise<Sweep> {
  const one = names.filter((name) => name !== 'pow');
  const sweep = new Sweep(one, await Promise.all(devices.map((d) => program(d, one, batch))));
  const total = Math.ceil(patterns / step);
  const count = Math.ceil(total / batch);
  const words = new Uint32Array(batch);
  const x = new Float32Array(words.buffer);
  const ends = new Float32Array(edges().buffer);
  await sweep.add({ x: ends, y: ends });
  const { part, seconds, whole } = await all(count, 'every float32', async (k) => {
    const size = Math.ceil((total - k) / count);
    for (let i = 0; i < size; i++) words[i] = (i * count + k) * step;
    await sweep.add({ x: x.subarray(0, size), y: x.subarray(0, size) });
  });
  await sweep.end();
  const done = Math.round(part * total);
  const estimate = (whole * patterns) / total;
  const full = done < patterns && estimate > 0 ? `; all would take about ${duration(estimate)}` : '';
  console.log(`${done} of 2^32 patterns and ${ends.length} special ones in ${duration(seconds)}${full}`);
  return sweep;
}

/** pow on all pairs of special numbers, then on random ones. */
async function sweepPairs(devices: readonly Device[]): Promise<Sweep> {
  const sweep = new Sweep(['pow'], await Promise.all(devices.map((d) => program(d, ['pow'], batch))));
  const ends = edgePairs();
  await sweep.add(ends);
  const { part, seconds } = await all(pairs / batch, 'pow', (k) => sweep.add(randomPairs(batch, k)));
  await sweep.end();
  console.log(`${part * pairs} random pairs and ${ends.x.length} special ones in ${duration(seconds)}`);
  return sweep;
}

/** A table, a row for each function; false if something is not as stated. */
function report(sweep: Sweep, devices: readonly Device[]): boolean {
  let good = true;
  const at = (name: SweptName, { x, y }: { x: number; y: number }): string =>
    name === 'pow' ? `${x}, ${y}` : `${x}`;
  for (const { name, found, differences } of sweep.results) {
    const bound = swept[name].ulp;
    const errors = found.map((f, i) => `${devices[i]!.name} ${f.ulp.toFixed(3)} at ${at(name, f)}`);
    const above = found.some(({ ulp }) => ulp > bound);
    const apart = differences.count
      ? `; ${differences.count} results differ, first at ${at(name, differences)}`
      : '';
    if (above || apart) good = false;
    console.log(`${name.padEnd(8)}  stated ${bound}  ${errors.join('  ')}${apart}${above ? '; ABOVE' : ''}`);
  }
  return good;
}

process.once('SIGINT', () => (stop.asked = true));
try {
  const options = optionsOf();
  const devices = await Promise.all(options.devices.map((device) => open({ device })));
  const sweeps: Sweep[] = [];
  if (options.names.some((name) => name !== 'pow')) sweeps.push(await sweepPatterns(devices, options));
  if (options.names.includes('pow') && !stop.asked) sweeps.push(await sweepPairs(devices));
  if (!sweeps.map((sweep) => report(sweep, devices)).every(Boolean)) process.exitCode = 1;
  await Promise.all(devices.map((d) => d.close()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
