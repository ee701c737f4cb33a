// Layers beside Keras's numbers: outputs, gradients by inputs and parameters, penalties, and the state afterwards.
// The reference agrees in float64; wasm and native agree with the reference.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import type { TypedArray } from '../src/base/dtype.ts';
import type { Shape } from '../src/base/shape.ts';
import type { Device, Variable } from '../src/device/device.ts';
import { grad } from '../src/grad.ts';
import * as activation from '../src/nn/activation.ts';
import * as batchNorm from '../src/nn/batch-norm.ts';
import * as bidirectional from '../src/nn/bidirectional.ts';
import * as conv2d from '../src/nn/conv2d.ts';
import * as conv2dTranspose from '../src/nn/conv2d-transpose.ts';
import * as dense from '../src/nn/dense.ts';
import * as depthwiseConv2d from '../src/nn/depthwise-conv2d.ts';
import * as dropout from '../src/nn/dropout.ts';
import * as embedding from '../src/nn/embedding.ts';
import * as groupNorm from '../src/nn/group-norm.ts';
import * as gru from '../src/nn/gru.ts';
import * as layerNorm from '../src/nn/layer-norm.ts';
import { drawFrom, type AnyLayer, type Params } from '../src/nn/layer.ts';
import * as locallyConnected2d from '../src/nn/locally-connected2d.ts';
import * as lstm from '../src/nn/lstm.ts';
import * as masking from '../src/nn/masking.ts';
import * as merge from '../src/nn/merge.ts';
import * as padding2d from '../src/nn/padding2d.ts';
import * as pixelNorm from '../src/nn/pixel-norm.ts';
import * as pool2d from '../src/nn/pool2d.ts';
import * as regularizer from '../src/nn/regularizer.ts';
import * as reshape from '../src/nn/reshape.ts';
import * as simpleRnn from '../src/nn/simple-rnn.ts';
import * as spectralNorm from '../src/nn/spectral-norm.ts';
import * as timeDistributed from '../src/nn/time-distributed.ts';
import { leavesOf, mapTree } from '../src/nn/tree.ts';
import * as upSampling2d from '../src/nn/up-sampling2d.ts';
import type { Tensor } from '../src/tensor.ts';
import {
  fixture,
  limits,
  made,
  numbers,
  openCompared,
  startOf,
  unpacked,
  weightsLike,
  Worst,
  type Call,
  type Kind,
  type Named,
  type Packed,
} from './keras.ts';
import { root } from './project.ts';

interface Case {
  readonly name: string;
  readonly layer: Call;
  readonly inputs: readonly { readonly shape: Shape; readonly kind: Kind }[];
  readonly training?: boolean;
  /** Which steps of each example count. */
  readonly mask?: readonly (readonly number[])[];
  readonly weights: readonly { readonly path: string; readonly shape: Shape }[];
  readonly ys: readonly { readonly shape: Shape; readonly data: Packed }[];
  readonly penalty?: Packed;
  readonly gradients: Readonly<Record<string, Packed>>;
  readonly state?: Readonly<Record<string, Packed>>;
}

const library = {
  ...activation,
  ...batchNorm,
  ...bidirectional,
  ...conv2d,
  ...conv2dTranspose,
  ...dense,
  ...depthwiseConv2d,
  ...dropout,
  ...embedding,
  ...groupNorm,
  ...gru,
  ...layerNorm,
  ...locallyConnected2d,
  ...lstm,
  ...masking,
  ...merge,
  ...padding2d,
  ...pixelNorm,
  ...pool2d,
  ...regularizer,
  ...reshape,
  ...simpleRnn,
  ...spectralNorm,
  ...timeDistributed,
  ...upSampling2d,
};

/** What gives a layer and has no fixture, and why. */
const others: Readonly<Record<string, string>> = {
  augment: 'several random changes at once; Keras has none such',
  layerOf: 'makes layers from what they do',
  merging: 'makes layers from what they do',
  randomErasing: 'random; its words are Keras’s, its chance is not',
  randomFlip: 'random',
  randomRotation: 'random, and Keras turns in float32',
  randomShear: 'random',
  randomTranslation: 'random',
  randomZoom: 'random',
  recurrent: 'the loop that recurrent layers are made of',
  stateless: 'makes layers from what they do',
  strokeThickness: 'Keras has none such',
  unary: 'makes layers from what they do',
  wired: 'makes models of layers',
};

const { layers: cases } = fixture<{ readonly layers: readonly Case[] }>('layers');
const devices = await openCompared();
const worst = new Worst();
after(() => devices.close());

/** A case as programs take it: a layer, variables for what it holds, and what it is given. */
interface Prepared {
  readonly one: Case;
  readonly layer: AnyLayer;
  readonly held: { readonly params: Params; readonly state: Params };
  /** By name: shape, type and numbers. */
  readonly given: readonly (readonly [string, Shape, TypedArray])[];
}

function prepared(device: Device, one: Case, held: Variable[]): Prepared {
  const layer = made(library, one.layer) as AnyLayer;
  const built = layer.lists.build(
    one.inputs.map(({ shape }) => shape.slice(1)),
    drawFrom(1),
  );
  const sorted = (list: readonly (readonly [string, Shape])[]): unknown => [...list].sort();
  assert.deepEqual(
    sorted(leavesOf({ ...built.params, ...built.state }).map(([path, t]) => [path, t.shape])),
    sorted(one.weights.map(({ path, shape }) => [path, shape])),
    `${one.name}: parameters and state`,
  );
  const variables: Record<string, Variable> = Object.fromEntries(
    one.weights.map(({ path, shape }, i) => [
      path,
      device.variable(startOf(path, i, shape), shape, { name: path }),
    ]),
  );
  held.push(...Object.values(variables));
  const of = (tree: Params): Params => mapTree(tree, (_, path) => variables[path]!.tensor);
  const given: [string, Shape, TypedArray][] = [
    ...one.inputs.map(({ shape, kind }, i): [string, Shape, TypedArray] => [
      `x${i}`,
      shape,
      numbers(kind, 1 + i, shape),
    ]),
    ...one.ys.map(({ shape }, i): [string, Shape, TypedArray] => [`w${i}`, shape, weightsLike(shape, i)]),
  ];
  if (one.mask)
    given.push(['mask', [one.mask.length, one.mask[0]!.length], Float32Array.from(one.mask.flat())]);
  return { one, layer, held: { params: of(built.params), state: of(built.state) }, given };
}

/** What comes out, by name. */
function outputsOf({ one, layer, held }: Prepared, given: Readonly<Record<string, Tensor>>) {
  const xs = one.inputs.map((_, i) => given[`x${i}`]!);
  const mask = given['mask']?.greater(0.5);
  const context = { training: one.training ?? false, uniform: noChance, ...(mask && { mask }) };
  const { ys, penalty, state } = layer.lists.apply(held, xs, context);
  assert.deepEqual(
    ys.map((y) => y.shape.slice(1)),
    one.ys.map(({ shape }) => shape.slice(1)),
    `${one.name}: the shapes of outputs`,
  );
  const floats = xs.flatMap((x, i) => (x.dtype === 'f32' ? [[`x${i}`, x] as const] : []));
  const by = [...floats, ...leavesOf(held.params)];
  const score = ys.map((y, i) => y.mul(given[`w${i}`]!).sum()).reduce((a, b) => a.add(b));
  const gradients = grad(
    penalty ? score.add(penalty) : score,
    by.map(([, t]) => t),
  );
  return {
    ...Object.fromEntries(ys.map((y, i) => [`y${i}`, y])),
    ...Object.fromEntries(by.map(([path], i) => [`d ${path}`, gradients[i]!])),
    ...(penalty && { penalty }),
    ...(one.training && Object.fromEntries(leavesOf(state))),
  };
}

const noChance = (): Tensor => assert.fail('there is no chance in these layers');

/** Cases of as many examples by one program, which would take more: all that their fixtures tell, by name. */
async function run(device: Device, count: number, some: readonly Case[]): Promise<Named> {
  const held: Variable[] = [];
  const all = some.map((one) => prepared(device, one, held));
  const rowsOf = ({ one, given }: Prepared) =>
    given.map(([name, shape, data]) => [name, `${one.name}: ${name}`, shape, data] as const);
  const specs = all.flatMap(rowsOf).map(([, path, shape, data]) => {
    const dtype = data instanceof Int32Array ? ('i32' as const) : ('f32' as const);
    return [path, { shape: ['batch' as const, ...shape.slice(1)], dtype }] as const;
  });
  using program = await device.compile(
    ({ inputs }) => ({
      outputs: Object.fromEntries(
        all.flatMap((row) => {
          const given = Object.fromEntries(rowsOf(row).map(([name, path]) => [name, inputs[path]!]));
          const out: Record<string, Tensor> = outputsOf(row, given);
          return Object.entries(out).map(([name, t]) => [`${row.one.name}: ${name}`, t]);
        }),
      ),
    }),
    { batch: count + 1, inputs: Object.fromEntries(specs) },
  );
  const data = Object.fromEntries(all.flatMap(rowsOf).map(([, path, , data]) => [path, data]));
  const out = await program.run(data, { batch: count });
  for (const v of held) v.close();
  return out;
}

const countOf = ({ inputs }: Case): number => inputs[0]?.shape[0] ?? 0;

/** All cases, in programs of a dozen or two: a program for each would take long to make. */
const groups: readonly (readonly Case[])[] = [...new Set(cases.map(countOf))].flatMap((count) => {
  const some = cases.filter((one) => countOf(one) === count);
  return Array.from({ length: Math.ceil(some.length / 20) }, (_, i) => some.slice(20 * i, 20 * (i + 1)));
});

/** What the fixture says comes out. */
function wanted({ name, ys, gradients, penalty, state = {} }: Case): Named {
  const all = {
    ...Object.fromEntries(ys.map(({ data }, i) => [`y${i}`, data])),
    ...(penalty && { penalty }),
    ...Object.fromEntries(Object.entries(gradients).map(([path, g]) => [`d ${path}`, g])),
    ...state,
  };
  return Object.fromEntries(Object.entries(all).map(([what, x]) => [`${name}: ${what}`, unpacked(x)]));
}

suite('layers beside Keras', () => {
  for (const group of groups)
    test(`${group[0]!.name} to ${group[group.length - 1]!.name}`, async () => {
      const count = countOf(group[0]!);
      const double = await run(devices.double, count, group);
      const want = Object.assign({}, ...group.map(wanted)) as Named;
      assert.deepEqual(Object.keys(double).sort(), Object.keys(want).sort());
      worst.check('reference', double, want, limits.reference);
      for (const device of devices.single)
        worst.check(device.name, await run(device, count, group), double, limits.single);
    });

  test('every layer and regularizer has a fixture', (t) => {
    t.diagnostic(`largest deviations: ${String(worst)}`);
    const folder = join(root, 'src/nn');
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const declared = files.flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split(/^(?=export |const |function |interface |type |class |\/\*\*|\/\/)/m)
        .flatMap((part) =>
          /\): (?:Layer|Recurrent)\b/.test(part)
            ? (/^export (?:function|const) (\w+)/.exec(part)?.[1] ?? [])
            : [],
        ),
    );
    const inside = (x: unknown): string[] =>
      typeof x !== 'object' || x === null
        ? []
        : [...('call' in x ? [String(x.call)] : []), ...Object.values(x).flatMap(inside)];
    const covered = new Set(cases.flatMap(({ layer }) => inside(layer)));
    assert.ok(
      declared.includes('dense') && declared.includes('leakyRelu') && declared.length > 40,
      declared.join(),
    );
    assert.deepEqual(declared.filter((name) => !covered.has(name)).sort(), Object.keys(others).sort());
    assert.deepEqual(
      Object.keys(regularizer.regularizers).filter((name) => !covered.has(name)),
      [],
    );
  });
});
