// What can be asked for, how near ideas come to it, and what is said when it cannot be.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { annealing } from '../src/invert/annealing.ts';
import { cmaEs } from '../src/invert/cma-es.ts';
import { genetic } from '../src/invert/genetic.ts';
import { ideaOf, type IdeaOptions } from '../src/invert/idea.ts';
import { totalVariation, jitter } from '../src/invert/priors.ts';
import { question } from '../src/invert/question.ts';
import type { Target } from '../src/invert/target.ts';
import { at } from '../src/base/shape.ts';
import { dense } from '../src/nn/dense.ts';
import { concatenate } from '../src/nn/merge.ts';
import { model as functional } from '../src/nn/functional.ts';
import { input } from '../src/nn/symbolic.ts';
import type { Model } from '../src/nn/model.ts';
import { sequential } from '../src/nn/sequential.ts';
import { convolved, densely } from './idea-kit.ts';

let device: Device;
let model: Model;
let drawn: Model;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  [model, drawn] = [await densely(device), await convolved(device)];
});
after(() => device.close());

const closest = { method: 'cma-es', pixels: 'continuous', budget: 6000, seed: 1 } as const;

suite('targets', () => {
  test('any y that can be reached is reached: |N(x) - y| falls below 0.01', async () => {
    for (let i = 0; i < 3; i++) {
      const x = Float32Array.from({ length: 16 }, (_, k) => ((k * 37 + i * 11) % 17) / 16);
      const { data: y } = await model.predict(x);
      const found = await ideaOf(model, { ...closest, target: y });
      assert.ok((found.residual ?? 1) <= 0.01, `${found.residual} from ${y.join(', ')}`);
      assert.ok(Math.abs(found.score + (found.residual ?? 1)) < 1e-5);
      const n = found.probabilities;
      assert.ok(Math.abs(Math.hypot(...y.map((v, k) => v - (n[k] ?? 0))) - (found.residual ?? 1)) < 1e-6);
    }
  });

  test('a mix is its parts', async () => {
    const { probabilities, residual = 1 } = await ideaOf(model, { ...closest, target: { 0: 1, 2: 1 } });
    assert.ok(residual <= 0.01, `${residual}: ${probabilities.join(', ')}`);
  });

  test('a class by its logit and by its probability', async () => {
    const found = await Promise.all(
      (['logit', 'probability'] as const).map((score) =>
        ideaOf(model, { target: 0, score, seed: 2, method: 'cma-es', pixels: 'continuous' }),
      ),
    );
    const [byLogit, byProbability] = [at(found, 0), at(found, 1)];
    assert.ok(Math.abs(byProbability.score - (byProbability.probability ?? 0)) < 1e-6);
    assert.ok((byProbability.probability ?? 0) > 0.9, `${byProbability.probability}`);
    assert.ok((byProbability.residual ?? 1) < 0.03);
    // Each is better at what it was asked for.
    assert.ok((byLogit.probability ?? 1) < (byProbability.probability ?? 0));
    assert.ok(byLogit.score > 1);
  });

  test('logits without a softmax are given one', async () => {
    const { probabilities, score, image } = await ideaOf(drawn, { target: 0 });
    const logits = [...(await drawn.predict(image)).data];
    const sum = logits.reduce((s, x) => s + Math.exp(x), 0);
    assert.equal(score, logits[0]);
    logits.forEach((x, i) => assert.ok(Math.abs((probabilities[i] ?? 0) - Math.exp(x) / sum) < 1e-6));
  });

  test('vectors of logits too', async () => {
    const y = (await drawn.predict(new Float32Array(16).fill(0.25))).data;
    const { residual = 1 } = await ideaOf(drawn, { ...closest, target: [...y], score: 'logit' });
    assert.ok(residual <= 0.01, `${residual}`);
  });

  test('a neuron and a channel of a layer inside', async () => {
    // The first layer alone, with the same weights.
    const edges = sequential(at(drawn.layers, 0).layer).build([4, 4, 1]);
    edges.compile({ device, optimizer: 'sgd', loss: 'meanSquaredError' });
    await edges.setWeights((await drawn.getWeights()).filter(({ name }) => name.startsWith('edges')));
    const seen = async (x: Float32Array): Promise<Float32Array> => (await edges.predict(x)).data;
    const grey = await seen(new Float32Array(16).fill(0.5));
    const neuron = grey.indexOf(Math.max(...grey));
    const mean = (y: Float32Array): number =>
      y.filter((_, i) => i % 3 === neuron % 3).reduce((sum, x) => sum + x / 9, 0);
    for (const [target, value] of [
      [{ layer: 'edges', neuron }, (y: Float32Array) => y[neuron] ?? NaN],
      [{ layer: 'edges', channel: neuron % 3 }, mean],
    ] as const) {
      const found = await ideaOf(drawn, { target, seed: 1 });
      assert.equal(found.residual, undefined);
      assert.equal(found.probability, undefined);
      assert.ok(Math.abs(value(await seen(found.image)) - found.score) < 1e-5);
      assert.ok(found.score > value(grey), `${found.score} against ${value(grey)}`);
    }
  });

  test('slopes are the score of a pixel changed a little', async () => {
    const asked = await question(model, 1);
    const image = Float32Array.from({ length: 16 }, (_, i) => i / 20);
    const { slopes } = await asked.ask([image, image], true);
    const nudged = (k: number, by: number): Float32Array => image.map((x, i) => (i === k ? x + by : x));
    for (let k = 0; k < 16; k++) {
      const { scores } = await asked.ask([nudged(k, -0.01), nudged(k, 0.01)]);
      const slope = ((scores[1] ?? NaN) - (scores[0] ?? NaN)) / 0.02;
      assert.ok(Math.abs(slope - (slopes?.[1]?.[k] ?? NaN)) < 0.05, `${slope} and ${slopes?.[1]?.[k]}`);
    }
  });

  test('more images than a program takes at once', async () => {
    const asked = await question(model, 1);
    const images = Array.from({ length: 150 }, (_, i) => new Float32Array(16).fill(i / 150));
    const { scores, slopes } = await asked.ask(images, true);
    assert.deepEqual((await asked.ask(images.slice(140))).scores.length, 10);
    assert.equal(slopes?.length, 150);
    for (const i of [0, 63, 64, 149])
      assert.ok(Math.abs((scores[i] ?? NaN) - ((await asked.ask([images[i]!])).scores[0] ?? NaN)) < 1e-5);
  });

  test('a prior takes from what is searched for, not from what is told', async () => {
    const options = { target: 0, method: 'greedy', seed: 4 } as const;
    const rough = await ideaOf(drawn, options);
    const smooth = await ideaOf(drawn, { ...options, priors: [totalVariation(5)] });
    const variation = ({ image }: { image: Float32Array }): number =>
      image.reduce(
        (sum, x, i) =>
          sum +
          (i % 4 ? Math.abs(x - (image[i - 1] ?? 0)) : 0) +
          (i > 3 ? Math.abs(x - (image[i - 4] ?? 0)) : 0),
        0,
      );
    assert.ok(variation(smooth) < variation(rough), `${variation(smooth)} and ${variation(rough)}`);
    assert.equal(smooth.score, (await drawn.predict(smooth.image)).data[0]);
  });
});

suite('errors of ideas', () => {
  type Case = readonly [options: Partial<IdeaOptions>, message: string];
  const cases: Record<string, Case> = {
    'an unknown class': [{ target: 3 }, 'idea: there is no class 3; the model has classes 0 to 2'],
    'half a class': [{ target: 0.5 }, 'idea: there is no class 0.5; the model has classes 0 to 2'],
    'a mix with an unknown class': [
      { target: { 1: 1, 7: 1 } },
      'idea: there is no class 7; the model has classes 0 to 2',
    ],
    'a mix of nothing': [
      { target: { 1: 0 } },
      'idea: a mix needs parts from 0 that are not all 0, got {"1":0}',
    ],
    'a vector of the wrong length': [
      { target: [1, 0] },
      'idea: a vector must be 3 numbers, as the model gives, got 2 (1, 0)',
    ],
    'a vector that is none': [
      { target: [1, NaN, 0] },
      'idea: a vector must be 3 numbers, as the model gives, got 3 (1, NaN, 0)',
    ],
    'an unknown layer': [
      { target: { layer: 'edges', neuron: 0 } },
      'idea: there is no layer edges; the model has flatten, dense, dense_1, dense_2',
    ],
    'an unknown neuron': [
      { target: { layer: 'dense', neuron: 12 } },
      'idea: dense gives [12], so its neuron must be from 0 to 11, got 12',
    ],
    'an unknown channel': [
      { target: { layer: 'dense', channel: -1 } },
      'idea: dense gives [12], so its channel must be from 0 to 11, got -1',
    ],
    'an unknown score': [{ score: 'loss' as never }, 'idea: score must be logit or probability, got "loss"'],
    'an unknown method': [
      { method: 'genetics' as never },
      'idea: method must be one of monte-carlo, greedy, annealing, genetic, cma-es, got "genetics"',
    ],
    'no budget': [{ budget: 0 }, 'idea: budget must be a whole number of images from 1, got 0'],
    'no frames': [{ every: 0 }, 'idea: every must be a whole number of images from 1, got 0'],
    'unknown pixels': [{ pixels: 'grey' as never }, 'idea: pixels must be binary or continuous, got "grey"'],
    'a start of another size': [
      { start: new Float32Array(15) },
      'idea: an image has 16 pixels [4, 4, 1], got 15 to start from',
    ],
    'half a seed': [{ seed: 0.5 }, 'rng: needs an integer seed from 0 to 4294967295, got 0.5'],
    'a prior for others': [
      { priors: [jitter()] },
      'idea: jitter is for methods that climb a slope; this one takes priors with a penalty',
    ],
  };
  for (const [name, [options, message]] of Object.entries(cases))
    test(name, () => assert.rejects(ideaOf(model, { target: 1, ...options }), new EidosError(message)));

  test('going on with another method', async () => {
    const { state } = await ideaOf(model, { target: 1, budget: 20 });
    await assert.rejects(
      ideaOf(model, { target: 1, method: 'genetic', seed: 2, resume: state }),
      new EidosError(
        'idea: can go on only with the method and seed it began with, greedy and 0, got genetic and 2',
      ),
    );
  });

  test('damaged weights', async () => {
    const broken = await densely(device);
    const [kernel] = await broken.getWeights();
    await broken.setWeights([
      { name: kernel?.name ?? '', data: kernel?.data.map(() => NaN) ?? ([] as never) },
    ]);
    for (const method of ['greedy', 'genetic'] as const)
      await assert.rejects(
        ideaOf(broken, { target: 1, method }),
        new EidosError('idea: the model gives NaN for an image; its weights are damaged'),
      );
    await broken.close();
  });

  test('models that cannot be asked', async () => {
    const ask = (one: Model, target: Target = 0): Promise<unknown> => ideaOf(one, { target });
    await assert.rejects(
      ask(sequential(dense(2))),
      new EidosError(
        'idea: the shape of an image is not known; call build([28, 28, 1]), or whatever it is, first',
      ),
    );
    await assert.rejects(
      ask(sequential(dense(2)).build([null, 3])),
      new EidosError('idea: needs images of one size, the model takes [null, 3]'),
    );
    const [a, b] = [input([2]), input([2])];
    await assert.rejects(
      ask(functional({ inputs: [a, b], outputs: concatenate()([a, b]) })),
      new EidosError('idea: needs a model of one input, this one has 2'),
    );
    await assert.rejects(
      ask(sequential(dense(2)).build([3, 3])),
      new EidosError(
        'idea: a class or a vector needs a model that gives one row of numbers, this one gives [3, 2]; ask for a neuron or a channel',
      ),
    );
    await assert.rejects(
      ask(sequential(dense(2)).build([3]), { layer: 'edges', channel: 0 }),
      new EidosError('idea: there is no layer edges; the model has dense'),
    );
  });

  test('options of methods', () => {
    const bad: readonly (readonly [() => unknown, string])[] = [
      [
        () => annealing({ from: 1, to: 2 }),
        'annealing: needs temperatures above 0 that fall, got from 1 to 2',
      ],
      [
        () => annealing({ to: 0 }),
        'annealing: needs temperatures above 0 that fall, got from undefined to 0',
      ],
      [
        () => genetic({ population: 2 }),
        'genetic: needs whole numbers, a population above the elite and a tournament from 1, got 2, 2 and 4',
      ],
      [
        () => genetic({ crossover: 2 }),
        'genetic: needs crossover from 0 to 1 and mutation in pixels from 0, got 2 and 3',
      ],
      [() => cmaEs({ population: 3 }), 'cmaEs: needs a population from 4 and a sigma above 0, got 3 and 0.3'],
    ];
    for (const [make, message] of bad) assert.throws(make, new EidosError(message));
  });
});
