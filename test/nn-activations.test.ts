// Activations by name and as layers: values against their formulas, also far out and at kinks, slopes against
// differences, and how layers take them.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { erf } from '../src/base/gauss.ts';
import { grad } from '../src/grad.ts';
import {
  activated,
  activation,
  activationOf,
  activations,
  elu,
  gelu,
  leakyRelu,
  type Activation,
  type ActivationName,
} from '../src/nn/activation.ts';
import { dense } from '../src/nn/dense.ts';
import { drawFrom } from '../src/nn/layer.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertEqualGraphs, slopePairs, values } from './helpers.ts';
import { answering, openTwo, some } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const silu = (x: number): number => x * sigmoid(x);

/** The formulas; what a function of one number is at a kink is said beside it. */
const formulas: Record<Exclude<ActivationName, 'softmax'>, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid,
  tanh: Math.tanh,
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu,
  swish: silu,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  hardSigmoid: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  mish: (x) => x * Math.tanh(softplus(x)),
};

/** Where they are looked at: about 0, where they bend, and far out. */
const places = [...some(24, 0.37), 0, 0.5, -2.5, 2.9, -3, 3, -3.1, 5.9, 6, 6.1, -20, 20, -80, 80];
const x = Tensor.from(places);

suite('activations', () => {
  for (const [name, formula] of Object.entries(formulas)) {
    const { of } = activations[name as ActivationName];
    test(`${name}: values and slopes`, async () => {
      const want = Float64Array.from(places, formula);
      for (const device of devices.all)
        assertClose((await values(device, [of(x)]))[0]!, Float32Array.from(want), {
          what: `${name} on ${device.name}`,
        });
      const smooth = Tensor.from([...some(24, 0.37), 2.5, -2.5, 5, -5, 7, -7]);
      await assertEqualGraphs(devices, slopePairs(name, of, [smooth]), { rtol: 1e-5, atol: 1e-5 });
    });
  }

  test('softmax: shares that add up to 1, over the last axis', async () => {
    const rows = Tensor.from([...places, ...places.map((v) => -v)], [2, places.length]);
    const shares = (list: readonly number[]): number[] => {
      const e = list.map((v) => Math.exp(v - Math.max(...list)));
      return e.map((v) => v / e.reduce((a, b) => a + b));
    };
    for (const device of devices.all)
      assertClose(
        (await values(device, [activations.softmax.of(rows)]))[0]!,
        [...shares(places), ...shares(places.map((v) => -v))],
        { rtol: 2e-5 },
      );
  });

  test('no slope is NaN far out, and those at kinks are the ones of TensorFlow', async () => {
    const at = Tensor.from([-1000, 1000]);
    const kinks = { relu: [0], leakyRelu: [0.2], elu: [1], selu: [1.0507009873554805], softsign: [1] };
    const slopeAt = (name: string, where: Tensor): Tensor =>
      grad(activations[name as ActivationName].of(where).sum(), [where])[0]!;
    const names = Object.keys(activations).filter((name) => name !== 'exponential');
    const steep = await values(devices.compiled[0]!, names.map((name) => slopeAt(name, at))); // prettier-ignore
    steep.forEach((found, i) => assert.ok(found.every(Number.isFinite), `${names[i]}: ${found.join()}`));
    const zero = Tensor.from([0]);
    const found = await values(devices.reference, Object.keys(kinks).map((name) => slopeAt(name, zero))); // prettier-ignore
    Object.entries(kinks).forEach(([name, want], i) => assertClose(found[i]!, want, { what: name }));
    const ends = await values(devices.reference, [
      slopeAt('relu6', Tensor.from([0, 3, 6])),
      slopeAt('hardSigmoid', Tensor.from([-3, 0, 3])),
    ]);
    assertClose(ends[0]!, [0, 1, 0]);
    assertClose(ends[1]!, [0, 1 / 6, 0]);
  });
});

suite('activations with numbers of their own', () => {
  const byTanh = (v: number): number =>
    (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
  const cases: Readonly<Record<string, readonly [Activation, (x: number) => number]>> = {
    'leakyRelu()': [leakyRelu(), (v) => (v > 0 ? v : 0.3 * v)],
    'leakyRelu(0.1)': [leakyRelu(0.1), (v) => (v > 0 ? v : 0.1 * v)],
    'elu()': [elu(), (v) => (v > 0 ? v : Math.expm1(v))],
    'elu(2)': [elu(2), (v) => (v > 0 ? v : 2 * Math.expm1(v))],
    'gelu()': [gelu(), formulas.gelu],
    'gelu({ approximate: true })': [gelu({ approximate: true }), byTanh],
    'one of my own': [{ of: (t) => t.sin() }, Math.sin],
  };
  for (const [name, [given, formula]] of Object.entries(cases))
    test(`${name}: as the activation of a layer, and as a layer`, async () => {
      const params = { kernel: Tensor.from([1], [1, 1]) };
      const column = x.reshape([places.length, 1]);
      const layer = dense(1, { activation: given, useBias: false });
      const inside = layer.apply({ params, state: {} }, column, answering).y;
      const after = activation(given).apply({ params: {}, state: {} }, column, answering).y;
      const want = Float32Array.from(places, formula);
      for (const device of devices.all)
        for (const found of await values(device, [inside, after])) assertClose(found, want);
      if (!('apply' in given)) return;
      const own = (given as ReturnType<typeof leakyRelu>).apply({ params: {}, state: {} }, column, answering);
      assertClose((await values(devices.reference, [own.y]))[0]!, want);
    });

  test('they are layers of Keras names that keep shapes', () => {
    const layers = [leakyRelu(), elu(), activation('mish'), leakyRelu(0.2, { name: 'leak' })];
    assert.deepEqual(
      layers.map(({ name, kind }) => [name, kind]),
      [
        ['leaky_re_lu', 'LeakyReLU'],
        ['elu', 'ELU'],
        ['activation', 'Activation'],
        ['leak', 'LeakyReLU'],
      ],
    );
    for (const layer of layers) assert.deepEqual(layer.build([2, 3], drawFrom(1)).shape, [2, 3]);
  });

  test('only sigmoid and softmax say what they were given', () => {
    const told = Object.entries(activations).flatMap(([name, row]) => {
      const { logits } = activated(row, x.reshape([1, places.length]));
      return logits ? [[name, logits.of]] : [];
    });
    assert.deepEqual(told, [
      ['sigmoid', 'sigmoid'],
      ['softmax', 'softmax'],
    ]);
  });

  test('errors', () => {
    const names = Object.keys(activations).join(', ');
    const cases: Record<string, () => unknown> = {
      [`dense(2): activation must be one of ${names}, got "rellu"`]: () =>
        dense(2, { activation: 'rellu' as 'relu' }),
      [`activation("swissh"): activation must be one of ${names}, got "swissh"`]: () =>
        activation('swissh' as 'swish'),
      [`lstm(1): activation must be one of ${names}, got {}`]: () =>
        activationOf('lstm(1)', {} as Activation),
      'leakyRelu(-1): the slope must be a number from 0, got -1': () => leakyRelu(-1),
    };
    for (const [message, call] of Object.entries(cases)) assert.throws(call, new EidosError(message));
  });
});
