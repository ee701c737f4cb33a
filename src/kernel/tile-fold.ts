// Sums of products that no register tile fits (one column, one channel at a time, an image's three colours): plain folds,
// place by place of the result. The axis both operands lie along is the fold's lanes; a small operand that does not
// lie along it, as a kernel of three filters, is copied so that it does.
import { axis, factorOf, int, newAxis, plus, times, type Axis } from '../base/formula.ts';
import { at, sizeOf, stridesOf } from '../base/shape.ts';
import type { Machine } from './code.ts';
import { newBuffer, type ContractKernel, type Expr } from './kernel.ts';
import { withSum } from './merge.ts';
import { symbols, type Operand } from './pack.ts';
import { tileLoop, type Tiled } from './tile-loop.ts';

/** Numbers up to which an operand is small: whatever the batch, so that an example's bits do not depend on its company. */
const small = 2 ** 16;

/** The kernels of a sum of products as a fold. */
export function folded(k: ContractKernel, machine: Machine): Tiled[] {
  const lane = laneOf(k, machine.lanes);
  const kernels: Tiled[] = [];
  const operand = (x: Operand): Operand =>
    lane && isAcross(x, lane) ? turnedTo(x, k, lane, machine, kernels) : x;
  const load = (x: Operand): Expr => ({ e: 'load', dtype: 'f32', ...operand(x) });
  const body: Expr = { e: 'map', dtype: 'f32', op: 'mul', src: [load(k.a), load(k.b)] };
  const axes = lane ? [...k.over.filter((x) => x !== lane), lane] : k.over;
  const sum: Expr = { e: 'fold', dtype: 'f32', op: 'sum', axes, body };
  const [store] = k.stores;
  const loop = {
    kind: 'loop',
    axes: k.axes,
    stores: [{ ...store, value: withSum(store.value, sum) }],
  } as const;
  return [...kernels, tileLoop(loop, machine)];
}

/** The longest summed axis along which neighbours lie side by side in the operands, or in the larger one. */
export function laneOf(k: ContractKernel, lanes: number): Axis | undefined {
  const longest = (list: readonly Axis[]): Axis | undefined =>
    list.reduce<Axis | undefined>((most, x) => (x.size > (most?.size ?? 1) ? x : most), undefined);
  const steps = (x: Axis): number[] => [k.a, k.b].map(({ index }) => factorOf(index, x) ?? NaN);
  const beside = longest(k.over.filter((x) => steps(x).every((n) => n === 0 || n === 1)));
  return beside ?? longest(k.over.filter((x) => x.scale === 0 && x.size >= lanes && canTurn(k, x)));
}

/** Whether one operand lies along the axis, and the other is small enough to be copied so that it does. */
function canTurn(k: ContractKernel, x: Axis): boolean {
  const [across, other] = isAcross(k.a, x) ? [k.a, k.b] : [k.b, k.a];
  if (!isAcross(across, x) || factorOf(other.index, x) !== 1) return false;
  const letters = lettersOf(across, k);
  const straight = across.index.terms.every(([t]) => t.i === 'axis' || t.i === 'symbol');
  const size = sizeOf(letters.map((a) => a.size));
  return straight && letters.every((a) => a.scale === 0) && size <= Math.min(small, across.from.size);
}

/** Whether a step along the axis goes over elements of the operand. */
const isAcross = ({ index }: Operand, x: Axis): boolean => Math.abs(factorOf(index, x) ?? 0) > 1;

const lettersOf = ({ index }: Operand, k: ContractKernel): Axis[] =>
  [...k.axes, ...k.over].filter((a) => factorOf(index, a) !== 0);

/** The operand copied so that it lies along `lane`, its other axes in the order they have. */
function turnedTo(x: Operand, k: ContractKernel, lane: Axis, machine: Machine, kernels: Tiled[]): Operand {
  const order = [...lettersOf(x, k).filter((a) => a !== lane), lane];
  const shape = order.map((a) => a.size);
  const strides = stridesOf(shape);
  const to = newBuffer('turned', 'f32', sizeOf(shape));
  const own = order.map((a) => newAxis(a.size));
  const sum = (axes: readonly Axis[], factors: readonly number[]): Operand['index'] =>
    plus(int(0), ...axes.map((a, i) => times(axis(a), at(factors, i))));
  const from = plus(
    int(x.index.plus),
    symbols(x.index),
    sum(
      own,
      order.map((a) => factorOf(x.index, a) ?? 0),
    ),
  );
  const value: Expr = { e: 'load', dtype: 'f32', from: x.from, index: from };
  kernels.push(
    tileLoop({ kind: 'loop', axes: own, stores: [{ to, index: sum(own, strides), value }] }, machine),
  );
  return { from: to, index: sum(order, strides) };
}
