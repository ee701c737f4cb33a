// How far a picture may be changed: what training against attacks and attacks themselves agree on.
import { check } from '../base/check.ts';

/** What a change is measured by: the largest change of a pixel, or the Euclidean length of all changes. */
export type Norm = 'linf' | 'l2';

/** The largest multiple of 1/255 up to epsilon, so that a rounded picture stays inside an L-infinity ball. */
export const stepsOf = (epsilon: number): number => Math.floor(epsilon * 255 + 1e-6) / 255;

/** Throws unless epsilon is a radius that leaves room for at least one level of a pixel. */
export function checkBall(call: string, epsilon: number, norm: Norm): void {
  check(
    Number.isFinite(epsilon) && epsilon >= 1 / 255 && (norm === 'l2' || epsilon <= 1),
    () => `${call}: epsilon must be at least 1/255${norm === 'l2' ? '' : ' and at most 1'}, got ${epsilon}`,
  );
}
