// Training against attacks: before a model learns from a batch, the batch is changed so that its loss is as large as it
// can be made within a ball, and the model learns from that (Madry et al. 2018, https://arxiv.org/abs/1706.06083). What
// is here is the change, as a traced function; the step of learning (nn/step.ts) asks for it.
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { grad } from '../grad.ts';
import { Tensor } from '../tensor.ts';
import { checkBall, stepsOf } from './ball.ts';
import { beginning, type Beginnings } from './beginnings.ts';
import type { Context } from './layer.ts';

/** How a batch is changed. */
export interface AdversarialOptions {
  /** How far each pixel may be changed, of [0, 1]. */
  readonly epsilon?: number;
  /** Steps up the slope of the loss; each costs as much as learning. */
  readonly steps?: number;
  /** How far a step goes: 1.25 epsilon for one step (Wong, Rice and Kolter 2020, https://arxiv.org/abs/2001.03994), else 2.5 epsilon / steps. */
  readonly stepSize?: number;
  /** Whether steps begin at a random place in the ball. */
  readonly randomStart?: boolean;
  /** Which places: 'noise' unless said; 'mixed', for images [N, H, W, C], also stripes and squares at its corners. */
  readonly beginnings?: Beginnings;
  /** Batches until the ball is as large as epsilon says, growing evenly: in the full one from the first batch a network may learn nothing for epochs on end. 0 unless said. */
  readonly warmup?: number;
}

/** A change of a batch, made inside the step that learns from it. */
export interface Perturbation {
  readonly name: string;
  /**
   * Pictures to learn from instead of x [N, ...] in [0, 1]. `loss` gives the loss of each example [N] for other pictures,
   * with the weights as they are; chance comes from the step's context, and `step` is the number of batches learned from
   * before, i32 []. No gradient goes through it.
   */
  perturb(x: Tensor, loss: (x: Tensor) => Tensor, uniform: Context['uniform'], step: Tensor): Tensor;
}

/** Steps up the slope of the loss inside an L-infinity ball, from a random place in it. */
export function adversarial({
  epsilon = 0.3,
  steps = 7,
  stepSize = steps === 1 ? 1.25 * epsilon : (2.5 * epsilon) / steps,
  randomStart = true,
  beginnings = 'noise',
  warmup = 0,
}: AdversarialOptions = {}): Perturbation {
  checkBall('adversarial', epsilon, 'linf');
  check(
    Number.isInteger(steps) && steps >= 1 && stepSize > 0,
    () => `adversarial: needs steps from 1 and a stepSize above 0, got ${steps} and ${stepSize}`,
  );
  check(
    Number.isInteger(warmup) && warmup >= 0,
    () => `adversarial: warmup must be a whole number of batches from 0, got ${warmup}`,
  );
  check(
    beginnings === 'noise' || beginnings === 'mixed',
    () => `adversarial: beginnings must be 'noise' or 'mixed', got ${JSON.stringify(beginnings)}`,
  );
  return {
    name: `adversarial(${epsilon})`,
    perturb(x, loss, uniform, step) {
      const grown = warmup === 0 ? Tensor.fill(1) : step.add(1).to('f32').div(warmup).min2(1);
      const most = grown.mul(stepsOf(epsilon)).expandTo(x);
      const by = grown.mul(stepSize).expandTo(x);
      const inside = (moved: Tensor): Tensor => x.add(moved.sub(x).min2(most).max2(most.neg())).clip(0, 1);
      check(
        beginnings === 'noise' || x.rank === 4,
        () => `adversarial: beginnings 'mixed' needs images [N, H, W, C], got ${show(x.shape)}; use 'noise'`,
      );
      let moved = randomStart ? inside(x.add(beginning(beginnings, x, uniform).mul(most))) : x;
      for (let turn = 0; turn < steps; turn++) {
        const here = moved.stop();
        const [g] = grad(loss(here).sum(), [here]);
        moved = inside(here.add((g as Tensor).sign().mul(by)));
      }
      return moved.stop();
    },
  };
}
