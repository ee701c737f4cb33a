// Training against attacks: before a model learns from a batch, the batch is changed so that its loss is as large as it
// can be made within a ball, and the model learns from that (Madry et al. 2018, https://arxiv.org/abs/1706.06083). What
// is here is the change, as a traced function; the step of learning (nn/step.ts) asks for it.
import { check } from '../base/check.ts';
import { grad } from '../grad.ts';
import type { Context } from '../nn/layer.ts';
import type { Tensor } from '../tensor.ts';
import { checkBall, stepsOf } from './attack.ts';

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
}

/** A change of a batch, made inside the step that learns from it. */
export interface Perturbation {
  readonly name: string;
  /**
   * Pictures to learn from instead of x [N, ...] in [0, 1]. `loss` gives the loss of each example [N] for other pictures,
   * with the weights as they are; chance comes from the step's context. No gradient goes through it.
   */
  perturb(x: Tensor, loss: (x: Tensor) => Tensor, uniform: Context['uniform']): Tensor;
}

/** Steps up the slope of the loss inside an L-infinity ball, from a random place in it. */
export function adversarial({
  epsilon = 0.3,
  steps = 7,
  stepSize = steps === 1 ? 1.25 * epsilon : (2.5 * epsilon) / steps,
  randomStart = true,
}: AdversarialOptions = {}): Perturbation {
  checkBall('adversarial', epsilon, 'linf');
  check(
    Number.isInteger(steps) && steps >= 1 && stepSize > 0,
    () => `adversarial: needs steps from 1 and a stepSize above 0, got ${steps} and ${stepSize}`,
  );
  const most = stepsOf(epsilon);
  const inside = (x: Tensor, moved: Tensor): Tensor => x.add(moved.sub(x).clip(-most, most)).clip(0, 1);
  return {
    name: `adversarial(${epsilon})`,
    perturb(x, loss, uniform) {
      let moved = randomStart
        ? inside(
            x,
            x.add(
              uniform(x, 'adversarial start')
                .mul(2 * most)
                .sub(most),
            ),
          )
        : x;
      for (let step = 0; step < steps; step++) {
        const here = moved.stop();
        const [g] = grad(loss(here).sum(), [here]);
        moved = inside(x, here.add((g as Tensor).sign().mul(stepSize)));
      }
      return moved.stop();
    },
  };
}
