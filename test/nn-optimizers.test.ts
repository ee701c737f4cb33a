// A contract over the list of optimizers, then each one's steps beside Keras's rule in plain loops and beside
// numbers that Keras itself gave; clipping, decay and averaging.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import { clipByGlobalNorm, clipByNorm, clipByValue, clipOf, type Clip } from '../src/nn/clip.ts';
import { begin } from '../src/nn/memory.ts';
import * as nn from '../src/nn/optimizer.ts';
import { averaged, optimizerOf, optimizers, type Optimizer } from '../src/nn/optimizer.ts';
import { rateAfter } from '../src/nn/schedule.ts';
import { exponentialDecay } from '../src/nn/schedule-decay.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, values } from './helpers.ts';
import * as plain from './nn-optimizer-rules.ts';

let devices: readonly Device[];
before(async () => {
  devices = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 1 })];
});
after(() => Promise.all(devices.map((device) => device.close())));

interface Run {
  readonly w: number[];
  readonly slots: Readonly<Record<string, readonly number[]>>;
}

/** `steps` steps from `start` along the gradient of what `loss` gives. */
async function run(
  device: Device,
  optimizer: Optimizer,
  start: readonly number[],
  loss: (w: Tensor) => Tensor,
  steps: number,
): Promise<Run> {
  const w = device.variable(start, [start.length], { name: 'w' });
  const seed = device.variable(undefined, [], { dtype: 'i32' });
  const training = await begin({ device, params: { w }, state: {}, seed }, optimizer);
  const { step, rate } = training;
  const held = Object.entries(training.slots).map(([slot, tree]) => [slot, tree['w'] as typeof w] as const);
  using program = await device.compile(() => {
    const t = step.tensor.add(1);
    const gradients = grad(loss(w.tensor), [w.tensor]);
    const [g = w.tensor] = optimizer.clip?.of(gradients) ?? gradients;
    const now = Object.fromEntries(held.map(([slot, v]) => [slot, v.tensor]));
    const { learningRate } = optimizer;
    const info = {
      t: t.to('f32'),
      rate: typeof learningRate === 'number' ? rate.tensor : learningRate.at(step.tensor),
    };
    const next = optimizer.step(w.tensor, g, now, { ...info, path: 'dense/w' });
    return {
      updates: [
        [w, next.w],
        [step, t],
        ...held.map(([slot, v]) => [v, next.slots[slot] ?? v.tensor] as const),
      ],
    };
  });
  await program.start({}, { times: steps }).done;
  const after = await Promise.all(held.map(async ([slot, v]) => [slot, [...(await v.read())]] as const));
  return { w: [...(await w.read())], slots: Object.fromEntries(after) };
}

const bowl = (w: Tensor): Tensor => {
  const off = w.sub(Tensor.from([3, -2]));
  return off
    .mul(off)
    .mul(Tensor.from([1, 0.5]))
    .sum();
};
const bowlSlope = (i: number, x: number): number => (i === 0 ? 2 * (x - 3) : x + 2);

/** The same steps by a plain rule. */
function plainly(rule: plain.Plain, optimizer: Optimizer, start: readonly number[], steps: number): Run {
  const memories = start.map((): Record<string, number> => ({}));
  const w = start.map((from, i) => {
    let x = from;
    for (let t = 1; t <= steps; t++)
      x = rule(x, bowlSlope(i, x), memories[i] ?? {}, t, rateAfter(optimizer.learningRate, t - 1));
    return x;
  });
  const names = Object.keys(memories[0] ?? {});
  return { w, slots: Object.fromEntries(names.map((name) => [name, memories.map((m) => m[name] ?? NaN)])) };
}

interface Rule {
  readonly optimizer: Optimizer;
  readonly plain: plain.Plain;
  /** Where six steps down the bowl from [1, 2] lead in Keras 3.15.1 (TensorFlow 2.21), float64. */
  readonly keras: readonly number[];
}

// prettier-ignore
const rules: Readonly<Record<string, Rule>> = {
  sgd: { optimizer: nn.sgd(), plain: plain.plainSgd(), keras: [1.228315238272, 1.7659205976039998] },
  'sgd, momentum': { optimizer: nn.sgd({ learningRate: 0.02, momentum: 0.9 }), plain: plain.plainSgd(0.9), keras: [2.24485710269503, 0.666665260817296] },
  'sgd, nesterov': { optimizer: nn.sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true }), plain: plain.plainSgd(0.9, true), keras: [2.413502238181221, 0.4198895384392809] },
  'sgd, scheduled': { optimizer: nn.sgd({ learningRate: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 }) }), plain: plain.plainSgd(), keras: [1.9471064078309162, 0.9363177227147744] },
  rmsprop: { optimizer: nn.rmsprop({ learningRate: 0.01 }), plain: plain.plainRmsprop(), keras: [1.1197951410057183, 1.8795649783399386] },
  'rmsprop, centered with momentum': { optimizer: nn.rmsprop({ learningRate: 0.01, momentum: 0.5, centered: true }), plain: plain.plainRmsprop(0.9, 0.5, true), keras: [1.2401215443880778, 1.757602296419806] },
  adagrad: { optimizer: nn.adagrad({ learningRate: 0.05 }), plain: plain.plainAdagrad(), keras: [1.1785557606842587, 1.8198446730202238] },
  'adagrad, from 0': { optimizer: nn.adagrad({ learningRate: 0.05, initialAccumulatorValue: 0 }), plain: plain.plainAdagrad(0), keras: [1.1788378045853019, 1.8195611449690676] },
  adadelta: { optimizer: nn.adadelta({ learningRate: 1 }), plain: plain.plainAdadelta(), keras: [1.0086636190007812, 1.9913313795479166] },
  adam: { optimizer: nn.adam(), plain: plain.plainAdam(), keras: [1.0059995882786932, 1.9940002269036943] },
  'adam, amsgrad': { optimizer: nn.adam({ learningRate: 0.1, amsgrad: true, beta2: 0.5 }), plain: plain.plainAdam(0.9, 0.5, true), keras: [1.6034559474602315, 1.3943619727591101] },
  'adam, no momentum': { optimizer: nn.adam({ learningRate: 0.1, beta1: 0, beta2: 0.9 }), plain: plain.plainAdam(0, 0.9), keras: [1.563273948693045, 1.417620964322039] },
  'adam, decaying': { optimizer: nn.adam({ learningRate: 0.1, weightDecay: 0.05 }), plain: plain.plainDecay(0.05, plain.plainAdam()), keras: [1.5581948605739402, 1.350597320274769] },
  adamw: { optimizer: nn.adamw({ learningRate: 0.1, weightDecay: 0.1 }), plain: plain.plainDecay(0.1, plain.plainAdam()), keras: [1.5223383781364528, 1.3003885827206956] },
  adamax: { optimizer: nn.adamax({ learningRate: 0.01 }), plain: plain.plainAdamax(), keras: [1.0597373382229205, 1.9400564250337682] },
  nadam: { optimizer: nn.nadam({ learningRate: 0.01 }), plain: plain.plainNadam(), keras: [1.0466985772898567, 1.9532214963406591] },
  lion: { optimizer: nn.lion({ learningRate: 0.01 }), plain: plain.plainLion(), keras: [1.06, 1.94] },
};

/** Rates with which each finds the bottom of the bowl in 300 steps, where the default is not made for it. */
const rates: Readonly<Record<string, number>> = {
  sgd: 0.05, rmsprop: 0.02, adagrad: 1, adadelta: 200, adam: 0.1, adamw: 0.1, adamax: 0.1, nadam: 0.1,
  lion: 0.019,
}; // prettier-ignore

suite('optimizers', () => {
  test('all of them are here', () => {
    const names = new Set(Object.values(rules).map(({ optimizer }) => optimizer.name));
    assert.deepEqual([...names].sort(), Object.keys(optimizers).sort());
    assert.deepEqual(Object.keys(rates).sort(), Object.keys(optimizers).sort());
    for (const name of Object.keys(optimizers)) assert.equal(optimizerOf(name as 'adam').name, name);
  });

  for (const [name, make] of Object.entries(optimizers))
    test(`${name}: finds the bottom of a bowl, and two runs agree to the bit`, async () => {
      const [, wasm = devices[0] as Device] = devices;
      const optimizer = make({ learningRate: rates[name] ?? NaN });
      const found = await run(wasm, optimizer, [0, 0], bowl, 300);
      // lion's steps do not shrink, so that it swings about the bottom.
      assertClose(found.w, [3, -2], { atol: name === 'lion' ? 0.25 : 0.02 });
      assert.deepEqual(await run(wasm, optimizer, [0, 0], bowl, 300), found);
    });

  for (const [name, { optimizer, plain, keras }] of Object.entries(rules))
    test(`${name}: Keras's rule, step by step`, async () => {
      // On TensorFlow, Keras rounds betas to f32 even in float64: 1 - 0.999 is off by 1.3e-5 of itself.
      assertClose(plainly(plain, optimizer, [1, 2], 6).w, keras, { rtol: 5e-6, what: 'the plain loop' });
      for (const device of devices)
        for (const steps of [1, 2, 6, 40]) {
          const [got, want] = [
            await run(device, optimizer, [1, 2], bowl, steps),
            plainly(plain, optimizer, [1, 2], steps),
          ];
          const tolerance = { rtol: 2e-5, atol: 2e-6, what: `${device.name}, ${steps} steps` };
          assertClose(got.w, want.w, tolerance);
          assert.deepEqual(Object.keys(got.slots).sort(), Object.keys(want.slots).sort());
          for (const [slot, list] of Object.entries(want.slots))
            assertClose(got.slots[slot] ?? [], list, { ...tolerance, what: `${tolerance.what}, ${slot}` });
        }
    });

  test('epsilon stands where Keras has it, which shows where gradients are tiny', async () => {
    const [reference = devices[0] as Device] = devices;
    const start = [3.0001, -2.0002].map(Math.fround);
    for (const [what, { optimizer, plain }] of Object.entries(rules)) {
      const got = await run(reference, optimizer, start, bowl, 3);
      assertClose(got.w, plainly(plain, optimizer, start, 3).w, { rtol: 2e-7, atol: 0, what });
    }
  });

  test("adam's first step is the learning rate, whatever the gradient, if epsilon is small beside it", async () => {
    const [, wasm = devices[0] as Device] = devices;
    for (const size of [1, 1e3, -7]) {
      const { w } = await run(wasm, nn.adam({ learningRate: 0.01 }), [0], (x) => x.mul(size).sum(), 1);
      assertClose(w, [-0.01 * Math.sign(size)], { rtol: 2e-4 });
    }
  });

  test('a gradient of 0 moves nothing and makes no NaN', async () => {
    for (const [name, make] of Object.entries(optimizers)) {
      const still = await run(
        devices[0] as Device,
        make({ weightDecay: 0 }),
        [1, 2],
        (w) => w.mul(0).sum(),
        3,
      );
      assert.deepEqual(still.w, [1, 2], name);
    }
  });

  test('nadam: the product of its first steps is worked out right for any step', async () => {
    const [reference = devices[0] as Device] = devices;
    const optimizer = nn.nadam({ learningRate: 1e-3 });
    for (const steps of [1, 100, 1000]) {
      const want = plainly(plain.plainNadam(), optimizer, [1, 2], steps);
      assertClose((await run(reference, optimizer, [1, 2], bowl, steps)).w, want.w, { rtol: 1e-7 });
    }
  });

  test('averaged: begins at the weights and follows them', async () => {
    const inner = nn.sgd({ learningRate: 0.1, clipvalue: 100 });
    const optimizer = averaged(inner, 0.9);
    assert.equal(optimizer.clip, inner.clip);
    let average = [1, 2];
    for (let t = 1; t <= 4; t++) {
      const { w } = plainly(plain.plainSgd(), inner, [1, 2], t);
      average = average.map((a, i) => 0.9 * a + 0.1 * (w[i] ?? NaN));
    }
    for (const device of devices) {
      const got = await run(device, optimizer, [1, 2], bowl, 4);
      assertClose(got.w, plainly(plain.plainSgd(), inner, [1, 2], 4).w);
      assertClose(got.slots['average'] ?? [], average);
    }
  });
});

suite('weight decay', () => {
  const stepped = async (options: nn.OptimizerOptions, path?: string): Promise<number> => {
    const optimizer = nn.sgd({ learningRate: 0.5, weightDecay: 0.1, ...options });
    const info = { t: Tensor.fill(1), rate: Tensor.fill(0.5), ...(path !== undefined && { path }) };
    const { w } = optimizer.step(Tensor.fill(2), Tensor.fill(1), {}, info);
    return (await (devices[0] as Device).read(w))[0] ?? NaN;
  };

  test('takes its share off every weight but those excluded, by a part of their path or by a function', async () => {
    const [decayed, whole] = [Math.fround(2 - 2 * 0.1 * 0.5 - 0.5), 1.5];
    assertClose([await stepped({}, 'dense/bias')], [decayed]);
    assertClose([await stepped({})], [decayed]);
    assertClose([await stepped({ excludeFromWeightDecay: ['bias', 'norm'] }, 'dense/bias')], [whole]);
    assertClose([await stepped({ excludeFromWeightDecay: ['bias', 'norm'] }, 'dense/kernel')], [decayed]);
    const ofFirst = (path: string): boolean => path.startsWith('first/');
    assertClose([await stepped({ excludeFromWeightDecay: ofFirst }, 'first/kernel')], [whole]);
    assertClose([await stepped({ excludeFromWeightDecay: ofFirst }, 'second/kernel')], [decayed]);
  });
});

suite('clipping', () => {
  const gradients = [[3, -4], [0, 0], [1, 2, -2]]; // prettier-ignore
  const clipped = async (
    clip: Clip,
    list: readonly (readonly number[])[] = gradients,
  ): Promise<number[][]> => {
    const out = clip.of(list.map((g) => Tensor.from(g)));
    const [first = [], ...others] = await Promise.all(
      devices.map(async (device) => (await values(device, out)).map((g) => Array.from(g, Number))),
    );
    for (const other of others) other.forEach((g, i) => assertClose(g, first[i] ?? []));
    return first;
  };

  test('by norm: each gradient on its own, down to a norm', async () => {
    assertClose((await clipped(clipByNorm(4))).flat(), [2.4, -3.2, 0, 0, 1, 2, -2]);
  });

  test('by value: each number on its own', async () => {
    assertClose((await clipped(clipByValue(2.5))).flat(), [2.5, -2.5, 0, 0, 1, 2, -2]);
  });

  test('by the norm of all: one factor, so that the direction stays; no number is not hidden', async () => {
    const all = gradients.flat();
    const norm = Math.sqrt(25 + 9);
    assertClose((await clipped(clipByGlobalNorm(2))).flat(), all.map((x) => (x * 2) / norm)); // prettier-ignore
    assertClose((await clipped(clipByGlobalNorm(6))).flat(), all);
    assertClose((await clipped(clipByGlobalNorm(6), [[0, 0]])).flat(), [0, 0]);
    assert.ok((await clipped(clipByGlobalNorm(2), [[1, NaN], [1, 2]])).flat().every(Number.isNaN)); // prettier-ignore
    assert.ok((await clipped(clipByGlobalNorm(2), [[1, Infinity], [1, 2]])).flat().every(Number.isNaN)); // prettier-ignore
  });

  test("optimizers clip as Keras's do", async () => {
    // Where six steps from [1, 2] lead in Keras 3.15.1.
    for (const device of devices) {
      const ended = async (options: nn.OptimizerOptions): Promise<number[]> =>
        (await run(device, nn.sgd({ learningRate: 0.1, ...options }), [1, 2], bowl, 6)).w;
      assertClose(await ended({ clipnorm: 1 }), [1.4140970228492853, 1.5659183196389097]);
      assertClose(await ended({ globalClipnorm: 1 }), [1.4140970228492853, 1.5659183196389097]);
      assertClose(await ended({ clipvalue: 1 }), [1.6, 1.4]);
    }
  });

  test('one kind at most, above 0', () => {
    assert.equal(clipOf('sgd', {}), undefined);
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => nn.adam({ clipnorm: 1, globalClipnorm: 1 }),
      'adam: only one kind of clipping can be set, got clipnorm and globalClipnorm',
    );
    says(() => nn.sgd({ clipvalue: 0 }), 'sgd: clipvalue must be a number above 0, got 0');
  });
});

test('optimizers: what makes no sense is refused', () => {
  const says = (make: () => unknown, message: string): void =>
    assert.throws(make, { name: 'EidosError', message });
  says(() => nn.sgd({ learningRate: -1 }), 'sgd: learningRate must be a number from 0 or a schedule, got -1');
  says(
    () => nn.adam({ learningRate: NaN }),
    'adam: learningRate must be a number from 0 or a schedule, got NaN',
  );
  says(() => nn.sgd({ momentum: 1 }), 'sgd: momentum must be from 0 to less than 1, got 1');
  says(() => nn.adamw({ beta2: 1 }), 'adamw: beta2 must be from 0 to less than 1, got 1');
  says(() => nn.rmsprop({ epsilon: -1 }), 'rmsprop: epsilon must be a number from 0, got -1');
  says(() => nn.adam({ weightDecay: NaN }), 'adam: weightDecay must be a number from 0, got NaN');
  says(() => averaged(nn.adam(), -1), 'averaged: decay must be from 0 to less than 1, got -1');
  says(
    () =>
      nn
        .adam()
        .step(
          Tensor.fill(1),
          Tensor.fill(1),
          { m: Tensor.fill(0) },
          { t: Tensor.fill(1), rate: Tensor.fill(1) },
        ),
    'adam: there is no slot v, only m',
  );
  says(
    () => optimizerOf('rprop' as 'adam'),
    'compile: optimizer must be one of sgd, rmsprop, adagrad, adadelta, adam, adamw, adamax, nadam, lion, got "rprop"',
  );
});
