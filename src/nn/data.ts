// What is learned from: examples and what is right for each, checked here and put on the device whole.
// Bytes stay bytes there and are divided by 255 inside the programs; other numbers are taken as they are.
import { check } from '../base/check.ts';
import type { Dtype, TypedArray } from '../base/dtype.ts';
import { same, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import type { Tensor } from '../tensor.ts';
import { checkTargets, targetShape, type Loss } from './loss.ts';

/** Pictures and their labels, as data sets come. */
export interface Labelled {
  readonly images: Uint8Array | Float32Array;
  readonly labels: TypedArray;
  /** Sizes of one example. */
  readonly shape: Shape;
  readonly count: number;
}

/** Inputs and targets; the shape of one input is the model's if it is not given. */
export interface Pairs {
  readonly x: Uint8Array | Float32Array;
  readonly y: TypedArray;
  readonly shape?: Shape;
}

export type Data = Labelled | Pairs;

/** Inputs without targets. */
export type Inputs = Uint8Array | Float32Array | Pick<Labelled, 'images' | 'shape' | 'count'>;

/** Data as programs take it. */
export interface Examples {
  readonly x: Uint8Array | Float32Array;
  readonly shape: Shape;
  readonly count: number;
}

/** What is right for each example; `shape` is that of one example's. */
export interface Targets {
  readonly y: TypedArray;
  readonly shape: Shape;
}

export interface Filling {
  readonly examples: Examples;
  readonly targets: Targets;
}

/** The inputs of `data`, counted and checked against the shape a model takes, if it is known. */
export function examplesOf(call: string, data: Data | Inputs, known: Shape | undefined): Examples {
  const x = 'images' in data ? data.images : 'x' in data ? data.x : data;
  check(
    x instanceof Uint8Array || x instanceof Float32Array,
    () => `${call}: inputs must be a Float32Array or a Uint8Array`,
  );
  const shape = ('shape' in data ? data.shape : undefined) ?? known;
  check(
    shape !== undefined,
    () => `${call}: the shape of one example is not known; give it as shape, or call model.build() first`,
  );
  check(
    known === undefined || same(known, shape),
    () => `${call}: the model takes ${show(known ?? [])} per example, got ${show(shape)}`,
  );
  const per = sizeOf(shape);
  const count = 'count' in data ? data.count : x.length / per;
  check(
    Number.isInteger(count) && count > 0,
    () => `${call}: examples of ${show(shape)} need a multiple of ${per} numbers, got ${x.length}`,
  );
  check(
    x.length === count * per,
    () => `${call}: ${count} examples of ${show(shape)} need ${count * per} numbers, got ${x.length}`,
  );
  return { x, shape, count };
}

/** The targets of `data` as `loss` compares them with outputs of `shape`: class numbers as they come, others f32. */
export function targetsOf(call: string, data: Data, count: number, loss: Loss, outputs: Shape): Targets {
  const y = 'labels' in data ? data.labels : data.y;
  const shape = targetShape(loss, outputs);
  const needed = count * sizeOf(shape);
  const what = loss.target === 'class' ? 'labels' : `targets (${show(shape)} each)`;
  check(y.length === needed, () => `${call}: ${count} examples need ${needed} ${what}, got ${y.length}`);
  const floats = y instanceof Float32Array;
  check(
    floats || loss.target === 'class' || loss.range !== undefined,
    () => `${call}: ${loss.name} needs targets as a Float32Array`,
  );
  checkTargets(call, loss, y, outputs);
  if (loss.target === 'class') return { y: floats ? Int32Array.from(y) : y, shape };
  return { y: floats ? y : Float32Array.from(y), shape };
}

/** A data set on a device, a place in it, and sums over the examples seen. */
export interface Table {
  readonly x: Variable;
  readonly y: Variable;
  /** The rows in the order they are taken; absent: as they are. */
  readonly order?: Variable;
  /** How many rows were taken; i32, shape []. */
  readonly position: Variable;
  /** Loss and metrics, summed over the examples taken; f32, shape []. */
  readonly totals: Readonly<Record<string, Variable>>;
}

/** Room on a device for examples and targets as long as these; their numbers are put in by fill(). */
export function tableFor(
  device: Device,
  { examples: { x, shape, count }, targets }: Filling,
  { totals, shuffled }: { readonly totals: readonly string[]; readonly shuffled: boolean },
): Table {
  const room = (name: string, size: Shape, dtype: Dtype): Variable =>
    device.variable(undefined, size, { name, dtype });
  const sums = totals.map((name) => [name, room(`sum of ${name}`, [], 'f32')] as const);
  return {
    x: room('examples', [count, ...shape], dtypeOf(x)),
    y: room('targets', [count, ...targets.shape], dtypeOf(targets.y)),
    ...(shuffled && { order: room('order', [count], 'i32') }),
    position: room('position', [], 'i32'),
    totals: Object.fromEntries(sums),
  };
}

/** Puts examples and targets into a table made for as many. */
export async function fill({ x, y }: Table, { examples, targets }: Filling): Promise<void> {
  await Promise.all([x.write(examples.x), y.write(targets.y)]);
}

/** The element type that an array's numbers have on a device. */
export const dtypeOf = (x: TypedArray): Dtype =>
  x instanceof Uint8Array ? 'u8' : x instanceof Int32Array ? 'i32' : 'f32';

/** Every variable of a table. */
export const variablesIn = ({ x, y, order, position, totals }: Table): Variable[] => [
  x,
  y,
  position,
  ...(order ? [order] : []),
  ...Object.values(totals),
];

/** Back to the first row, with nothing counted. */
export async function rewind({ position, totals }: Table): Promise<void> {
  await Promise.all([
    position.write(new Int32Array(1)),
    ...Object.values(totals).map((t) => t.write(new Float32Array(1))),
  ]);
}

/** The totals so far, for each of `count` examples. */
export async function meansOf({ totals }: Table, count: number): Promise<Record<string, number>> {
  const sums = await Promise.all(
    Object.entries(totals).map(async ([name, v]) => [name, (await v.read())[0] ?? NaN] as const),
  );
  return Object.fromEntries(sums.map(([name, sum]) => [name, sum / count]));
}

/** Numbers as layers take them: bytes become 0 to 1. */
export const asInput = (x: Tensor): Tensor => (x.dtype === 'u8' ? x.to('f32').div(255) : x);
