// The functions of tensors that are not methods of one, in Keras's words (keras.ops).
export { concat, slice, stack } from './concat.ts';
export { conv2d, conv2dTranspose, depthwiseConv2d, type ConvOptions, type Padding } from './conv.ts';
export { matmul } from './matmul.ts';
export { averagePool2d, maxPool2d, upsample2d, type PoolOptions } from './pool.ts';
export { randomBernoulli, randomBits, randomNormal, randomUniform, type Chance } from './random.ts';
export { gather, logSoftmax, logSumExp, oneHot, pick, scatterAdd, softmax } from './rows.ts';
export { scan, type ScanStep } from './scan.ts';
