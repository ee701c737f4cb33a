// Reverse mode, graph to graph: the gradient of a tensor is another tensor made of the same nodes, so it
// can be differentiated again. Each kind of node knows its own rule (graph/), this file only walks.
//
// The walk is iterative, and nothing is built for inputs that nobody asks about.
import { assert, check } from './base/check.ts';
import { show } from './base/shape.ts';
import { contractGrads } from './graph/contract-grad.ts';
import { folds } from './graph/fold.ts';
import { topological, type Node } from './graph/node.ts';
import { scalar } from './graph/scalar.ts';
import { view } from './graph/view.ts';
import { addedAt, rowsAt } from './ops/rows.ts';
import { scanGrads } from './ops/scan-grad.ts';
import { Tensor } from './tensor.ts';

/** The gradients of one number (shape []) with respect to f32 tensors, in their shapes; zeros where it does not depend on one. */
export function grad(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  check(
    loss.rank === 0 && loss.dtype === 'f32',
    () =>
      `grad: the loss must be one f32 number, got ${loss.dtype} ${show(loss.shape)}; take its mean() or sum() first`,
  );
  return pullBack([loss], [Tensor.fill(1)], wrt);
}

const nothing: ReadonlySet<Node> = new Set();

/**
 * The sum over outputs of (their gradient times their derivative) with respect to each of `wrt`; an undefined gradient
 * is 0. The nodes in `given` count as independent: nothing is pulled back through them.
 */
export function pullBack(
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
  wrt: readonly Tensor[],
  given = nothing,
): Tensor[] {
  for (const w of wrt)
    check(w.dtype === 'f32', () => `grad: needs f32 tensors to differentiate by, got ${String(w)}`);
  const order = topological(
    outputs.map((t) => t.node),
    given,
  );
  const wanted = new Set(wrt.map((t) => t.node));
  const depends = new Set<Node>();
  for (const n of order)
    if (wanted.has(n) || (!given.has(n) && n.src.some((s) => depends.has(s)))) depends.add(n);

  const sums = new Gradients();
  outputs.forEach((t, i) => sums.add(t.node, gradients[i]));
  for (const n of order.reverse()) if (depends.has(n) && !given.has(n)) spread(n, sums, depends);
  return wrt.map((t) => sums.of(t.node) ?? Tensor.fill(0).expandTo(t));
}

/** What has been gathered for each node so far; for a scan, for each of its parts. */
class Gradients {
  private readonly sums = new Map<Node, Tensor>();
  private readonly parts = new Map<Node, (Tensor | undefined)[]>();

  of(n: Node): Tensor | undefined {
    return this.sums.get(n);
  }

  partsOf(n: Node): readonly (Tensor | undefined)[] {
    return this.parts.get(n) ?? [];
  }

  add(n: Node, g: Tensor | null | undefined): void {
    if (!g || n.dtype !== 'f32') return;
    if (n.kind === 'part') {
      const scan = n.src[0]!;
      const list = [...this.partsOf(scan)];
      list[n.index] = list[n.index]?.add(g) ?? g;
      this.parts.set(scan, list);
      return;
    }
    this.sums.set(n, this.sums.get(n)?.add(g) ?? g);
  }
}

function spread(n: Node, sums: Gradients, depends: ReadonlySet<Node>): void {
  const give = (i: number, g: () => Tensor | null): void => {
    if (depends.has(n.src[i]!)) sums.add(n.src[i]!, g());
  };
  if (n.kind === 'scan') {
    const parts = sums.partsOf(n);
    if (parts.some((g) => g))
      scanGrads(n, parts, pullBack, (s) => depends.has(s)).forEach((g, i) => sums.add(n.src[i]!, g));
    return;
  }
  const g = sums.of(n);
  if (!g) return;
  const src = n.src.map((s) => new Tensor(s));
  const y = new Tensor(n);
  switch (n.kind) {
    case 'map': {
      const row = scalar(n.op);
      if (!row.grad || !n.src.some((s) => depends.has(s))) return;
      row.grad(g, y, ...src).forEach((part, i) => give(i, () => part));
      return;
    }
    case 'view':
      return give(0, () => view(n.move).grad(n.move, src[0]!, g));
    case 'fold': {
      const [x] = src as [Tensor];
      const kept = x.shape.map((d, i) => (n.axes.includes(i) ? 1 : d));
      const scale = x.node.scale.map((k, i) => (n.axes.includes(i) ? 0 : k));
      const wide = (t: Tensor): Tensor => t.reshapeExtent({ shape: kept, scale });
      return give(0, () => folds[n.op].grad?.(wide(g), wide(y), x, n.axes) ?? null);
    }
    case 'contract': {
      const [a, b] = src as [Tensor, Tensor];
      contractGrads(n.spec, g, [a, b], Tensor.fill(1)).forEach((part, i) => give(i, part));
      return;
    }
    case 'gather':
      return give(0, () => addedAt(src[0]!, src[1]!, g));
    case 'scatter':
      return give(1, () => rowsAt(g, src[0]!));
    default:
      assert(n.src.length === 0, () => `grad: no rule for ${n.kind}`);
  }
}
