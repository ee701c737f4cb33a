// What is learned from: examples and what is right for each, checked here and put on the device whole.
// Bytes stay bytes there and are divided by 255 inside the programs; other numbers are taken as they are.
import { check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
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
export function targetsOf(call: string, data: Data, count: number, loss: Loss, shape: Shape): TypedArray {
  const y = 'labels' in data ? data.labels : data.y;
  const per = sizeOf(targetShape(loss, shape));
  check(
    y.length === count * per,
    () =>
      `${call}: ${count} examples need ${count * per} ${loss.target === 'class' ? 'labels' : `targets (${show(shape)} each)`}, got ${y.length}`,
  );
  check(
    y instanceof Float32Array || loss.target === 'class' || loss.range !== undefined,
    () => `${call}: ${loss.name} needs targets as a Float32Array`,
  );
  checkTargets(call, loss, y, shape);
  if (loss.target === 'class') return y instanceof Float32Array ? Int32Array.from(y) : y;
  return y instanceof Float32Array ? y : Float32Array.from(y);
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

export interface TableShape {
  readonly examples: Examples;
  readonly targets: TypedArray;
  readonly target: Shape;
  readonly totals: readonly string[];
  readonly shuffled: boolean;
}

/** Room for a data set on a device. */
export function tableFor(
  device: Device,
  { examples: { x, shape, count }, targets, target, totals, shuffled }: TableShape,
): Table {
  return {
    x: device.variable(x, [count, ...shape], { name: 'examples' }),
    y: device.variable(targets, [count, ...target], { name: 'targets' }),
    ...(shuffled && { order: device.variable(undefined, [count], { name: 'order', dtype: 'i32' }) }),
    position: device.variable(undefined, [], { name: 'position', dtype: 'i32' }),
    totals: Object.fromEntries(
      totals.map((name) => [name, device.variable(undefined, [], { name: `sum of ${name}` })]),
    ),
  };
}

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
