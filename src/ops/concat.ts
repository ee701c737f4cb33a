// Joining and cutting tensors along an axis, as compositions of moves and a choice by place.
import { check } from '../base/check.ts';
import { at, axisOf, same, show } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';

/** Tensors one after the other along `axis`; their other sizes must be equal. Batch axes may be joined too. */
export function concat(list: readonly Tensor[], axis = 0): Tensor {
  check(list.length > 0, () => 'concat: needs at least one tensor, got none');
  const first = at(list, 0);
  const i = axisOf('concat', axis, first.rank);
  const others = (t: Tensor): number[] => t.shape.filter((_, j) => j !== i);
  for (const t of list)
    check(
      t.rank === first.rank && same(others(t), others(first)) && t.dtype === first.dtype,
      () =>
        `concat: needs equal types and sizes but for axis ${i}, got ${first.dtype} ${show(first.shape)} and ${t.dtype} ${show(t.shape)}`,
    );
  return list.reduce((a, b) => pairAlong(a, b, i));
}

function pairAlong(a: Tensor, b: Tensor, i: number): Tensor {
  const scaled = at(a.node.scale, i) > 0;
  check(
    scaled === at(b.node.scale, i) > 0,
    () => `concat: cannot join the batch axis with a fixed one: ${show(a.shape)} and ${show(b.shape)}`,
  );
  const along = (n: readonly [number, number]): (readonly [number, number])[] =>
    a.shape.map((_, j) => (j === i ? n : [0, 0]));
  const pad = (t: Tensor, low: Tensor | undefined, high: Tensor | undefined): Tensor => {
    const part = (u: Tensor | undefined): number => (u ? (scaled ? at(u.node.scale, i) : at(u.shape, i)) : 0);
    const [by, none] = [along([part(low), part(high)]), along([0, 0])];
    return t.move({ to: 'pad', by: scaled ? none : by, per: scaled ? by : none });
  };
  const [left, right] = [pad(a, undefined, b), pad(b, a, undefined)];
  const end = scaled ? a.countOf([i]) : at(a.shape, i);
  return left.where(left.iota(i).less(end instanceof Tensor ? end.to('i32') : end), right);
}

/** Elements `from` up to, not including, `to` along an axis. */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const i = axisOf('slice', axis, x.rank);
  const size = at(x.shape, i);
  check(
    Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= size,
    () => `slice: needs 0 <= from <= to <= ${size} on axis ${i} of ${show(x.shape)}, got ${from} and ${to}`,
  );
  return x.crop(x.shape.map((_, j) => (j === i ? [from, size - to] : [0, 0])));
}

/** Tensors of one shape on a new axis in front. */
export function stack(list: readonly Tensor[]): Tensor {
  return concat(
    list.map((t) => t.reshapeExtent({ shape: [1, ...t.shape], scale: [0, ...t.node.scale] })),
    0,
  );
}
