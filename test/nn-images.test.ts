// The contract (nn-contract.ts) over pooling and what makes images larger or smaller; and what layers over images,
// convolutions among them, refuse.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { conv2dTranspose } from '../src/nn/conv2d-transpose.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { depthwiseConv2d } from '../src/nn/depthwise-conv2d.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { locallyConnected2d } from '../src/nn/locally-connected2d.ts';
import { cropping2d, zeroPadding2d, type Border } from '../src/nn/padding2d.ts';
import { averagePool2d, globalAveragePool2d, globalMaxPool2d, maxPool2d } from '../src/nn/pool2d.ts';
import { upSampling2d } from '../src/nn/up-sampling2d.ts';
import { groupedConv2d } from '../src/ops/grouped.ts';
import { Tensor } from '../src/tensor.ts';
import { openAll } from './helpers.ts';
import { checkLayers, type Row } from './nn-contract.ts';
import { largest, mean, poolBy, shiftBy, upsampleBy } from './nn-loops.ts';

const devices = await openAll();
after(() => devices.close());

const pools: Readonly<Record<string, Row>> = {
  maxPool2d: {
    layer: maxPool2d(),
    takes: [5, 4, 2],
    gives: [2, 2, 2],
    params: 0,
    loops: poolBy({ image: [5, 4, 2], size: [2, 2], out: [2, 2], strides: [2, 2] }, largest),
  },
  "maxPool2d overlapping, 'same'": {
    layer: maxPool2d([3, 2], { strides: [2, 1], padding: 'same' }),
    takes: [5, 3, 1],
    gives: [3, 3, 1],
    params: 0,
    loops: poolBy({ image: [5, 3, 1], size: [3, 2], out: [3, 3], strides: [2, 1], before: [1, 0] }, largest),
  },
  averagePool2d: {
    layer: averagePool2d([1, 2]),
    takes: [3, 4, 2],
    gives: [3, 2, 2],
    params: 0,
    loops: poolBy({ image: [3, 4, 2], size: [1, 2], out: [3, 2], strides: [1, 2] }, mean),
  },
  "averagePool2d 'same'": {
    layer: averagePool2d(2, { padding: 'same' }),
    takes: [3, 3, 1],
    gives: [2, 2, 1],
    params: 0,
    loops: poolBy({ image: [3, 3, 1], size: [2, 2], out: [2, 2], strides: [2, 2] }, mean),
  },
  "averagePool2d overlapping, 'same', odd": {
    layer: averagePool2d([3, 2], { strides: [2, 1], padding: 'same' }),
    takes: [5, 3, 2],
    gives: [3, 3, 2],
    params: 0,
    loops: poolBy({ image: [5, 3, 2], size: [3, 2], out: [3, 3], strides: [2, 1], before: [1, 0] }, mean),
  },
  'maxPool2d with strides larger than the window': {
    layer: maxPool2d([1, 2], { strides: 3 }),
    takes: [5, 6, 1],
    gives: [2, 2, 1],
    params: 0,
    loops: poolBy({ image: [5, 6, 1], size: [1, 2], out: [2, 2], strides: [3, 3] }, largest),
  },
  globalAveragePool2d: {
    layer: globalAveragePool2d(),
    takes: [3, 2, 3],
    gives: [3],
    params: 0,
    loops: poolBy({ image: [3, 2, 3], size: [3, 2], out: [1, 1] }, mean),
  },
  'globalAveragePool2d, axes kept': {
    layer: globalAveragePool2d({ keepdims: true }),
    takes: [2, 5, 2],
    gives: [1, 1, 2],
    params: 0,
    loops: poolBy({ image: [2, 5, 2], size: [2, 5], out: [1, 1] }, mean),
  },
  globalMaxPool2d: {
    layer: globalMaxPool2d(),
    takes: [3, 2, 3],
    gives: [3],
    params: 0,
    loops: poolBy({ image: [3, 2, 3], size: [3, 2], out: [1, 1] }, largest),
  },
  'globalMaxPool2d, axes kept': {
    layer: globalMaxPool2d({ keepdims: true }),
    takes: [1, 5, 2],
    gives: [1, 1, 2],
    params: 0,
    loops: poolBy({ image: [1, 5, 2], size: [1, 5], out: [1, 1] }, largest),
  },
};

const sizes: Readonly<Record<string, Row>> = {
  upSampling2d: {
    layer: upSampling2d(),
    takes: [2, 3, 2],
    gives: [4, 6, 2],
    params: 0,
    loops: upsampleBy([2, 3, 2], [2, 2]),
  },
  'upSampling2d, unequal': {
    layer: upSampling2d([1, 3]),
    takes: [3, 2, 1],
    gives: [3, 6, 1],
    params: 0,
    loops: upsampleBy([3, 2, 1], [1, 3]),
  },
  zeroPadding2d: {
    layer: zeroPadding2d(),
    takes: [2, 3, 2],
    gives: [4, 5, 2],
    params: 0,
    loops: shiftBy([2, 3, 2], [4, 5], [1, 1]),
  },
  'zeroPadding2d, down and across': {
    layer: zeroPadding2d([2, 0]),
    takes: [2, 3, 1],
    gives: [6, 3, 1],
    params: 0,
    loops: shiftBy([2, 3, 1], [6, 3], [2, 0]),
  },
  'zeroPadding2d, each side': {
    layer: zeroPadding2d([[1, 0], 2]),
    takes: [2, 3, 1],
    gives: [3, 7, 1],
    params: 0,
    loops: shiftBy([2, 3, 1], [3, 7], [1, 2]),
  },
  'cropping2d, nothing': {
    layer: cropping2d(),
    takes: [2, 3, 1],
    gives: [2, 3, 1],
    params: 0,
    loops: shiftBy([2, 3, 1], [2, 3], [0, 0]),
  },
  'cropping2d, down and across': {
    layer: cropping2d([0, 1]),
    takes: [2, 5, 2],
    gives: [2, 3, 2],
    params: 0,
    loops: shiftBy([2, 5, 2], [2, 3], [0, -1]),
  },
  'cropping2d, each side': {
    layer: cropping2d([
      [1, 2],
      [0, 1],
    ]),
    takes: [4, 3, 2],
    gives: [1, 2, 2],
    params: 0,
    loops: shiftBy([4, 3, 2], [1, 2], [-1, 0]),
  },
};

suite('layers over images', () => {
  checkLayers(devices, { ...pools, ...sizes });
});

suite('layers over images that do not fit', () => {
  const says = (make: () => unknown, message: string): void =>
    assert.throws(make, { name: 'EidosError', message });
  const on = (layer: Layer, shape: readonly number[]) => () => layer.build(shape, drawFrom(1));

  test('numbers are refused where the layer is written', () => {
    says(() => conv2d(0, 3), 'conv2d(0, 3): filters must be a whole number from 1, got 0');
    says(
      () => conv2d(2, [3, 0]),
      'conv2d(2, [3, 0]): kernelSize must be a whole number from 1 or two of them, got [3,0]',
    );
    says(
      () => conv2d(2, 3, { strides: 0.5 }),
      'conv2d(2, 3): strides must be a whole number from 1 or two of them, got 0.5',
    );
    says(
      () => conv2d(2, 3, { dilationRate: 0 }),
      'conv2d(2, 3): dilationRate must be a whole number from 1 or two of them, got 0',
    );
    says(
      () => conv2d(2, 3, { padding: 'full' as 'same' }),
      `conv2d(2, 3): padding must be 'valid' or 'same', got "full"`,
    );
    says(() => conv2d(2, 3, { groups: 0 }), 'conv2d(2, 3): groups must be a whole number from 1, got 0');
    says(
      () => conv2d(5, 3, { groups: 2 }),
      'conv2d(5, 3): groups must divide the filters, got 2 groups of 5 filters',
    );
    says(
      () => depthwiseConv2d(3, { depthMultiplier: 0 }),
      'depthwiseConv2d(3): depthMultiplier must be a whole number from 1, got 0',
    );
    says(() => maxPool2d(-1), 'maxPool2d(-1): poolSize must be a whole number from 1 or two of them, got -1');
    says(() => upSampling2d(0), 'upSampling2d(0): size must be a whole number from 1 or two of them, got 0');
    says(
      () => upSampling2d(2, { interpolation: 'bilinear' as 'nearest' }),
      `upSampling2d(2): interpolation must be 'nearest', got "bilinear"`,
    );
    says(
      () => zeroPadding2d([1, 2, 3] as unknown as Border),
      'zeroPadding2d([1,2,3]): padding must be a whole number from 0, [h, w] or [[top, bottom], [left, right]], got [1,2,3]',
    );
    says(
      () => cropping2d(-1),
      'cropping2d(-1): cropping must be a whole number from 0, [h, w] or [[top, bottom], [left, right]], got -1',
    );
  });

  test('output padding', () => {
    says(
      () => conv2dTranspose(2, 3, { strides: [2, 1], outputPadding: 1 }),
      'conv2dTranspose(2, 3): outputPadding must be whole numbers from 0 and less than the strides [2, 1], got 1',
    );
    says(
      () => conv2dTranspose(2, [3, 4], { strides: 2, padding: 'same', outputPadding: 0 }),
      "conv2dTranspose(2, [3, 4]): outputPadding must be at least 1 for even windows and padding 'same', got 0; leave it out for H * stride rows",
    );
  });

  test('shapes are refused where the model is built', () => {
    for (const [call, layer] of Object.entries({
      'conv2d(2, 3)': conv2d(2, 3),
      'conv2dTranspose(2, 3)': conv2dTranspose(2, 3),
      'depthwiseConv2d(3)': depthwiseConv2d(3),
      'locallyConnected2d(2, 3)': locallyConnected2d(2, 3),
      'averagePool2d(2)': averagePool2d(2),
      'globalAveragePool2d()': globalAveragePool2d(),
      'globalMaxPool2d()': globalMaxPool2d(),
      'upSampling2d(2)': upSampling2d(2),
      'zeroPadding2d(1)': zeroPadding2d(1),
      'cropping2d(1)': cropping2d(1),
    }))
      says(
        on(layer, [784]),
        `${call}: needs images [H, W, C], got [784] per example; put reshape([H, W, C]) before it`,
      );
    for (const [call, layer] of Object.entries({
      'conv2d(2, 3)': conv2d(2, 3),
      'depthwiseConv2d(3)': depthwiseConv2d(3),
      'locallyConnected2d(2, 3)': locallyConnected2d(2, 3),
      'maxPool2d(3)': maxPool2d(3),
    }))
      says(
        on(layer, [4, 2, 1]),
        `${call}: a window of [3, 3] does not fit into [4, 2, 1]; use padding 'same' or larger images`,
      );
    says(
      on(conv2d(4, 3, { groups: 2 }), [5, 5, 3]),
      'conv2d(4, 3): groups must divide the channels, got 2 groups of 3 channels',
    );
    says(
      on(cropping2d([1, 2]), [5, 4, 1]),
      'cropping2d([1,2]): takes all there is of [5, 4, 1]; crop less or give larger images',
    );
    says(
      () => groupedConv2d(Tensor.fill(1, [1, 5, 5, 4]), Tensor.fill(1, [3, 3, 4, 2]), 2),
      'groupedConv2d: needs images [N, H, W, C] and a kernel [rows, columns, C / 2, filters in 2 groups], got [1, 5, 5, 4] and [3, 3, 4, 2]',
    );
  });
});
