// What is learned from: examples and what is right for each, checked here and put on the device whole.
// Bytes stay bytes there and are divided by 255 inside the programs; other numbers are taken as they are.
import { check } from '../base/check.ts';
import type { Dtype, TypedArray } from '../base/dtype.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import type { Tensor } from '../tensor.ts';
import { readExactly, writeExactly } from './exact.ts';
import { checkTargets, targetShape, type Loss } from './loss.ts';
import { isClosed, isList, showSizes, suits, type Sizes } from './sizes.ts';

/** Pictures and their labels, as data sets come. */
export interface Labelled {
  readonly images: TypedArray;
  readonly labels: TypedArray;
  /** Sizes of one example. */
  readonly shape: Shape;
  readonly count: number;
}

/** Inputs and targets, lists where a model has several; the shape of one example is the model's if it is not given. */
export interface Pairs {
  readonly x: TypedArray | readonly TypedArray[];
  readonly y: TypedArray | readonly TypedArray[];
  readonly shape?: Shape | readonly Shape[];
}

export type Data = Labelled | Pairs;

/** Inputs without targets. */
export type Inputs =
  | TypedArray
  | readonly TypedArray[]
  | Pick<Labelled, 'images' | 'shape' | 'count'>
  | Pick<Pairs, 'x' | 'shape'>;

/** One input of every example. */
export interface Column {
  readonly x: TypedArray;
  readonly shape: Shape;
}

/** Data as programs take it. */
export interface Examples {
  readonly inputs: readonly Column[];
  readonly count: number;
}

/** What is right for each example; `shape` is that of one example's. */
export interface Targets {
  readonly y: TypedArray;
  readonly shape: Shape;
}

export interface Filling {
  readonly examples: Examples;
  /** By output. */
  readonly targets: readonly Targets[];
  /** How much each example counts, if not all count alike: [N]. */
  readonly weights?: Float32Array | undefined;
}

/** What an output is compared with. */
export interface Wanted {
  readonly loss: Loss;
  /** Of the output of one example. */
  readonly shape: Shape;
}

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/** The inputs of `data`, counted and checked against the shapes a model takes, if they are known. */
export function examplesOf(call: string, data: Data | Inputs, known: readonly Sizes[] | undefined): Examples {
  const xs = listOf<unknown>('images' in data ? data.images : 'x' in data ? data.x : data);
  const arrays = xs.filter(isArray);
  check(
    arrays.length === xs.length,
    () => `${call}: inputs must be a Float32Array, an Int32Array or a Uint8Array`,
  );
  const takes = known?.length ?? 1;
  check(
    arrays.length === takes,
    () => `${call}: the model takes ${takes === 1 ? 'one input' : `${takes} inputs`}, got ${arrays.length}`,
  );
  const given = 'shape' in data ? data.shape : undefined;
  const shapes = given === undefined || isList(given) ? given : [given];
  const counted = 'count' in data ? data.count : undefined;
  const inputs = arrays.map((x, i) => ({ x, shape: shapeOf(call, known?.[i], shapes?.[i]) }));
  const counts = inputs.map((column) => countOf(call, column, counted));
  const count = at(counts, 0);
  check(
    counts.every((n) => n === count),
    () => `${call}: all inputs must hold as many examples, got ${counts.join(' and ')}`,
  );
  return { inputs, count };
}

const isArray = (x: unknown): x is TypedArray =>
  x instanceof Uint8Array || x instanceof Float32Array || x instanceof Int32Array;

function shapeOf(call: string, known: Sizes | undefined, given: Sizes | undefined): Shape {
  const shape = given ?? known;
  check(
    shape !== undefined,
    () => `${call}: the shape of one example is not known; give it as shape, or call model.build() first`,
  );
  check(
    known === undefined || suits(known, shape),
    () => `${call}: the model takes ${showSizes(known ?? [])} per example, got ${showSizes(shape)}`,
  );
  check(
    isClosed(shape),
    () => `${call}: the model takes ${showSizes(shape)} per example; give the shape of these as { x, shape }`,
  );
  return shape;
}

function countOf(call: string, { x, shape }: Column, counted: number | undefined): number {
  const per = sizeOf(shape);
  const count = counted ?? x.length / per;
  check(
    Number.isInteger(count) && count > 0,
    () => `${call}: examples of ${show(shape)} need a multiple of ${per} numbers, got ${x.length}`,
  );
  check(
    x.length === count * per,
    () => `${call}: ${count} examples of ${show(shape)} need ${count * per} numbers, got ${x.length}`,
  );
  return count;
}

/** The targets of `data` as losses compare them with outputs: class numbers as they come, others f32. */
export function targetsOf(
  call: string,
  data: Labelled | Pick<Pairs, 'y'>,
  count: number,
  wanted: readonly Wanted[],
): Targets[] {
  const ys = listOf('labels' in data ? data.labels : data.y);
  check(
    ys.length === wanted.length,
    () =>
      `${call}: the model gives ${wanted.length === 1 ? 'one output' : `${wanted.length} outputs`}, got targets for ${ys.length}`,
  );
  return wanted.map((one, i) => targetOf(call, at(ys, i), count, one));
}

function targetOf(call: string, y: TypedArray, count: number, { loss, shape: outputs }: Wanted): Targets {
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

/** The rows from one number to before another. */
export function rowsOf({ examples, targets, weights }: Filling, from: number, to: number): Filling {
  const cut = <A extends TypedArray>(x: A, shape: Shape): A =>
    x.subarray(from * sizeOf(shape), to * sizeOf(shape)) as A;
  return {
    examples: {
      inputs: examples.inputs.map(({ x, shape }) => ({ x: cut(x, shape), shape })),
      count: to - from,
    },
    targets: targets.map(({ y, shape }) => ({ y: cut(y, shape), shape })),
    ...(weights && { weights: weights.subarray(from, to) }),
  };
}

/** A data set on a device, a place in it, and sums over the examples seen. */
export interface Table {
  /** By input. */
  readonly xs: readonly Variable[];
  /** By output. */
  readonly ys: readonly Variable[];
  /** How much each row counts; absent: all alike. f32, shape [N]. */
  readonly weights?: Variable;
  /** The rows in the order they are taken; absent: as they are. */
  readonly order?: Variable;
  /** How many rows were taken; i32, shape []. */
  readonly position: Variable;
  /** Loss and metrics, summed over the examples taken; f32, shape []. */
  readonly totals: Readonly<Record<string, Variable>>;
  /** 1 if the step that came next made a number that is not finite, and was therefore not taken; i32, shape []. */
  readonly fault: Variable;
}

/** Room on a device for examples and targets as long as these; their numbers are put in by fill(). */
export function tableFor(
  device: Device,
  { examples: { inputs, count }, targets, weights }: Filling,
  { totals, shuffled }: { readonly totals: readonly string[]; readonly shuffled: boolean },
): Table {
  const room = (name: string, size: Shape, dtype: Dtype): Variable =>
    device.variable(undefined, size, { name, dtype });
  const sums = totals.map((name) => [name, room(`sum of ${name}`, [], 'f32')] as const);
  return {
    xs: inputs.map(({ x, shape }) => room('examples', [count, ...shape], dtypeOf(x))),
    ys: targets.map(({ y, shape }) => room('targets', [count, ...shape], dtypeOf(y))),
    ...(weights && { weights: room('weights', [count], 'f32') }),
    ...(shuffled && { order: room('order', [count], 'i32') }),
    position: room('position', [], 'i32'),
    totals: Object.fromEntries(sums),
    fault: room('fault', [], 'i32'),
  };
}

/** Puts examples, targets and weights into a table made for as many. */
export async function fill(table: Table, { examples, targets, weights }: Filling): Promise<void> {
  await Promise.all([
    ...table.xs.map((v, i) => v.write(at(examples.inputs, i).x)),
    ...table.ys.map((v, i) => v.write(at(targets, i).y)),
    weights && table.weights?.write(weights),
  ]);
}

/** The element type that an array's numbers have on a device. */
export const dtypeOf = (x: TypedArray): Dtype =>
  x instanceof Uint8Array ? 'u8' : x instanceof Int32Array ? 'i32' : 'f32';

/** Every variable of a table. */
export const variablesIn = ({ xs, ys, weights, order, position, totals, fault }: Table): Variable[] => [
  ...xs,
  ...ys,
  position,
  fault,
  ...(weights ? [weights] : []),
  ...(order ? [order] : []),
  ...Object.values(totals),
];

/** To a row, with these totals counted before; without, to the first one with nothing counted. */
export async function rewind(
  { position, totals, fault }: Table,
  row = 0,
  counted: Readonly<Record<string, number>> = {},
): Promise<void> {
  await Promise.all([
    position.write(Int32Array.of(row)),
    fault.write(new Int32Array(1)),
    ...Object.entries(totals).map(([name, t]) => writeExactly(t, [counted[name] ?? 0])),
  ]);
}

/** The totals as they are. */
export async function totalsOf({ totals }: Table): Promise<Record<string, number>> {
  const sums = await Promise.all(
    Object.entries(totals).map(async ([name, v]) => [name, (await readExactly(v))[0] ?? NaN] as const),
  );
  return Object.fromEntries(sums);
}

/** The totals so far, for each of `count` examples. */
export const meansOf = async (table: Table, count: number): Promise<Record<string, number>> =>
  perExampleOf(await totalsOf(table), count);

/** Totals for each of `count` examples. */
export const perExampleOf = (
  totals: Readonly<Record<string, number>>,
  count: number,
): Record<string, number> =>
  Object.fromEntries(Object.entries(totals).map(([name, sum]) => [name, sum / count]));

/** Numbers as layers take them: of the type an input asks for; without, bytes become 0 to 1. */
export function asInput(x: Tensor, dtype?: Dtype): Tensor {
  if (x.dtype === 'u8' && (dtype ?? 'f32') === 'f32') return x.to('f32').div(255);
  return dtype ? x.to(dtype) : x;
}
