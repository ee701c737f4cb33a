// Rows by number: embedding tables, batches out of a data set, one-hot vectors.
import { check } from '../base/check.ts';
import { at, range, same, show, sameExtent } from '../base/shape.ts';
import { node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

/** Rows of `table` by number; a number outside the table gives a row of zeros. Shapes: [R, ...row], i32 [...n] -> [...n, ...row]. */
export function gather(table: Tensor, index: Tensor): Tensor {
  check(
    table.rank >= 1 && index.dtype === 'i32',
    () => `gather: needs a table and i32 numbers of its rows, got ${String(table)} and ${String(index)}`,
  );
  check(
    table.node.scale[0] === 0,
    () => `gather: the rows of the table cannot be the batch, got ${String(table)}`,
  );
  return rowsAt(table, index);
}

/**
 * gather() for callers who know that the rows they ask for are there: the rows of this table may be the batch, as they
 * are where each example asks for rows of its own.
 */
export function rowsAt(table: Tensor, index: Tensor): Tensor {
  const extent = {
    shape: [...index.shape, ...table.shape.slice(1)],
    scale: [...index.node.scale, ...table.node.scale.slice(1)],
  };
  return new Tensor(node({ kind: 'gather', dtype: table.dtype }, extent, [table.node, index.node]));
}

/** The opposite of rowsAt(), with which it shares its gradient: rows added up in a table of the extent of `like`. */
export const addedAt = (like: Tensor, index: Tensor, updates: Tensor): Tensor =>
  new Tensor(node({ kind: 'scatter', dtype: 'f32' }, like.node, [index.node, updates.node]));

/** A table of `rows` rows of zeros with each row of `updates` added at its number; numbers outside are dropped. */
export function scatterAdd(rows: number, index: Tensor, updates: Tensor): Tensor {
  const lead = { shape: updates.shape.slice(0, index.rank), scale: updates.node.scale.slice(0, index.rank) };
  check(
    index.dtype === 'i32' && updates.dtype === 'f32' && sameExtent(lead, index.node),
    () => `scatterAdd: needs i32 numbers and f32 rows for each, got ${String(index)} and ${String(updates)}`,
  );
  check(
    index.node.scale.slice(1).every((k) => k === 0),
    () => `scatterAdd: the batch must be the first axis of the numbers, got ${String(index)}`,
  );
  const extent = {
    shape: [rows, ...updates.shape.slice(index.rank)],
    scale: [0, ...updates.node.scale.slice(index.rank)],
  };
  return new Tensor(node({ kind: 'scatter', dtype: 'f32' }, extent, [index.node, updates.node]));
}

/** 1 where the number says, 0 elsewhere. Shapes: i32 [...n] -> f32 [...n, classes]. */
export function oneHot(index: Tensor, classes: number): Tensor {
  check(
    index.dtype === 'i32',
    () => `oneHot: needs i32 class numbers, got ${String(index)}; convert with to('i32')`,
  );
  const column = index.reshapeExtent({ shape: [...index.shape, 1], scale: [...index.node.scale, 0] });
  const wide = column.move({
    to: 'expand',
    extent: { shape: [...index.shape, classes], scale: [...index.node.scale, 0] },
  });
  return wide.equal(wide.iota(-1)).to('f32');
}

/** The element of the last axis that the number picks. Shapes: [...n, C], i32 [...n] -> [...n]. */
export function pick(x: Tensor, index: Tensor): Tensor {
  check(
    x.rank >= 1 && same(x.shape.slice(0, -1), index.shape),
    () => `pick: needs one number for each row of ${show(x.shape)}, got ${show(index.shape)}`,
  );
  return x.mul(oneHot(index, at(x.shape, x.rank - 1))).sum(-1);
}

/**
 * The largest along axes, kept, where it is finite, and 0 elsewhere: what exponents are shifted by so that they cannot
 * overflow. What is shifted by does not change the result, so no gradient goes through it.
 */
function shiftOf(x: Tensor, axes: readonly number[]): Tensor {
  const top = x.max(axes, { keep: true });
  return top.where(top.abs().less(Infinity), 0).stop();
}

/** log(sum(exp(x))) over axes, shifted by the largest so that exp cannot overflow. */
export function logSumExp(x: Tensor, axes: readonly number[] = range(x.rank), keep = false): Tensor {
  const shift = shiftOf(x, axes);
  const kept = x.sub(shift).exp().sum(axes, { keep: true }).log().add(shift);
  return keep ? kept : kept.sum(axes);
}

/** Probabilities over the last axis; shifted by the largest so that exp cannot overflow. */
export function softmax(x: Tensor): Tensor {
  const e = x.sub(x.max(-1, { keep: true }).stop()).exp();
  return e.div(e.sum(-1, { keep: true }));
}

/** Log-probabilities over the last axis. The shift is taken off first: a large x less its own logSumExp would lose digits. */
export function logSoftmax(x: Tensor): Tensor {
  const shifted = x.sub(shiftOf(x, [x.rank - 1]));
  return shifted.sub(shifted.exp().sum(-1, { keep: true }).log());
}
