// Every schedule beside numbers of Keras or a plain loop, on the host and inside a program.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import {
  constantRate,
  oneCycle,
  piecewiseConstantDecay,
  schedule,
  warmUp,
  type Schedule,
} from '../src/nn/schedule.ts';
import * as decay from '../src/nn/schedule-decay.ts';
import { assertClose } from './helpers.ts';

let devices: readonly Device[];
before(async () => {
  devices = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 1 })];
});
after(() => Promise.all(devices.map((device) => device.close())));

/** The rates at these steps inside a program that counts its steps. */
async function inProgram(device: Device, made: Schedule, steps: readonly number[]): Promise<number[]> {
  const step = device.variable(undefined, [], { dtype: 'i32' });
  using program = await device.compile(() => ({ outputs: { rate: made.at(step.tensor) } }));
  const rates: number[] = [];
  for (const n of steps) {
    await step.write(Int32Array.of(n));
    rates.push((await program.run())['rate']?.[0] ?? NaN);
  }
  return rates;
}

const steps = [0, 1, 3, 4, 5, 10, 11, 12, 19, 20, 21, 25, 27, 28, 40, 100];
const initialLearningRate = 0.1;
const first = { initialLearningRate, decaySteps: 10, decayRate: 0.5 };
const alongCosine = { initialLearningRate, decaySteps: 20, alpha: 0.1 };
const restarts = { initialLearningRate, firstDecaySteps: 4 };

/** Rates after `steps` steps, by Keras 3.15.1 (TensorFlow 2.21); Keras computes them in f32. */
// prettier-ignore
const keras: Readonly<Record<string, readonly [made: Schedule, rates: readonly number[]]>> = {
  exponentialDecay: [decay.exponentialDecay(first), [0.100000001, 0.0933033, 0.081225239, 0.075785831, 0.070710681, 0.050000001, 0.04665165, 0.043527525, 0.026794339, 0.025, 0.023325827, 0.01767767, 0.015389306, 0.014358731, 0.00625, 9.7656e-05]],
  'exponentialDecay, staircase': [decay.exponentialDecay({ ...first, staircase: true }), [0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.025, 0.00625, 9.7656e-05]],
  inverseTimeDecay: [decay.inverseTimeDecay(first), [0.1, 0.095238104, 0.086956523, 0.083333328, 0.079999998, 0.06666667, 0.064516135, 0.0625, 0.051282052, 0.050000001, 0.04878049, 0.044444446, 0.042553194, 0.041666664, 0.033333335, 0.016666668]],
  'inverseTimeDecay, staircase': [decay.inverseTimeDecay({ ...first, staircase: true }), [0.1, 0.1, 0.1, 0.1, 0.1, 0.06666667, 0.06666667, 0.06666667, 0.06666667, 0.05, 0.05, 0.05, 0.05, 0.05, 0.033333335, 0.016666668]],
  polynomialDecay: [decay.polynomialDecay({ initialLearningRate, decaySteps: 20, endLearningRate: 0.01 }), [0.1, 0.0955, 0.086500004, 0.082000002, 0.077500001, 0.055, 0.050499998, 0.045999996, 0.014500001, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01]],
  'polynomialDecay, in cycles': [decay.polynomialDecay({ initialLearningRate, decaySteps: 20, endLearningRate: 0.01, power: 0.5, cycle: true }), [0.1, 0.097721152, 0.0929759, 0.090498447, 0.087942287, 0.073639609, 0.070373833, 0.066921003, 0.030124614, 0.01, 0.07202822, 0.065113522, 0.0613079, 0.059295036, 0.01, 0.01]],
  piecewiseConstantDecay: [piecewiseConstantDecay({ boundaries: [3, 10], values: [1, 0.5, 0.1] }), [1, 1, 1, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]],
  cosineDecay: [decay.cosineDecay(alongCosine), [0.1, 0.099445976, 0.095095292, 0.091405764, 0.086819813, 0.054999996, 0.047960445, 0.041094225, 0.010554024, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01]],
  'cosineDecay, warming up': [decay.cosineDecay({ ...alongCosine, initialLearningRate: 0.01, warmupTarget: 0.2, warmupSteps: 5 }), [0.01, 0.048, 0.123999998, 0.162, 0.200000003, 0.173639625, 0.162900671, 0.150859147, 0.057099331, 0.046360392, 0.037188467, 0.020000001, 0.020000001, 0.020000001, 0.020000001, 0.020000001]],
  cosineDecayRestarts: [decay.cosineDecayRestarts({ ...restarts, mMul: 0.5, alpha: 0.05 }), [0.1, 0.086087577, 0.018912429, 0.052499998, 0.050692137, 0.011956215, 0.00680786, 0.028750001, 0.019191697, 0.016874999, 0.014558303, 0.007001298, 0.005228174, 0.016875001, 0.013209683, 0.006832659]],
  'cosineDecayRestarts, equally long': [decay.cosineDecayRestarts({ ...restarts, tMul: 1, mMul: 0.9 }), [0.1, 0.085355341, 0.014644662, 0.089999996, 0.076819807, 0.040499996, 0.011862176, 0.07289999, 0.009608361, 0.059048992, 0.050401468, 0.045361321, 0.007782772, 0.047829684, 0.034867834, 0.007178975]],
  'cosineDecayRestarts, half as long again': [decay.cosineDecayRestarts({ ...restarts, tMul: 1.5 }), [0.1, 0.085355341, 0.014644662, 0.1, 0.093301274, 0.1, 0.096984632, 0.088302217, 0.1, 0.098652244, 0.094681635, 0.058682408, 0.035659838, 0.024999997, 0.06980399, 0.06980399]],
};

/** Smith's cycle as PyTorch's OneCycleLR walks through it (its _annealing_func cos, two phases). */
function cycle(step: number, { max = 1, total = 20, rising = 0.3, div = 25, finalDiv = 1e4 }): number {
  const [from, to] = [max / div, max / div / finalDiv];
  const along = (a: number, b: number, share: number): number =>
    b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));
  const [top, end] = [rising * total - 1, total - 1];
  const here = Math.min(step, end);
  return here <= top ? along(from, max, here / top) : along(max, to, (here - top) / (end - top));
}

const plain: Readonly<Record<string, readonly [made: Schedule, rate: (step: number) => number]>> = {
  constantRate: [constantRate(0.25), () => 0.25],
  'warmUp of a number': [warmUp(0.5, 4), (s) => 0.5 * Math.min(1, (s + 1) / 4)],
  'warmUp of a schedule': [
    warmUp(decay.inverseTimeDecay(first), 4),
    (s) => (0.1 / (1 + (0.5 * s) / 10)) * Math.min(1, (s + 1) / 4),
  ],
  oneCycle: [oneCycle({ maxLearningRate: 1, totalSteps: 20 }), (s) => cycle(s, {})],
  'oneCycle, other shares': [
    oneCycle({ maxLearningRate: 2, totalSteps: 100, warmupShare: 0.45, divFactor: 10, finalDivFactor: 100 }),
    (s) => cycle(s, { max: 2, total: 100, rising: 0.45, div: 10, finalDiv: 100 }),
  ],
  'oneCycle, only down': [
    oneCycle({ maxLearningRate: 1, totalSteps: 20, warmupShare: 0 }),
    (s) => cycle(s, { rising: 0 }),
  ],
  'oneCycle, only up': [
    oneCycle({ maxLearningRate: 1, totalSteps: 20, warmupShare: 1 }),
    (s) => cycle(s, { rising: 1 }),
  ],
  'the first steps of long falls': [
    decay.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1000, tMul: 2 }),
    (s) => Math.cos((Math.PI * s) / 2000) ** 2,
  ],
  'one of your own': [schedule('own', (step) => step.to('f32').add(1).rsqrt()), (s) => 1 / Math.sqrt(s + 1)],
};

suite('schedules', () => {
  const all: Record<string, readonly [Schedule, readonly number[]]> = {
    ...keras,
    ...Object.fromEntries(
      Object.entries(plain).map(([name, [made, rate]]) => [name, [made, steps.map(rate)]]),
    ),
  };
  for (const [name, [made, rates]] of Object.entries(all))
    test(`${name}: the same rates here, in a program, and in Keras or a plain loop`, async () => {
      const here = steps.map((step) => made.rateAt(step));
      assertClose(here, rates, { rtol: 2e-6, atol: 2e-8, what: 'rateAt' });
      for (const device of devices)
        assertClose(await inProgram(device, made, steps), here, {
          rtol: 3e-6,
          atol: 1e-7,
          what: device.name,
        });
    });

  test('no fall of a staircase or of restarts begins a step late, far out as well', async () => {
    const stairs = decay.exponentialDecay({
      initialLearningRate: 1,
      decaySteps: 7,
      decayRate: 0.5,
      staircase: true,
    });
    const doubling = decay.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 3 });
    const half = decay.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 10, tMul: 1.5 });
    for (const device of devices) {
      const stair = [48, 49, 50, 69, 70];
      assertClose(await inProgram(device, stairs, stair), stair.map((s) => 0.5 ** Math.floor(s / 7))); // prettier-ignore
      const begins = Array.from({ length: 20 }, (_, i) => 3 * (2 ** i - 1));
      assertClose(await inProgram(device, doubling, begins), begins.map(() => 1)); // prettier-ignore
      for (const rate of await inProgram(
        device,
        doubling,
        begins.slice(1).map((s) => s - 1),
      ))
        // prettier-ignore
        assert.ok(rate < 0.26, `${device.name}: ${rate} on the last step of a fall`);
      assertClose(await inProgram(device, half, [10, 25]), [1, 1]);
      assertClose([half.rateAt(10), half.rateAt(25)], [1, 1]);
    }
  });

  test('what makes no sense is refused', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    const { cosineDecay, cosineDecayRestarts, exponentialDecay } = decay;
    says(
      () => exponentialDecay({ ...first, decaySteps: 2.5 }),
      'exponentialDecay: decaySteps must be a whole number from 1, got 2.5',
    );
    says(
      () => exponentialDecay({ ...first, initialLearningRate: -1 }),
      'exponentialDecay: initialLearningRate must be a number from 0, got -1',
    );
    says(
      () => cosineDecayRestarts({ ...restarts, tMul: 0.5 }),
      'cosineDecayRestarts: tMul must be a number from 1, got 0.5',
    );
    says(
      () => cosineDecay({ ...alongCosine, warmupSteps: 5 }),
      'cosineDecay: warmupSteps needs a warmupTarget to rise to, got 5 without one',
    );
    says(
      () => piecewiseConstantDecay({ boundaries: [1, 2], values: [1, 2] }),
      'piecewiseConstantDecay: values must be one more than boundaries, got 2 and 2',
    );
    says(
      () => piecewiseConstantDecay({ boundaries: [5, 2], values: [1, 2, 3] }),
      'piecewiseConstantDecay: boundaries must be rising whole numbers from 0, got 5, 2',
    );
    says(() => constantRate(-1), 'constantRate: learningRate must be a number from 0 or a schedule, got -1');
    says(() => warmUp(0.1, 0), 'warmUp: steps must be a whole number from 1, got 0');
  });
});
