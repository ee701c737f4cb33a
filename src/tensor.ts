// What users hold: a Tensor stands for a node of a graph. Making one computes nothing; shapes and types
// are checked here, on the user's line. Everything is written in terms of the tables in graph/; what is
// a composition of others is a composition here or in ops/.
//
// Axes may be counted from the end (-1 is the last). Shapes are outermost first: images are [N, H, W, C].
import { check } from './base/check.ts';
import type { Drawing } from './base/deviates.ts';
import { arrayOf, type Dtype, type TypedArray } from './base/dtype.ts';
import {
  at,
  axesOf,
  axisOf,
  broadcast,
  range,
  same,
  show,
  sizeOf,
  type Extent,
  type Shape,
  checkShape,
  showExtent,
} from './base/shape.ts';
import { Elements } from './graph/elements.ts';
import { contractExtent, type ContractSpec } from './graph/contract.ts';
import { folds, type FoldName } from './graph/fold.ts';
import { fixed, later, node, type Node } from './graph/node.ts';
import { scalar, type ScalarName } from './graph/scalar.ts';
import { mostOf, rescale, view, type Move, type Pair } from './graph/view.ts';

/** A tensor, or a number that stands for it wherever one operand is a tensor. */
export type Operand = Tensor | number;

export interface Keep {
  /** Keep the folded axes with size 1. */
  readonly keep?: boolean;
}

export type Axes = number | readonly number[];

const noPair: Pair = [0, 0];

export class Tensor extends Elements {
  readonly node: Node;

  constructor(node: Node) {
    super();
    this.node = node;
  }

  protected override get own(): Tensor {
    return this;
  }

  protected override map(op: ScalarName, ...operands: readonly Operand[]): Tensor {
    return Tensor.map(op, ...operands);
  }

  get shape(): Shape {
    return this.node.shape;
  }

  get dtype(): Dtype {
    return this.node.dtype;
  }

  get rank(): number {
    return this.node.shape.length;
  }

  /** A tensor of numbers, row-major; a typed array tells the element type, a list of numbers is f32. */
  static from(data: TypedArray | readonly number[], shape: Shape = [data.length], dtype?: Dtype): Tensor {
    check(
      data.length === sizeOf(shape),
      () => `Tensor.from: ${show(shape)} needs ${sizeOf(shape)} numbers, got ${data.length}`,
    );
    const type = dtype ?? (data instanceof Int32Array ? 'i32' : data instanceof Uint8Array ? 'u8' : 'f32');
    const copy = arrayOf(type, data.length);
    copy.set(data);
    return new Tensor(node({ kind: 'input', name: 'data', dtype: type, data: copy }, fixed(shape)));
  }

  /** @internal f32 numbers that are made when somebody first asks for them; `drawing` says how, if they are drawn. */
  static later(shape: Shape, make: () => Float32Array, drawing?: Drawing): Tensor {
    checkShape('Tensor.later', shape);
    return new Tensor(later({ dtype: 'f32', ...(drawing && { drawing }) }, fixed(shape), make));
  }

  /** One number repeated. */
  static fill(value: number, shape: Shape = [], dtype: Dtype = 'f32'): Tensor {
    checkShape('Tensor.fill', shape);
    const one = new Tensor(node({ kind: 'const', value, dtype }, fixed([])));
    return shape.length === 0 ? one : one.expand(shape);
  }

  /** 0, 1, 2, ... along `axis` of a tensor of this shape, as i32. */
  static iota(shape: Shape, axis = 0): Tensor {
    checkShape('Tensor.iota', shape);
    return new Tensor(
      node({ kind: 'iota', dtype: 'i32', axis: axisOf('iota', axis, shape.length) }, fixed(shape)),
    );
  }

  /** The element's own place along `axis` of this tensor, as i32, in its shape. */
  iota(axis: number): Tensor {
    return new Tensor(node({ kind: 'iota', dtype: 'i32', axis: axisOf('iota', axis, this.rank) }, this.node));
  }

  // ---------------------------------------------------------------- element by element

  /** A function of graph/scalar.ts, operands broadcast to one shape. */
  static map(op: ScalarName, ...operands: readonly Operand[]): Tensor {
    const row = scalar(op);
    const list = lift(op, operands);
    const typed = op === 'select' ? list.slice(1) : list;
    const dtype = at(typed, 0).dtype;
    check(
      typed.every((t) => t.dtype === dtype),
      () =>
        `${op}: needs operands of one type, got ${list.map((t) => t.dtype).join(' and ')}; convert one with to()`,
    );
    const takes =
      row.takes === 'any' ||
      (row.takes === 'number' ? dtype === 'f32' || dtype === 'i32' : row.takes === dtype);
    check(
      takes,
      () =>
        `${op}: needs ${row.takes === 'number' ? 'f32 or i32' : row.takes}, got ${dtype}; convert it with to()`,
    );
    check(
      op !== 'select' || at(list, 0).dtype === 'bool',
      () => `where: the condition must be bool, got ${at(list, 0).dtype}`,
    );
    const extent = list.map((t): Extent => t.node).reduce((a, b) => broadcast(op, a, b));
    const src = list.map((t) => t.expandExtent(extent).node);
    return new Tensor(
      node({ kind: 'map', op, dtype: row.gives === 'same' ? dtype : row.gives }, extent, src),
    );
  }

  /** The elements as another type: to i32 and u8 towards zero and saturating at 32 bits, to bool as "not 0". */
  to(dtype: Dtype): Tensor {
    if (dtype === this.dtype) return this;
    return Tensor.map(({ f32: 'toF32', i32: 'toI32', u8: 'toU8', bool: 'toBool' } as const)[dtype], this);
  }

  // ---------------------------------------------------------------- folds

  /** Axes joined into one element by a row of graph/fold.ts; all axes when none are given. */
  fold(op: FoldName, axes?: Axes, { keep = false }: Keep = {}): Tensor {
    const list = axesOf(op, axes, this.rank);
    const numbers = this.dtype === 'f32' || this.dtype === 'i32';
    check(numbers, () => `${op}: needs f32 or i32, got ${this.dtype}; convert it with to()`);
    if (list.length === 0 && op !== 'argmax' && op !== 'argmin') return this;
    const rest = range(this.rank).filter((i) => !list.includes(i));
    const extent = {
      shape: rest.map((i) => at(this.shape, i)),
      scale: rest.map((i) => at(this.node.scale, i)),
    };
    const y = new Tensor(
      node({ kind: 'fold', op, axes: list, dtype: folds[op].to ?? this.dtype }, extent, [this.node]),
    );
    if (!keep) return y;
    const kept = (of: readonly number[], one: number): number[] =>
      of.map((d, i) => (list.includes(i) ? one : d));
    return y.reshapeExtent({ shape: kept(this.shape, 1), scale: kept(this.node.scale, 0) });
  }

  sum(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('sum', axes, keep);
  }
  prod(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('prod', axes, keep);
  }
  max(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('max', axes, keep);
  }
  min(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('min', axes, keep);
  }
  /** The place of the first largest element (row-major over the axes), as i32. */
  argmax(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('argmax', axes, keep);
  }
  argmin(axes?: Axes, keep?: Keep): Tensor {
    return this.fold('argmin', axes, keep);
  }

  /** The mean of f32 elements; over a batch axis, of as many as there are. */
  mean(axes?: Axes, keep?: Keep): Tensor {
    const list = axesOf('mean', axes, this.rank);
    return this.sum(list, keep).div(this.countOf(list));
  }

  /** How many elements the axes hold, as a number or, over a batch axis, a run-time f32. */
  countOf(axes: readonly number[]): Operand {
    const batch = axes.filter((i) => at(this.node.scale, i) > 0);
    const whole = axes.reduce(
      (n, i) => n * (batch.includes(i) ? at(this.node.scale, i) : at(this.shape, i)),
      1,
    );
    if (batch.length === 0) return whole;
    check(
      batch.length === 1,
      () => `mean: needs at most one batch axis, got ${batch.length} in ${show(this.shape)}`,
    );
    return new Tensor(node({ kind: 'count', per: whole, most: mostOf(this.node), dtype: 'f32' }, fixed([])));
  }

  /** The row-major place of each element within the axes, as i32, in this shape. */
  place(axes: readonly number[]): Tensor {
    let [place, stride]: [Tensor | undefined, Operand] = [undefined, 1];
    for (const axis of [...axes].reverse()) {
      const here = this.iota(axis).mul(stride);
      place = place ? place.add(here) : here;
      const n = this.countOf([axis]);
      if (typeof n === 'number') stride = typeof stride === 'number' ? stride * n : stride.mul(n);
      else stride = n.to('i32').mul(stride);
    }
    return place ?? Tensor.fill(0, [], 'i32').expandTo(this);
  }

  /** For each element the product of the others along the axes, also where some are 0. */
  productOfOthers(axes: readonly number[]): Tensor {
    const rest = range(this.rank).filter((i) => !axes.includes(i));
    const n = axes.reduce((p, i) => p * at(this.shape, i), 1);
    const flat = this.permute([...rest, ...axes]);
    const rows = flat
      .reshape([...flat.shape.slice(0, rest.length), 1, n])
      .expand([...flat.shape.slice(0, rest.length), n, n]);
    const own = rows.iota(-1).equal(rows.iota(-2));
    const others = Tensor.fill(1).expandTo(rows).where(own, rows).prod(-1);
    const order = [...rest, ...axes];
    return others.reshapeLike(flat).permute(order.map((_, i) => order.indexOf(i)));
  }

  // ---------------------------------------------------------------- moves

  /** A row of graph/view.ts. */
  move(move: Move): Tensor {
    return new Tensor(
      node({ kind: 'view', move, dtype: this.dtype }, view(move).extent(move, this.node), [this.node]),
    );
  }

  /** The same elements, row-major, in another shape; one size may be -1: what is left. A batch axis stays outermost. */
  reshape(shape: Shape): Tensor {
    const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1);
    const open = shape.filter((d) => d === -1).length;
    const total = sizeOf(this.shape);
    check(
      shape.every((d) => d >= -1 && Number.isInteger(d)) &&
        open <= 1 &&
        (open === 0 || (known > 0 && total % known === 0)),
      () => `reshape: ${show(this.shape)} has ${total} elements, cannot fill ${show(shape)}`,
    );
    const full = shape.map((d) => (d === -1 ? total / known : d));
    return this.reshapeExtent({ shape: full, scale: rescale(this.node, full) });
  }

  reshapeLike(other: Tensor): Tensor {
    return this.reshapeExtent(other.node);
  }

  /** Reshape to an extent that already says which axis is the batch. */
  reshapeExtent(extent: Extent): Tensor {
    const already = same(extent.shape, this.shape) && same(extent.scale, this.node.scale);
    return already
      ? this
      : this.move({ to: 'reshape', extent: { shape: extent.shape, scale: extent.scale } });
  }

  /** Axis i of the result is axis order[i] of this tensor. */
  permute(order: readonly number[]): Tensor {
    return order.every((axis, i) => axis === i) && order.length === this.rank
      ? this
      : this.move({ to: 'permute', order });
  }

  /** Axes of size 1, and missing ones in front, repeated to fill the shape. */
  expand(shape: Shape): Tensor {
    const wanted = broadcast(
      'expand',
      this.node,
      fixed(
        shape.map((d, i) => {
          const own = i - (shape.length - this.rank);
          return own >= 0 && at(this.node.scale, own) > 0 ? 1 : d;
        }),
      ),
    );
    check(same(wanted.shape, shape), () => `expand: cannot repeat ${show(this.shape)} to ${show(shape)}`);
    return this.expandExtent(wanted);
  }

  /** Repeated to the shape of `other`, its batch axis included. */
  expandTo(other: Tensor): Tensor {
    return this.expandExtent(broadcast('expand', this.node, other.node));
  }

  private expandExtent(extent: Extent): Tensor {
    if (same(extent.shape, this.shape) && same(extent.scale, this.node.scale)) return this;
    const missing = extent.shape.length - this.rank;
    const ones = range(missing).map(() => 1);
    const wide = this.reshapeExtent({
      shape: [...ones, ...this.shape],
      scale: [...ones.map(() => 0), ...this.node.scale],
    });
    return wide.move({ to: 'expand', extent: { shape: extent.shape, scale: extent.scale } });
  }

  /** The axes along which `g`, of a broadcast shape, repeats this tensor. */
  repeatedAxes(g: Tensor): number[] {
    return range(this.rank).filter(
      (i) => this.shape[i] !== g.shape[i] || this.node.scale[i] !== g.node.scale[i],
    );
  }

  /** Zeros put before and after each axis: one [before, after] an axis. */
  pad(by: readonly Pair[]): Tensor {
    return this.resize('pad', by);
  }

  /** Elements taken off before and after each axis: one [before, after] an axis. */
  crop(by: readonly Pair[]): Tensor {
    return this.resize('crop', by);
  }

  private resize(to: 'pad' | 'crop', by: readonly Pair[]): Tensor {
    check(
      by.length === this.rank && by.every(([p, q]) => p >= 0 && q >= 0 && Number.isInteger(p + q)),
      () =>
        `${to}: needs a pair of whole numbers from 0 for each axis of ${show(this.shape)}, got ${by.map(show).join(' ')}`,
    );
    check(
      by.every(([p, q], i) => p + q === 0 || this.node.scale[i] === 0),
      () => `${to}: cannot change the batch axis of ${show(this.shape)} by ${by.map(show).join(' ')}`,
    );
    if (by.every(([p, q]) => p + q === 0)) return this;
    return this.move({ to, by, per: by.map(() => noPair) });
  }

  /** Axes in the opposite order. */
  flip(axes: Axes): Tensor {
    const list = axesOf('flip', axes, this.rank);
    return list.length === 0 ? this : this.move({ to: 'flip', axes: list });
  }

  /** stride - 1 zeros put between the elements of an axis. */
  dilate(axis: number, stride: number): Tensor {
    if (stride === 1) return this;
    const [i, n] = [axisOf('dilate', axis, this.rank), at(this.shape, axisOf('dilate', axis, this.rank))];
    const cut = (at0: number, mid: readonly number[], mid2: readonly number[]): Extent => ({
      shape: [...this.shape.slice(0, at0), ...mid, ...this.shape.slice(at0 + 1)],
      scale: [...this.node.scale.slice(0, at0), ...mid2, ...this.node.scale.slice(at0 + 1)],
    });
    const split = this.reshapeExtent(cut(i, [n, 1], [0, 0]));
    const filled = split.pad(split.shape.map((_, j) => (j === i + 1 ? [0, stride - 1] : [0, 0])));
    const joined = filled.reshapeExtent(cut(i, [n * stride], [0]));
    return n === 0 ? joined : joined.crop(joined.shape.map((_, j) => (j === i ? [0, stride - 1] : [0, 0])));
  }

  // ---------------------------------------------------------------- sums of products

  /** The general sum of products of graph/contract.ts. */
  contract(other: Tensor, spec: ContractSpec): Tensor {
    check(
      this.dtype === 'f32' && other.dtype === 'f32',
      () => `contract: needs f32, got ${this.dtype} and ${other.dtype}; convert with to('f32')`,
    );
    return new Tensor(
      node({ kind: 'contract', spec, dtype: 'f32' }, contractExtent(spec), [this.node, other.node]),
    );
  }

  /** For error messages and debugging: what it is, never its numbers. */
  override toString(): string {
    return `Tensor(${this.dtype} ${showExtent(this.node)})`;
  }
}

/** Numbers among operands become constants of the type of the first tensor beside them. */
function lift(call: string, operands: readonly Operand[]): Tensor[] {
  const typed = call === 'select' ? operands.slice(1) : operands;
  const dtype = typed.find((x) => x instanceof Tensor)?.dtype ?? 'f32';
  return operands.map((x) => {
    if (x instanceof Tensor) return x;
    check(typeof x === 'number', () => `${call}: needs a tensor or a number, got ${typeof x}`);
    check(
      dtype === 'f32' || Number.isInteger(x),
      () => `${call}: needs a whole number beside ${dtype}, got ${x}; convert the tensor with to('f32')`,
    );
    return Tensor.fill(x, [], dtype);
  });
}
