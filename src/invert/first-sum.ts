// The sums that an image goes into first. Where a network begins with a dense layer, changing one pixel changes these
// sums by one row of the kernel, whatever the rest of the network is; 784 times less work than computing them anew.
// They are found in the traced graph, so it does not matter what the layers are called or how they are nested.
import { at, same } from '../base/shape.ts';
import { node, topological, type Node } from '../graph/node.ts';
import type { Variable } from '../device/device.ts';
import { Tensor } from '../tensor.ts';

/** Sums [N, units] of images [N, pixels] times a kernel. */
export interface FirstSum {
  readonly sums: Node;
  /** [pixels, units] */
  readonly kernel: Variable;
  readonly units: number;
}

/** The first sums of what `roots` compute from `images`, if images go into nothing else. */
export function firstSum(roots: readonly Tensor[], images: Tensor): FirstSum | undefined {
  const rows = new Set([images.node]);
  const users: Node[] = [];
  for (const n of topological(roots.map((t) => t.node))) {
    // Inside a loop images may be used where this does not look.
    if (n.kind === 'scan') return undefined;
    if (!n.src.some((s) => rows.has(s))) continue;
    if (n.kind === 'view' && n.move.to === 'reshape') rows.add(n);
    else users.push(n);
  }
  const [sums, ...others] = users;
  if (!sums || others.length > 0 || sums.kind !== 'contract') return undefined;
  const [x, w] = [at(sums.src, 0), at(sums.src, 1)];
  if (!rows.has(x) || w.kind !== 'input' || !w.source || w.dtype !== 'f32') return undefined;
  return isProduct(sums) ? { sums, kernel: w.source as Variable, units: at(w.shape, 1) } : undefined;
}

/** Whether it is [N, n] @ [n, m], N the batch. */
function isProduct({ spec, src }: Extract<Node, { kind: 'contract' }>): boolean {
  const letters = (dims: typeof spec.a): number[] =>
    dims.map((dim) => (dim.length === 1 && dim[0]?.[1] === 1 ? dim[0][0] : -1));
  const [a, b] = [letters(spec.a), letters(spec.b)];
  const plain = a.length === 2 && b.length === 2 && a[1] === b[0] && same(spec.out, [at(a, 0), at(b, 1)]);
  return (
    plain &&
    new Set([...a, ...b]).size === 3 &&
    [...a, ...b].every((l) => l >= 0) &&
    at(src, 1).scale.every((k) => k === 0)
  );
}

/** The same computation with `by` in the place of a node. */
export function replaced(root: Tensor, what: Node, by: Tensor): Tensor {
  const next = new Map<Node, Node>([[what, by.node]]);
  const of = (n: Node): Node => next.get(n) ?? n;
  for (const n of topological([root.node])) {
    if (next.has(n) || n.src.every((s) => of(s) === s)) continue;
    const { id: _, shape, scale, src, ...fields } = n;
    next.set(n, node(fields, { shape, scale }, src.map(of)));
  }
  return new Tensor(of(root.node));
}
