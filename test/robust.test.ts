// Training against attacks: a batch is learned from as it was changed, the change sees the loss of each example and the
// step's chance, and a network so trained holds out where an ordinary one does not.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { range } from '../src/base/shape.ts';
import { randomUniform } from '../src/ops/random.ts';
import { Tensor } from '../src/tensor.ts';
import { adversarial, type Perturbation } from '../src/nn/adversarial.ts';
import { beginning } from '../src/nn/beginnings.ts';
import { robustness } from '../src/invert/robustness.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import type { Model } from '../src/nn/model.ts';
import { adam } from '../src/nn/optimizer-adam.ts';
import { flatten } from '../src/nn/reshape.ts';
import { robust, robustPresets } from '../src/nn/presets/robust.ts';
import { sequential } from '../src/nn/sequential.ts';
import { assertClose } from './helpers.ts';
import { bars, side } from './invert-kit.ts';

let device: Device;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
});
after(() => device.close());

const shape = [side, side, 1] as const;
const network = (perturbation?: Perturbation): Model => {
  const model = sequential(
    conv2d(6, 3, { activation: 'relu' }),
    flatten(),
    dense(3, { activation: 'softmax' }),
  ).build(shape);
  model.compile({
    device,
    seed: 4,
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    ...(perturbation && { perturbation }),
  });
  return model;
};

suite('training against attacks', () => {
  test('what is learned from is the batch as it was changed', async () => {
    const blank: Perturbation = { name: 'blank', perturb: (x) => x.mul(0) };
    const data = bars(30);
    const empty = { ...data, images: new Uint8Array(data.images.length) };
    const model = network(blank);
    const { loss } = await model.evaluate(empty);
    const { epochs } = await model.fit(data, { epochs: 1, batchSize: 30 });
    assertClose([epochs[0]?.loss ?? NaN], [loss], { rtol: 1e-5, atol: 1e-6 });
    // Judging is not learning: evaluate() sees pictures as they are.
    const plain = network();
    await plain.setWeights(await model.getWeights());
    assertClose([(await model.evaluate(data)).loss], [(await plain.evaluate(data)).loss]);
    await model.close();
    await plain.close();
  });

  test('the change sees the loss of each example, and chance', async () => {
    let shapes: unknown;
    const looking: Perturbation = {
      name: 'looking',
      perturb(x, loss, uniform) {
        shapes = [loss(x).shape, uniform(x, 'a chance').shape];
        return x;
      },
    };
    const [model, plain, data] = [network(looking), network(), bars(30)];
    const a = await model.fit(data, { epochs: 2, batchSize: 10 });
    const b = await plain.fit(data, { epochs: 2, batchSize: 10 });
    assert.deepEqual(shapes, [[10], [10, side, side, 1]]);
    assertClose(a.history['loss'] ?? [], b.history['loss'] ?? [], { rtol: 1e-5, atol: 1e-6 });
    await model.close();
    await plain.close();
  });

  test('a network so trained holds out where an ordinary one does not', async () => {
    const data = bars(240, 3);
    const others = bars(90, 8);
    const found: number[] = [];
    for (const perturbation of [undefined, adversarial({ epsilon: 0.25, steps: 4 })]) {
      const model = network(perturbation);
      await model.fit(data, { epochs: 25, batchSize: 30 });
      const { cleanAccuracy, robustAccuracy } = await robustness(model, others, {
        attack: 'pgd',
        epsilon: 0.25,
        steps: 10,
      });
      assert.ok(cleanAccuracy > 0.9, String(cleanAccuracy));
      found.push(robustAccuracy);
      await model.close();
    }
    const [ordinary = NaN, trained = NaN] = found;
    assert.ok(trained > ordinary + 0.2, found.join());
  });

  test('steps begin in noise, stripes and squares, each a third of the time', async () => {
    const count = 90;
    const program = await device.compile(
      ({ inputs: { x } }) => {
        const chance = { seed: Tensor.fill(3, [], 'i32'), step: Tensor.fill(0, [], 'i32') };
        let purpose = 0;
        return {
          outputs: { start: beginning('mixed', x!, (like) => randomUniform(like, chance, purpose++)) },
        };
      },
      { batch: count, inputs: { x: { shape: ['batch', 6, 10, 1] } } },
    );
    const out = await program.run({ x: new Float32Array(count * 60) }, { batch: count });
    const start = out['start'] as Float32Array;
    const kinds = { noise: 0, stripes: 0, squares: 0 };
    for (let i = 0; i < count; i++) {
      const at = (row: number, column: number): number => start[i * 60 + row * 10 + column]!;
      const places = range(60).map((p) => [Math.floor(p / 10), p % 10] as const);
      const corner = places.every(([r, c]) => Math.abs(at(r, c)) === 1);
      const alike = (down: number, across: number): boolean =>
        places.every(([r, c]) => at(r, c) === at(r - (r % down), c - (c % across)));
      assert.ok(places.every(([r, c]) => Math.abs(at(r, c)) <= 1));
      assert.equal(corner, alike(6, 1) || alike(4, 4), `picture ${i}`);
      kinds[!corner ? 'noise' : alike(6, 1) ? 'stripes' : 'squares']++;
    }
    for (const [kind, n] of Object.entries(kinds)) assert.ok(n > 15 && n < 45, `${kind}: ${n} of ${count}`);
    program.close();
  });

  test('what cannot be is refused', async () => {
    assert.throws(
      () => adversarial({ beginnings: 'everywhere' as 'noise' }),
      /beginnings must be 'noise' or 'mixed'/,
    );
    const flat = sequential(dense(3, { activation: 'softmax' })).build([side * side]);
    flat.compile({
      device,
      loss: 'sparseCategoricalCrossentropy',
      perturbation: adversarial({ beginnings: 'mixed' }),
    });
    const x = new Float32Array(4 * side * side);
    await assert.rejects(flat.fit({ images: x, labels: new Uint8Array(4), count: 4, shape: [side * side] }, { epochs: 1 }), /needs images \[N, H, W, C\]/); // prettier-ignore
    await flat.close();
  });

  test('the preset is for digits', () => {
    assert.equal(robust().count(), 24 * 17 + 48 * (16 * 24 + 1) + 49 * 48 * 100 + 100 + 1010);
    assert.equal(robustPresets.robust.perturbation(500).name, 'adversarial(0.3)');
  });
});
