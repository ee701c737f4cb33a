// Attacks: pictures changed by so little that people read them as before, and a model as something else. Steps go up
// the slope of the loss and back into a ball round the picture; whole batches and all steps in one program. Whether an
// attack worked is judged on the picture as it would be stored, in 8 bits and inside the ball, never on the numbers on
// the way there. Attacks without gradients are in attack-square.ts and attack-pixels.ts.
import { check } from '../base/check.ts';
import { range, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import { randomNormal, randomUniform, type Chance } from '../ops/random.ts';
import { logSoftmax, oneHot } from '../ops/rows.ts';
import { checkBall, stepsOf, type Norm } from '../nn/ball.ts';
import type { Tensor } from '../tensor.ts';
import { closeAll, repeated, type Subject } from './subject.ts';
import type { Seen } from './sight.ts';

/** How far a picture may be changed: each pixel by epsilon (L-infinity), or all together by epsilon (L2, pixels in [0, 1]). */
export type { Norm };

/** What an attack aims at: away from the labels, or at other classes. */
export interface Aim {
  /** What each picture is. */
  readonly labels: Int32Array;
  /** What each shall be read as; without, anything but its label. */
  readonly to?: Int32Array;
}

/** Pixels in [0, 1], [N, H, W, C] row-major, multiples of 1/255; and what they are. */
export interface Victims extends Aim {
  readonly x: Float32Array;
}

/** How an attack climbs. */
export interface GradientAttackOptions {
  readonly norm?: Norm;
  /** The radius of the ball. */
  readonly epsilon?: number;
  readonly steps?: number;
  /** How far a step goes: 2.5 epsilon / steps unless said, as in Madry et al. */
  readonly stepSize?: number;
  /** Whether it begins at a random place in the ball. */
  readonly randomStart?: boolean;
  /** What is climbed; `margin` is the lead of the best other logit, which has a slope where a softmax is saturated (Carlini & Wagner 2017). */
  readonly loss?: 'crossentropy' | 'margin';
}

/** An attack: a program for batches of one size. */
export interface Attack {
  readonly batch: number;
  /** Changed pictures for as many victims, and what the model says of them. Another `seed` is another try. The signal ends it after the step under way. */
  run(victims: Victims, seed: number, signal?: AbortSignal): Promise<Struck>;
  close(): void;
}

/** Pictures as an attack leaves them. */
export interface Struck {
  /** Multiples of 1/255 within the ball, [N, H, W, C]. */
  readonly x: Float32Array;
  /** What the model reads: [N]. */
  readonly read: Int32Array;
  /** 1 where the attack got what it wanted: [N]. */
  readonly success: Uint8Array;
}

/** One number for each picture, beside its pixels. */
export const beside = (each: Tensor, x: Tensor): Tensor =>
  each.reshapeExtent({
    shape: x.shape.map((d, i) => (i === 0 ? d : 1)),
    scale: x.node.scale.map((k, i) => (i === 0 ? k : 0)),
  });

const pixelAxes = (x: Tensor): number[] => range(x.rank).slice(1);

/** The length of each picture's change: [N]. */
export const lengthOf = (d: Tensor): Tensor => d.mul(d).sum(pixelAxes(d)).sqrt();

/** How much the model is for what the attack wants: [N], of which crossentropies may be used only for slopes. */
export function gain(
  { logits }: Seen,
  { label, to }: { readonly label: Tensor; readonly to: Tensor | undefined },
  loss: 'crossentropy' | 'margin',
): Tensor {
  const count = logits.shape[1] ?? 0;
  const wanted = oneHot(to ?? label, count);
  if (loss === 'crossentropy') {
    const log = logSoftmax(logits).mul(wanted).sum(1);
    return to ? log : log.neg();
  }
  const lead = logits
    .mul(wanted)
    .sum(1)
    .sub(logits.sub(wanted.mul(1e9)).max(1));
  return to ? lead : lead.neg();
}

/** Multiples of 1/255 inside the ball and in [0, 1]: to the nearest where that stays inside, else towards x. */
export function storedIn(x: Tensor, moved: Tensor, norm: Norm): Tensor {
  const levels = moved.sub(x).mul(255);
  const whole = norm === 'linf' ? levels.round() : levels.abs().add(1e-3).floor().mul(levels.sign());
  return x.mul(255).round().add(whole).clip(0, 255).div(255);
}

/** Changed pictures brought back into the ball and [0, 1]. */
function inBall(x: Tensor, moved: Tensor, norm: Norm, epsilon: number): Tensor {
  const d = moved.sub(x);
  if (norm === 'linf') {
    const most = stepsOf(epsilon);
    return x.add(d.clip(-most, most)).clip(0, 1);
  }
  const shrink = beside(lengthOf(d).max2(1e-12), x);
  return x.add(d.mul(shrink.min2(epsilon).div(shrink))).clip(0, 1);
}

/** A step up the slope: every pixel as far as any (L-infinity), or along the slope (L2). */
function along(g: Tensor, norm: Norm, by: number): Tensor {
  if (norm === 'linf') return g.sign().mul(by);
  const size = g.abs().max(pixelAxes(g), { keep: true }).max2(1e-30);
  const fair = g.div(size); // squares of slopes underflow
  return fair.div(beside(lengthOf(fair).max2(1e-12), g)).mul(by);
}

/** A random place in the ball: uniform (L-infinity), in a random direction and uniform in length (L2). */
function randomly(x: Tensor, norm: Norm, epsilon: number, chance: Chance): Tensor {
  if (norm === 'linf')
    return randomUniform(x, chance, purpose)
      .mul(2 * epsilon)
      .sub(epsilon);
  const d = randomNormal(x, chance, purpose);
  const size = randomUniform(x.sum(pixelAxes(x)), chance, purpose + 1).mul(epsilon);
  return d.div(beside(lengthOf(d).max2(1e-12), x)).mul(beside(size, x));
}

const purpose = 500;

/** Variables that an attack carries from step to step. */
export interface Carried extends Readonly<Record<string, Variable>> {
  readonly x: Variable;
  readonly moved: Variable;
  readonly label: Variable;
  readonly to: Variable;
  readonly seed: Variable;
}

/** Room for `batch` victims. */
export function carriedFor(device: Device, batch: number, shape: Shape): Carried {
  const whole = (name: string, size: Shape): Variable =>
    device.variable(undefined, size, { name, dtype: 'i32' });
  return {
    x: device.variable(undefined, [batch, ...shape], { name: 'pictures' }),
    moved: device.variable(undefined, [batch, ...shape], { name: 'changed' }),
    label: whole('labels', [batch]),
    to: whole('wanted', [batch]),
    seed: whole('seed', []),
  };
}

/**
 * Projected gradient descent on the input: from a random place in the ball, `steps` steps up the slope, each brought
 * back into the ball. Madry et al. 2018, https://arxiv.org/abs/1706.06083; one step without a random start is the fast
 * gradient sign method of Goodfellow, Shlens and Szegedy 2015, https://arxiv.org/abs/1412.6572
 */
export async function pgd(
  subject: Subject,
  {
    norm = 'linf',
    epsilon = norm === 'linf' ? 0.3 : 2,
    steps = 40,
    stepSize = (2.5 * epsilon) / steps,
    randomStart = true,
    loss = 'crossentropy',
  }: GradientAttackOptions = {},
  { batch = 100, targeted = false }: { readonly batch?: number; readonly targeted?: boolean } = {},
): Promise<Attack> {
  checkBall('pgd', epsilon, norm);
  check(
    Number.isInteger(steps) && steps >= 1,
    () => `pgd: steps must be a whole number from 1, got ${steps}`,
  );
  const { device } = subject;
  const kept = carriedFor(device, batch, subject.shape);
  const [x, moved] = [kept.x.tensor, kept.moved.tensor];
  const aim = { label: kept.label.tensor, to: targeted ? kept.to.tensor : undefined };
  const begin = await device.compile(() => {
    const chance = { seed: kept.seed.tensor, step: kept.seed.tensor.mul(0) };
    const start = randomStart ? inBall(x, x.add(randomly(x, norm, epsilon, chance)), norm, epsilon) : x;
    return { updates: [[kept.moved, start]] };
  });
  const step = await device.compile(() => {
    const [g] = grad(gain(subject.see(moved), aim, loss).sum(), [moved]);
    return {
      updates: [[kept.moved, inBall(x, moved.add(along(g as Tensor, norm, stepSize)), norm, epsilon)]],
    };
  });
  const look = await device.compile(() => {
    const final = storedIn(x, moved, norm);
    return { outputs: { x: final, read: subject.see(final).logits.argmax(1) } };
  });
  return {
    batch,
    async run(victims, seed, signal) {
      await put(kept, victims, batch, seed);
      await begin.run();
      await repeated(step, steps, signal);
      const out = await look.run();
      return struck(victims, out['x'] as Float32Array, out['read'] as Int32Array);
    },
    close: () => closeAll([begin, step, look, ...Object.values(kept)]),
  };
}

/** The fast gradient sign method: one step of epsilon from the picture itself. Goodfellow et al. 2015, section 4. */
export const fgsm = (
  subject: Subject,
  { norm = 'linf', epsilon = norm === 'linf' ? 0.3 : 2, loss = 'crossentropy' }: GradientAttackOptions = {},
  size: { readonly batch?: number; readonly targeted?: boolean } = {},
): Promise<Attack> =>
  pgd(subject, { norm, epsilon, loss, steps: 1, stepSize: epsilon, randomStart: false }, size);

/** Puts victims in; rows beyond them repeat the first ones, and nobody looks at what becomes of those. */
export async function put(
  kept: Carried,
  { x, labels, to }: Victims,
  batch: number,
  seed: number,
): Promise<void> {
  const count = labels.length;
  const filled = <T extends Float32Array | Int32Array>(data: T, room: T): T => {
    room.set(data);
    for (let from = data.length; from < room.length; from += data.length)
      room.set(data.subarray(0, Math.min(data.length, room.length - from)), from);
    return room;
  };
  check(count > 0 && count <= batch, () => `attack: takes 1 to ${batch} pictures at a time, got ${count}`);
  await Promise.all([
    kept.x.write(filled(x, new Float32Array(sizeOf(kept.x.shape)))),
    kept.label.write(filled(labels, new Int32Array(batch))),
    kept.to.write(filled(to ?? labels, new Int32Array(batch))),
    kept.seed.write(Int32Array.of(seed | 0)),
  ]);
}

/** What an attack left, rows that only filled the batch cut off. */
export function struck({ labels, to }: Aim, x: Float32Array, read: Int32Array): Struck {
  const count = labels.length;
  const wanted = (r: number, i: number): boolean => (to ? r === to[i] : r !== labels[i]);
  const own = read.slice(0, count);
  return {
    x: x.slice(0, (x.length / read.length) * count),
    read: own,
    success: Uint8Array.from(own, (r, i) => Number(wanted(r, i))),
  };
}
