// How long training will take, told before it begins: the real step is timed on throw-away weights where that
// is quick, else its sums of products are set against what the device does in a second.
import type { Device, Program } from '../device/device.ts';
import { matmul } from '../ops/matmul.ts';

export interface Estimate {
  /** For all epochs, compilation and validation left out. */
  readonly seconds: number;
  readonly steps: number;
  readonly secondsPerStep: number;
  /** Timed steps, or only reckoned from operation counts. */
  readonly measured: boolean;
}

/** Steps reckoned to take longer than this are not timed, seconds. */
const worthTiming = 0.25;

/** Runs a program more and more often until a call takes `enough` seconds; gives the seconds of one run. */
async function timed(program: Program, enough: number): Promise<number> {
  for (let times = 1; ;) {
    const began = performance.now();
    await program.start({}, { times }).done;
    const seconds = (performance.now() - began) / 1000;
    if (seconds >= enough) return seconds / times;
    times = Math.ceil(times * Math.min(16, Math.max(2, (1.2 * enough) / Math.max(seconds, 1e-5))));
  }
}

/** Multiplications and additions in a second in a matrix product, from some 30 ms of them. */
export async function productsPerSecond(device: Device): Promise<number> {
  const n = device.name === 'reference' ? 64 : 256;
  using a = device.variable(undefined, [n, n]);
  using product = device.variable(undefined, [n, n]);
  using program = await device.compile(() => ({ updates: [[product, matmul(a.tensor, a.tensor)]] }));
  await program.run();
  return (2 * n ** 3) / (await timed(program, 0.03));
}

/** What `steps` runs of a program will take. The program is run, so its variables must be nobody's. */
export async function estimateOf(device: Device, program: Program, steps: number): Promise<Estimate> {
  const reckoned = program.cost().productOperations / (await productsPerSecond(device));
  const measured = reckoned < worthTiming;
  if (measured) await program.run();
  const secondsPerStep = measured ? await timed(program, 0.1) : reckoned;
  return { seconds: steps * secondsPerStep, steps, secondsPerStep, measured };
}
