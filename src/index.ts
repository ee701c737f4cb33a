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
export { contactSheet, type Tile } from './picture/grid.ts';
export { decodePng, encodePng, type Picture } from './picture/png.ts';
