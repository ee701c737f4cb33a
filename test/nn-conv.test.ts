// The contract (nn-contract.ts) over convolutions of every kind, and that their contractions run on the engine's
// template. What they refuse is in nn-images.test.ts.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { compile } from '../src/device/compile.ts';
import { grad } from '../src/grad.ts';
import type { Item } from '../src/kernel/kernel.ts';
import { isTiled } from '../src/kernel/tile-contract.ts';
import { conv2dTranspose } from '../src/nn/conv2d-transpose.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import { depthwiseConv2d } from '../src/nn/depthwise-conv2d.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { locallyConnected2d } from '../src/nn/locally-connected2d.ts';
import { leavesOf, mapTree } from '../src/nn/tree.ts';
import type { Tensor } from '../src/tensor.ts';
import { openAll } from './helpers.ts';
import { checkLayers, type Row } from './nn-contract.ts';
import { convBy, depthwiseBy, localBy, relu, transposeBy } from './nn-loops.ts';
import { answering } from './nn-rows.ts';

const devices = await openAll();
after(() => devices.close());

const linear = (x: number): number => x;

const convolutions: Readonly<Record<string, Row>> = {
  conv2d: {
    layer: conv2d(3, 2),
    takes: [4, 5, 2],
    gives: [3, 4, 3],
    params: 27,
    loops: convBy({ image: [4, 5, 2], size: [2, 2], out: [3, 4] }, 3, (x) => x),
  },
  "conv2d 'same', relu": {
    layer: conv2d(2, [3, 2], { padding: 'same', activation: 'relu' }),
    takes: [4, 3, 2],
    gives: [4, 3, 2],
    params: 26,
    loops: convBy({ image: [4, 3, 2], size: [3, 2], out: [4, 3], before: [1, 0] }, 2, relu),
  },
  'conv2d with strides': {
    layer: conv2d(2, 3, { strides: [2, 1], padding: 'same', useBias: false }),
    takes: [5, 4, 1],
    gives: [3, 4, 2],
    params: 18,
    loops: convBy(
      { image: [5, 4, 1], size: [3, 3], out: [3, 4], strides: [2, 1], before: [1, 1] },
      2,
      (x) => x,
    ),
  },
  'conv2d with dilation': {
    layer: conv2d(2, 2, { dilationRate: [2, 3] }),
    takes: [4, 5, 1],
    gives: [2, 2, 2],
    params: 10,
    loops: convBy({ image: [4, 5, 1], size: [2, 2], out: [2, 2], dilation: [2, 3] }, 2, (x) => x),
  },
  'conv2d with strides larger than the window': {
    layer: conv2d(2, [1, 2], { strides: 3, activation: 'tanh' }),
    takes: [5, 6, 2],
    gives: [2, 2, 2],
    params: 10,
    loops: convBy({ image: [5, 6, 2], size: [1, 2], out: [2, 2], strides: [3, 3] }, 2, Math.tanh),
  },
  'conv2d in two groups': {
    layer: conv2d(4, 2, { groups: 2 }),
    takes: [3, 4, 4],
    gives: [2, 3, 4],
    params: 36,
    loops: convBy({ image: [3, 4, 4], size: [2, 2], out: [2, 3] }, 4, linear, 2),
  },
  "conv2d in three groups, 'same', strides": {
    layer: conv2d(3, [3, 2], { groups: 3, padding: 'same', strides: [2, 1], useBias: false }),
    takes: [5, 3, 3],
    gives: [3, 3, 3],
    params: 18,
    loops: convBy(
      { image: [5, 3, 3], size: [3, 2], out: [3, 3], strides: [2, 1], before: [1, 0] },
      3,
      linear,
      3,
    ),
  },
  depthwiseConv2d: {
    layer: depthwiseConv2d(2),
    takes: [3, 4, 3],
    gives: [2, 3, 3],
    params: 15,
    loops: depthwiseBy({ image: [3, 4, 3], size: [2, 2], out: [2, 3] }, 1, linear),
  },
  "depthwiseConv2d, two filters a channel, 'same', strides": {
    layer: depthwiseConv2d([3, 2], { depthMultiplier: 2, padding: 'same', strides: 2, activation: 'tanh' }),
    takes: [5, 3, 2],
    gives: [3, 2, 4],
    params: 28,
    loops: depthwiseBy(
      { image: [5, 3, 2], size: [3, 2], out: [3, 2], strides: [2, 2], before: [1, 0] },
      2,
      Math.tanh,
    ),
  },
  'depthwiseConv2d with dilation, no bias': {
    layer: depthwiseConv2d(2, { dilationRate: [2, 1], useBias: false }),
    takes: [4, 3, 2],
    gives: [2, 2, 2],
    params: 8,
    loops: depthwiseBy({ image: [4, 3, 2], size: [2, 2], out: [2, 2], dilation: [2, 1] }, 1, linear),
  },
  locallyConnected2d: {
    layer: locallyConnected2d(2, 2),
    takes: [3, 3, 2],
    gives: [2, 2, 2],
    params: 4 * 8 * 2 + 8,
    loops: localBy({ image: [3, 3, 2], size: [2, 2], out: [2, 2] }, 2, linear),
  },
  'locallyConnected2d with strides, no bias, relu': {
    layer: locallyConnected2d(2, [2, 1], { strides: [1, 2], useBias: false, activation: 'relu' }),
    takes: [3, 4, 2],
    gives: [2, 2, 2],
    params: 4 * 4 * 2,
    loops: localBy({ image: [3, 4, 2], size: [2, 1], out: [2, 2], strides: [1, 2] }, 2, relu),
  },
  'locallyConnected2d, windows side by side': {
    layer: locallyConnected2d(1, 2, { strides: 2 }),
    takes: [5, 4, 1],
    gives: [2, 2, 1],
    params: 4 * 4 + 4,
    loops: localBy({ image: [5, 4, 1], size: [2, 2], out: [2, 2], strides: [2, 2] }, 1, linear),
  },
};

const transposed: Readonly<Record<string, Row>> = {
  conv2dTranspose: {
    layer: conv2dTranspose(2, 2),
    takes: [2, 3, 3],
    gives: [3, 4, 2],
    params: 26,
    loops: transposeBy({ image: [2, 3, 3], size: [2, 2], out: [3, 4] }, 2, linear),
  },
  "conv2dTranspose 'same', strides": {
    layer: conv2dTranspose(2, 3, { strides: 2, padding: 'same', activation: 'tanh' }),
    takes: [2, 3, 1],
    gives: [4, 6, 2],
    params: 20,
    loops: transposeBy({ image: [2, 3, 1], size: [3, 3], out: [4, 6], strides: [2, 2] }, 2, Math.tanh),
  },
  "conv2dTranspose 'same', an even window": {
    layer: conv2dTranspose(1, [4, 2], { strides: [2, 1], padding: 'same' }),
    takes: [3, 2, 2],
    gives: [6, 2, 1],
    params: 17,
    loops: transposeBy(
      { image: [3, 2, 2], size: [4, 2], out: [6, 2], strides: [2, 1], before: [1, 0] },
      1,
      linear,
    ),
  },
  'conv2dTranspose with strides larger than the window': {
    layer: conv2dTranspose(2, [1, 2], { strides: 3, useBias: false }),
    takes: [2, 2, 2],
    gives: [6, 6, 2],
    params: 8,
    loops: transposeBy({ image: [2, 2, 2], size: [1, 2], out: [6, 6], strides: [3, 3] }, 2, linear),
  },
  'conv2dTranspose with dilation': {
    layer: conv2dTranspose(1, 2, { dilationRate: [2, 3] }),
    takes: [2, 3, 1],
    gives: [4, 6, 1],
    params: 5,
    loops: transposeBy({ image: [2, 3, 1], size: [2, 2], out: [4, 6], dilation: [2, 3] }, 1, linear),
  },
  'conv2dTranspose with outputPadding': {
    layer: conv2dTranspose(1, 2, { strides: 3, outputPadding: [0, 2] }),
    takes: [2, 3, 1],
    gives: [5, 10, 1],
    params: 5,
    loops: transposeBy({ image: [2, 3, 1], size: [2, 2], out: [5, 10], strides: [3, 3] }, 1, linear),
  },
  "conv2dTranspose 'same' with outputPadding": {
    layer: conv2dTranspose(2, [3, 4], { strides: 2, padding: 'same', outputPadding: [0, 1] }),
    takes: [3, 2, 1],
    gives: [5, 3, 2],
    params: 26,
    loops: transposeBy(
      { image: [3, 2, 1], size: [3, 4], out: [5, 3], strides: [2, 2], before: [1, 1] },
      2,
      linear,
    ),
  },
};

suite('convolution layers', () => {
  checkLayers(devices, { ...convolutions, ...transposed });
});

/** The contractions of outputs and gradients of a layer on a batch. */
function contractions(layer: Layer, takes: readonly number[]): Extract<Item, { kind: 'contract' }>[] {
  const built = layer.build(takes, drawFrom(1));
  const params = leavesOf(built.params);
  const inputs = {
    x: { shape: ['batch' as const, ...takes] },
    ...Object.fromEntries(params.map(([path, t]) => [path, { shape: t.shape }])),
  };
  const program = compile(
    'test',
    ({ inputs: given }) => {
      const tensor = (name: string): Tensor => given[name] ?? assert.fail(`no input ${name}`);
      const held = { params: mapTree(built.params, (_, path) => tensor(path)), state: built.state };
      const { y } = layer.apply(held, tensor('x'), answering);
      const by = grad(
        y.mul(y).sum(),
        ['x', ...params.map(([path]) => path)].map((name) => tensor(name)),
      );
      return { outputs: { y, ...Object.fromEntries(by.map((g, i) => [`g${i}`, g])) } };
    },
    { batch: 8, inputs },
  );
  const flat = (items: readonly Item[]): Item[] =>
    items.flatMap((i) => (i.kind === 'scan' ? flat(i.items) : [i]));
  return flat(program.items).filter((i) => i.kind === 'contract');
}

suite('outputs and both gradients of layers are contractions that do not fall to the plain loop', () => {
  const layers: Readonly<Record<string, readonly [Layer, readonly number[]]>> = {
    'dense on sequences': [dense(48), [7, 64]],
    conv2d: [conv2d(32, 3, { dilationRate: 2, padding: 'same' }), [12, 12, 16]],
    'conv2d in groups': [conv2d(64, 3, { groups: 4, strides: 2, padding: 'same' }), [12, 12, 64]],
    conv2dTranspose: [conv2dTranspose(32, 4, { strides: 2, padding: 'same' }), [7, 7, 16]],
    'conv2dTranspose with outputPadding': [
      conv2dTranspose(32, 3, { strides: 2, padding: 'same', outputPadding: 0 }),
      [7, 7, 16],
    ],
    locallyConnected2d: [locallyConnected2d(32, 3), [12, 12, 16]],
  };
  for (const [name, [layer, takes]] of Object.entries(layers))
    test(name, () => {
      const list = contractions(layer, takes);
      assert.equal(list.length, 3);
      for (const lanes of [4, 8, 16] as const)
        list.forEach((k) =>
          assert.ok(
            isTiled(k, { lanes, registers: 16, fma: true }),
            `${lanes} lanes: ${k.axes.map((a) => a.size).join()} over ${k.over.map((a) => a.size).join()}`,
          ),
        );
    });
});
