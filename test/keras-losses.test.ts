// Activations and losses beside Keras's numbers: values, and gradients by what they are given. The reference agrees in
// float64; wasm and native agree with the reference.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { sizeOf } from '../src/base/shape.ts';
import type { Device } from '../src/device/device.ts';
import { grad } from '../src/grad.ts';
import * as activation from '../src/nn/activation.ts';
import { activationOf, activations, type AnyActivation } from '../src/nn/activation.ts';
import * as loss from '../src/nn/loss.ts';
import { losses, type Loss } from '../src/nn/loss.ts';
import { Tensor } from '../src/tensor.ts';
import { values } from './helpers.ts';
import {
  fixture,
  givenBy,
  limits,
  made,
  openCompared,
  unpacked,
  weightsLike,
  Worst,
  type Call,
  type Given,
  type Named,
  type Packed,
} from './keras.ts';

interface Activations {
  readonly name: string;
  readonly activation: Call | string;
  readonly x: Given;
  readonly y: Packed;
  readonly gradient: Packed;
}

interface Losses {
  readonly name: string;
  readonly loss: Call;
  readonly target: Given;
  readonly y: Given;
  /** One number per example. */
  readonly each: Packed;
  readonly gradient: Packed;
}

const file = fixture<{
  readonly activations: readonly Activations[];
  readonly losses: readonly Losses[];
}>('losses');
const devices = await openCompared();
after(() => devices.close());

const tensorOf = (spec: Given, seed: number): Tensor => Tensor.from(givenBy(spec, seed), spec.shape);

/** Two tensors for each case, computed by one program on a device. */
async function pairs(
  device: Device,
  all: readonly (readonly [Tensor, Tensor])[],
): Promise<ArrayLike<number>[]> {
  return values(device, all.flat());
}

/** Every case against Keras on the reference, and against the reference elsewhere; says how far off. */
async function compare<T extends { readonly name: string }>(
  cases: readonly T[],
  words: readonly [string, string],
  graph: (one: T) => readonly [Tensor, Tensor],
  want: (one: T) => readonly [Packed, Packed],
): Promise<string> {
  const worst = new Worst();
  const graphs = cases.map(graph);
  const named = (list: readonly ArrayLike<number>[]): Named =>
    Object.fromEntries(list.map((x, i) => [`${cases[i >> 1]?.name ?? ''}: ${words[i & 1]!}`, x]));
  const double = named(await pairs(devices.double, graphs));
  worst.check('reference', double, named(cases.flatMap((one) => want(one).map(unpacked))), limits.reference);
  for (const device of devices.single)
    worst.check(device.name, named(await pairs(device, graphs)), double, limits.single);
  return `largest deviations: ${String(worst)}`;
}

suite('activations beside Keras', () => {
  test('values and gradients', async (t) => {
    const found = await compare(
      file.activations,
      ['activations', 'slope'],
      ({ activation: given, x: spec }) => {
        const x = tensorOf(spec, 0);
        const y = activationOf('test', made(activation, given) as AnyActivation).of(x);
        return [y, grad(y.mul(Tensor.from(weightsLike(spec.shape), spec.shape)).sum(), [x])[0]!];
      },
      ({ y, gradient }) => [y, gradient],
    );
    t.diagnostic(found);
  });

  test('every activation has a fixture', () => {
    const known = new Set(file.activations.map(({ activation: f }) => (typeof f === 'string' ? f : f.call)));
    assert.deepEqual(
      Object.keys(activations).filter((name) => !known.has(name)),
      [],
    );
    const makers = Object.entries(activation).filter(
      ([name, f]) => typeof f === 'function' && !inside.has(name),
    );
    assert.deepEqual(
      makers.map(([name]) => name).filter((name) => !known.has(name)),
      [],
    );
  });
});

/** What activation.ts exports that is no activation. */
const inside = new Set(['activation', 'activationOf', 'activated']);

suite('losses beside Keras', () => {
  test('values and gradients', async (t) => {
    const found = await compare(
      file.losses,
      ['losses', 'gradient'],
      ({ loss: call, target, y: spec }) => {
        const y = tensorOf(spec, 2);
        const each = (made(loss, call) as Loss).each(tensorOf(target, 1), { y });
        assert.deepEqual(each.shape, [spec.shape[0]]);
        return [each, grad(each.mean(), [y])[0]!];
      },
      ({ each, gradient }) => [each, gradient],
    );
    t.diagnostic(found);
  });

  test('every loss has a fixture, of every kind of target', () => {
    const known = new Set(file.losses.map(({ loss: { call } }) => call));
    assert.deepEqual(
      Object.keys(losses).filter((name) => !known.has(name)),
      [],
    );
    for (const { name, y, gradient } of file.losses)
      assert.equal(unpacked(gradient).length, sizeOf(y.shape), name);
  });
});
