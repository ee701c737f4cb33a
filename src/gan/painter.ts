// A generator as a function of its numbers, for programs that search among them: what finding a picture's numbers,
// filling holes and learning the way back have in common.
import { at, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { Tensor } from '../tensor.ts';
import type { Distribution, Latent } from './latent.ts';

/** A trained generator; Game.painter() gives one. */
export interface Painter {
  readonly device: Device;
  /** Of one picture, [H, W, C]. */
  readonly shape: Shape;
  readonly latent: Latent;
  /** 0 if it knows none. */
  readonly classes: number;
  /** In a traced function: pictures [N, H, W, C] in [0, 1] of numbers [N, size] and classes [N, classes]. */
  paint(z: Tensor, c?: Tensor): Tensor;
}

/**
 * Numbers moved back to where a generator has learned to draw: uniform ones are cut off at their ends; normal ones keep
 * to the ball that holds 97 % of them, for their squared length is size ± √(2 size), and two deviations are allowed.
 */
export function withinReach(z: Tensor, { size, distribution }: Latent): Tensor {
  const ends: Readonly<Partial<Record<Distribution, readonly [number, number]>>> = {
    uniform: [-1, 1],
    unit: [0, 1],
  };
  const end = ends[distribution];
  if (end) return z.clip(at(end, 0), at(end, 1));
  const most = Math.sqrt(size + 2 * Math.sqrt(2 * size));
  const length = z.mul(z).sum(1, { keep: true }).sqrt();
  return z.mul(Tensor.fill(most).div(length.max2(most)));
}
