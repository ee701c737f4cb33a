// Attacks in the page: a picture changed so that a model reads it otherwise. Whether that worked is judged here on the
// bytes as they would be stored, whatever the attack says of itself.
import { attackOf, distanceOf, fewPixels, smallest, subjectOf, type Distance, type Norm } from 'eidos';
import { said } from './draw.ts';
import { judged, type Judged } from './judge.ts';
import { modelOf, type OpenModel } from './models.ts';
import { asBytes, asPixels } from './pictures.ts';
import type { Context } from './rpc.ts';

/** The attacks: the smallest change, a few pixels, or the strongest change within a ball. */
export type AttackChoice = 'smallest' | 'few-pixels' | 'fgsm' | 'pgd' | 'square';

/** What shall be done to a picture. */
export interface Fooling {
  readonly model: string;
  /** As the model was given it, and what it reads. */
  readonly picture: Uint8Array;
  readonly from: number;
  /** What it shall be read as; anything else unless said. */
  readonly to: number | undefined;
  readonly attack: AttackChoice;
  readonly norm: Norm;
  /** The radius of the ball, where the attack stays within one. */
  readonly epsilon: number;
  /** The most pixels, where the attack counts them. */
  readonly pixels: number;
  readonly seed: number;
}

/** What came of it. */
export interface Fooled {
  readonly success: boolean;
  /** As it would be stored. */
  readonly picture: Uint8Array;
  /** By class: what the model said before, and says now. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  readonly read: number;
  readonly distance: Distance;
  /** What the judge sees in both. */
  readonly judged: readonly (Judged | undefined)[];
}

/** What the page can ask about attacks. */
export const fool = {
  /** Attacks a picture; stopped, it comes to what was found until then. */
  async attack(fooling: Fooling, { signal }: Context): Promise<Fooled> {
    const { model: id, picture: original, from, to } = fooling;
    const open = await modelOf(id);
    const picture = asBytes(await struck(open, fooling, signal));
    const [before, after] = [await said(open, original), await said(open, picture)];
    const read = after.indexOf(Math.max(...after));
    return {
      success: to === undefined ? read !== from : read === to,
      picture,
      before,
      after,
      read,
      distance: distanceOf(asPixels(original), asPixels(picture)),
      judged: await judged(open, [original, picture]),
    };
  },
};

/** The picture as the attack leaves it. */
async function struck(
  { model }: OpenModel,
  { picture, from, to, attack, norm, epsilon, pixels, seed }: Fooling,
  signal: AbortSignal,
): Promise<Float32Array> {
  const x = asPixels(picture);
  const aim = { signal, ...(to !== undefined && { to }) };
  if (attack === 'smallest') return (await smallest(model, x, from, aim)).picture;
  if (attack === 'few-pixels') return (await fewPixels(model, x, from, { ...aim, pixels })).picture;
  const subject = await subjectOf(model, attack);
  const options = attack === 'square' ? { epsilon } : { norm, epsilon };
  const tries = await attackOf(subject, attack, options, { batch: 1, targeted: to !== undefined });
  try {
    const labels = Int32Array.of(from);
    const victims = to === undefined ? { x, labels } : { x, labels, to: Int32Array.of(to) };
    return (await tries.run(victims, seed, signal)).x;
  } finally {
    tries.close();
  }
}
