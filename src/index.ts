// The public names, and nothing but exports.
export { EidosError } from './base/check.ts';
export type { Dtype, TypedArray } from './base/dtype.ts';
export type { Shape } from './base/shape.ts';
export { Tensor, type Operand } from './tensor.ts';
export { concat, slice, stack } from './ops/concat.ts';
export { conv2d as convolve2d, conv2dTranspose as convolveTranspose2d, depthwiseConv2d as depthwiseConvolve2d } from './ops/conv.ts';
export { matmul } from './ops/matmul.ts';
export { averagePool2d as poolAverage2d, maxPool2d as poolMax2d, upsample2d } from './ops/pool.ts';
export { randomBernoulli, randomBits, randomNormal, randomUniform, type Chance } from './ops/random.ts';
export { gather, logSoftmax, logSumExp, oneHot, pick, scatterAdd, softmax } from './ops/rows.ts';
export { scan, type ScanStep } from './ops/scan.ts';
export { grad } from './grad.ts';
export { Device, Program, Variable, type Outputs, type RunOptions, type Stage } from './device/device.ts';
export { deviceNames, open, type DeviceName, type OpenOptions } from './device/open.ts';
export type { Running } from './device/backend.ts';
export { mnist, mnistFromBytes, subset, type Dataset, type Split } from './data/mnist.ts';
export { contactSheet, type Tile } from './picture/grid.ts';
export { decodePng, encodePng, type Picture } from './picture/png.ts';
