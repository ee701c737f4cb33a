// An attack that only asks for answers: squares of the picture are pushed to one end of the ball or the other, and a
// push that helps is kept. It needs no slopes, so a model whose slopes are hidden or useless gains nothing by that.
// Andriushchenko, Croce, Flammarion and Hein 2020, "Square Attack", https://arxiv.org/abs/1912.00049, algorithms 1 and 2.
import { check } from '../base/check.ts';
import { randomUniform, type Chance } from '../ops/random.ts';
import { Tensor } from '../tensor.ts';
import { checkBall, stepsOf } from '../nn/ball.ts';
import { beside, carriedFor, gain, put, struck, type Attack } from './attack.ts';
import { closeAll, repeated, type Subject } from './subject.ts';

/** How long squares are tried. */
export interface SquareOptions {
  /** The radius of the L-infinity ball. */
  readonly epsilon?: number;
  /** Answers asked for, a picture. */
  readonly steps?: number;
  /** The part of the picture that the first squares cover. */
  readonly part?: number;
}

const purpose = { stripes: 510, down: 511, across: 512, sign: 513 } as const;

/** After how many of 10,000 tries the part that squares cover is halved: section 5 of the paper. */
const halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/** Sides of squares at try `t`, f32: the root of the part of all pixels. */
function sideAt(
  t: Tensor,
  { steps, part, height, width }: Record<'steps' | 'part' | 'height' | 'width', number>,
): Tensor {
  const scaled = t.to('f32').mul(10_000 / steps);
  const halved = halvings.map((from) => scaled.greater(from).to('f32')).reduce((a, b) => a.add(b));
  const share = Tensor.fill(0.5)
    .pow(halved)
    .mul(part * height * width);
  return share
    .sqrt()
    .round()
    .clip(1, Math.min(height, width) - 1);
}

/** Sets of L-infinity attacks without gradients; targets and labels as in pgd(). */
export async function square(
  subject: Subject,
  { epsilon = 0.3, steps = 1000, part = 0.8 }: SquareOptions = {},
  { batch = 100, targeted = false }: { readonly batch?: number; readonly targeted?: boolean } = {},
): Promise<Attack> {
  checkBall('square', epsilon, 'linf');
  check(
    Number.isInteger(steps) && steps >= 1 && part > 0 && part <= 1,
    () => `square: needs steps from 1 and a part up to 1, got ${steps} and ${part}`,
  );
  const { device, shape } = subject;
  const [height, width, channels] = shape as [number, number, number];
  const kept = carriedFor(device, batch, shape);
  const best = device.variable(undefined, [batch], { name: 'best' });
  const step = device.variable(Int32Array.of(0), [], { name: 'try' });
  const [x, moved] = [kept.x.tensor, kept.moved.tensor];
  const aim = { label: kept.label.tensor, to: targeted ? kept.to.tensor : undefined };
  const most = stepsOf(epsilon);
  const chance: Chance = { seed: kept.seed.tensor, step: step.tensor };
  const score = (pictures: Tensor): Tensor => gain(subject.see(pictures), aim, 'margin');
  const signs = (like: readonly number[], of: number): Tensor =>
    randomUniform(like, chance, of)
      .less(0.5)
      .to('f32')
      .mul(2 * most)
      .sub(most);
  const begin = await device.compile(() => {
    // Vertical stripes of one pixel: the paper's start.
    const striped = x.add(signs([batch, 1, width, channels], purpose.stripes)).clip(0, 1);
    return {
      updates: [
        [kept.moved, striped],
        [best, score(striped)],
        [step, step.tensor.mul(0).add(1)],
      ],
    };
  });
  const attempt = await device.compile(() => {
    const side = sideAt(step.tensor, { steps, part, height, width });
    const inside = (axis: 1 | 2, size: number, of: number): Tensor => {
      const from = randomUniform([batch], chance, of)
        .mul(side.neg().add(size + 1))
        .floor();
      const i = x.iota(axis).to('f32').sub(beside(from, x));
      return i.greaterEqual(0).and(i.less(side));
    };
    const there = inside(1, height, purpose.down).and(inside(2, width, purpose.across));
    const pushed = x.add(signs([batch, 1, 1, channels], purpose.sign)).clip(0, 1);
    const tried = pushed.where(there, moved);
    const found = score(tried);
    const better = found.greater(best.tensor);
    return {
      updates: [
        [kept.moved, tried.where(beside(better, x).expandTo(x), moved)],
        [best, found.max2(best.tensor)],
        [step, step.tensor.add(1)],
      ],
    };
  });
  const look = await device.compile(() => ({
    outputs: { x: moved, read: subject.see(moved).logits.argmax(1) },
  }));
  return {
    batch,
    async run(victims, seed, signal) {
      await put(kept, victims, batch, seed);
      await step.write(Int32Array.of(0));
      await begin.run();
      await repeated(attempt, steps, signal);
      const out = await look.run();
      return struck(victims, out['x'] as Float32Array, out['read'] as Int32Array);
    },
    close: () => closeAll([begin, attempt, look, best, step, ...Object.values(kept)]),
  };
}
