// Whether a step may be taken: only if its loss, its gradients and the way it would go are finite. It is decided
// inside the program, before anything is written, so that weights never become NaN; what went wrong is found out
// afterwards (diagnose.ts).
//
// The gradient of a kernel is a sum of products a·b, often larger than a and b together, and often nowhere stored:
// the optimizer takes it as it is made. No number in it is larger than norm(a) norm(b) (Cauchy and Schwarz), so these
// are looked at where they are less. Steps are thus also refused whose gradients' squares would overflow, from about
// 1e19 on.
import { sizeOf } from '../base/shape.ts';
import type { Node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

const squares = (x: Tensor): Tensor => x.mul(x).sum();

/** A number that is finite only if all of g are: f32, shape []. */
function bound(g: Tensor): Tensor {
  let made: Node = g.node;
  while (made.kind === 'view' && made.src[0]) made = made.src[0];
  const [a, b] = made.src;
  if (made.kind !== 'contract' || a?.dtype !== 'f32' || b?.dtype !== 'f32') return squares(g);
  if (sizeOf(a.shape) + sizeOf(b.shape) >= sizeOf(made.shape)) return squares(g);
  return squares(new Tensor(a)).mul(squares(new Tensor(b)));
}

/** Gradients, and the learning rate their optimizer goes along them with. */
export interface Way {
  readonly gradients: readonly Tensor[];
  readonly rate: Tensor;
}

/** Whether the loss and the ways are finite: bool, shape []. */
export function isFinite(loss: Tensor, ways: readonly Way[]): Tensor {
  const sum = ways.reduce((all, { gradients, rate }) => {
    const length = gradients.reduce((total, g) => total.add(bound(g)), Tensor.fill(0));
    return all.add(length.mul(rate.mul(rate).max2(1)));
  }, loss);
  return sum.abs().less(Infinity);
}

/** What is wrong with the worst number of x: 0 nothing, 1 infinite, 2 NaN; f32, shape []. */
export function flaw(x: Tensor): Tensor {
  const size = x.to('f32').abs();
  const [none, infinite, nan] = [0, 1, 2].map((n) => Tensor.fill(n).expandTo(size)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const each = none.where(size.less(Infinity), infinite.where(size.lessEqual(Infinity), nan));
  return each.rank > 0 ? each.max() : each;
}
