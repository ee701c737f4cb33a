// One attack on one picture, whatever its kind, and what it came to in the same words.
import {
  attackOf,
  distanceOf,
  fewPixels,
  smallest,
  subjectOf,
  type AttackName,
  type Distance,
  type Norm,
} from '../src/index.ts';
import type { Trained } from './trained.ts';

/** The attacks: the smallest change, a few pixels, or the strongest change within a ball. */
export const attackNames = ['smallest', 'few-pixels', 'fgsm', 'pgd', 'square'] as const;

/** How it is attacked. */
export interface AttackOptions {
  readonly attack?: (typeof attackNames)[number];
  readonly norm?: Norm;
  readonly epsilon?: number;
  readonly steps?: number;
  readonly restarts: number;
  readonly seed: number;
}

/** A picture after an attack. */
export interface Attacked {
  readonly attack: (typeof attackNames)[number];
  readonly success: boolean;
  readonly picture: Float32Array;
  /** The class that the model reads. */
  readonly read: number;
  /** In the measure of the attack: the largest change of a pixel, the Euclidean length, or pixels changed. */
  readonly distance: number;
  readonly distances: Distance;
}

/** Attacks a picture of class `from`, to be read as `to` or as anything else; the first try that works is kept. */
export async function attacked(
  { model }: Pick<Trained, 'model'>,
  picture: Float32Array,
  { from, to }: { readonly from: number; readonly to: number | undefined },
  { attack = 'smallest', norm = 'linf', epsilon, steps, restarts, seed }: AttackOptions,
): Promise<Attacked> {
  const aim = to === undefined ? {} : { to };
  if (attack === 'smallest' || attack === 'few-pixels') {
    const found =
      attack === 'smallest'
        ? await smallest(model, picture, from, { ...aim, ...(steps !== undefined && { steps }) })
        : await fewPixels(model, picture, from, aim);
    const { success, read, distance } = found;
    const measured = attack === 'smallest' ? distance.l2 : distance.pixels;
    return { attack, success, picture: found.picture, read, distance: measured, distances: distance };
  }
  const options = { norm, ...(epsilon !== undefined && { epsilon }), ...(steps !== undefined && { steps }) };
  const { x, read, success } = await within(model, attack, options, { picture, from, to, restarts, seed });
  const distances = distanceOf(picture, x);
  const distance = norm === 'l2' ? distances.l2 : distances.linf;
  return { attack, success, picture: x, read, distance, distances };
}

async function within(
  model: Trained['model'],
  attack: AttackName,
  options: { readonly norm: Norm; readonly epsilon?: number; readonly steps?: number },
  one: {
    readonly picture: Float32Array;
    readonly from: number;
    readonly to: number | undefined;
    readonly restarts: number;
    readonly seed: number;
  },
): Promise<{ readonly x: Float32Array; readonly read: number; readonly success: boolean }> {
  const { picture, from, to, restarts, seed } = one;
  const subject = await subjectOf(model, attack);
  const tries = await attackOf(subject, attack, options, { batch: 1, targeted: to !== undefined });
  const victims = {
    x: picture,
    labels: Int32Array.of(from),
    ...(to !== undefined && { to: Int32Array.of(to) }),
  };
  try {
    let found = await tries.run(victims, seed);
    for (let again = 1; again < restarts && found.success[0] !== 1; again++)
      found = await tries.run(victims, seed + 7919 * again);
    return { x: found.x, read: found.read[0] ?? from, success: found.success[0] === 1 };
  } finally {
    tries.close();
  }
}
