/// <reference lib="esnext.disposable" preserve="true" />
// The public names, and nothing but exports.
export { EidosError } from './base/check.ts';
export type { Dtype, TypedArray } from './base/dtype.ts';
export type { Shape } from './base/shape.ts';
export { Tensor, type Operand } from './tensor.ts';
export * as ops from './ops/index.ts';
export { grad } from './grad.ts';
export { Device, Program, Variable, type Outputs, type RunOptions, type Stage } from './device/device.ts';
export { deviceNames, open, type DeviceName, type OpenOptions } from './device/open.ts';
export type { Running } from './device/backend.ts';
export { mnist, mnistFromBytes, subset, type Dataset, type Split } from './data/mnist.ts';
export { activation, type ActivationName } from './nn/activation.ts';
export { conv2d, type Conv2dOptions } from './nn/conv2d.ts';
export type { Data, Inputs, Labelled, Pairs } from './nn/data.ts';
export { dense, type DenseOptions } from './nn/dense.ts';
export { dropout } from './nn/dropout.ts';
export type { Estimate } from './nn/estimate.ts';
export type { FitOptions, History, Progress } from './nn/fit.ts';
export type { Applied, Built, Context, Draw, Held, Layer, Logits, Params } from './nn/layer.ts';
export {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  type Loss,
  type LossName,
} from './nn/loss.ts';
export type { Memory, Weight, WhichWeights } from './nn/memory.ts';
export type { MetricName, Scores } from './nn/metric.ts';
export { Model, type Answers, type AskOptions, type CompileOptions } from './nn/model.ts';
export { adam, averaged, sgd, type Optimizer, type OptimizerName } from './nn/optimizer.ts';
export { averagePool2d, maxPool2d, type Pool2dOptions } from './nn/pool2d.ts';
export { presets, threeLayer, tutorial, type PresetName } from './nn/presets.ts';
export { flatten, reshape } from './nn/reshape.ts';
export { sequential } from './nn/sequential.ts';
export type { Tree } from './nn/tree.ts';
export { contactSheet, type Tile } from './picture/grid.ts';
export { decodePng, encodePng, type Picture } from './picture/png.ts';
