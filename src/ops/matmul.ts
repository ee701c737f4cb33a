// Matrix products, plain and batched, as contractions.
import { check } from '../base/check.ts';
import { at, range, same, show, showExtent } from '../base/shape.ts';
import type { Dim } from '../graph/contract.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Matrix product over the last two axes; axes before them are a batch and must be equal, or absent on the right.
 *
 * Shapes: [..., n, k] @ [k, m] or [..., k, m] -> [..., n, m].
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  check(
    a.rank >= 2 && b.rank >= 2,
    () => `matmul: needs two matrices, got ${show(a.shape)} @ ${show(b.shape)}`,
  );
  const [k, k2] = [at(a.shape, a.rank - 1), at(b.shape, b.rank - 2)];
  check(
    k === k2 && at(a.node.scale, a.rank - 1) === at(b.node.scale, b.rank - 2),
    () => `matmul: inner sizes differ: ${show(a.shape)} @ ${show(b.shape)} (${k} and ${k2})`,
  );
  const lead = range(a.rank - 2);
  const batched = b.rank > 2;
  check(
    !batched ||
      (same(a.shape.slice(0, -2), b.shape.slice(0, -2)) &&
        same(a.node.scale.slice(0, -2), b.node.scale.slice(0, -2))),
    () => `matmul: the axes in front must be equal: ${showExtent(a.node)} @ ${showExtent(b.node)}`,
  );
  const [n, inner, m] = [a.rank - 2, a.rank - 1, a.rank];
  const dims = (letters: number[]): Dim[] => letters.map((l) => [[l, 1]]);
  return a.contract(b, {
    sizes: [...a.shape, at(b.shape, b.rank - 1)],
    scale: [...a.node.scale, at(b.node.scale, b.rank - 1)],
    out: [...lead, n, m],
    a: dims([...lead, n, inner]),
    b: dims(batched ? [...lead, inner, m] : [inner, m]),
  });
}
