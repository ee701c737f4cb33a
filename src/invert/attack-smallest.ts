// The smallest visible change that makes a model read a picture as something else. The change is searched together with
// what it costs: many prices of a change at once, as one batch, instead of one after the other; of all steps of all
// prices the smallest change that works as a stored picture is kept. Carlini and Wagner 2017, the L2 attack of section V,
// https://arxiv.org/abs/1608.04644, with the search for their constant c in one run.
import { check } from '../base/check.ts';
import { at, range, sizeOf } from '../base/shape.ts';
import { grad } from '../grad.ts';
import { adam } from '../nn/optimizer-adam.ts';
import { Tensor } from '../tensor.ts';
import { beside, gain, lengthOf, storedIn } from './attack.ts';
import {
  checkClasses,
  closeAll,
  countPictures,
  pixelsOf,
  repeated,
  subjectOf,
  type Classifier,
  type Subject,
} from './subject.ts';

/** How long and how sure. */
export interface SmallestOptions {
  /** What it shall be read as; without, anything else. */
  readonly to?: number;
  readonly steps?: number;
  readonly learningRate?: number;
  /** By how much the wanted class must lead, in logits. */
  readonly lead?: number;
  /** How many prices of a change are tried side by side, from a hundredth to a hundred logits for a length of 1. */
  readonly prices?: number;
  /** Ends it after the step under way; what was found until then is given. */
  readonly signal?: AbortSignal | undefined;
}

/** A picture that is read otherwise than it looks. */
export interface Fooled {
  readonly success: boolean;
  /** Pixels in [0, 1], multiples of 1/255; the picture itself where nothing was found. */
  readonly picture: Float32Array;
  /** What it is read as. */
  readonly read: number;
  /** What the model says of it. */
  readonly probabilities: Float32Array;
  readonly distance: Distance;
}

/** How far two pictures are apart, pixels in [0, 1]. */
export interface Distance {
  /** Euclidean. */
  readonly l2: number;
  /** The largest change of a pixel. */
  readonly linf: number;
  /** Pixels that differ. */
  readonly pixels: number;
}

/** How far two pictures are apart. */
export function distanceOf(a: Float32Array, b: Float32Array): Distance {
  const d = a.map((v, i) => Math.abs(v - (b[i] ?? 0)));
  return { l2: Math.hypot(...d), linf: Math.max(0, ...d), pixels: d.reduce((n, v) => n + Number(v > 0), 0) };
}

/** x as a sigmoid's argument, a little inside [0, 1] so that it is finite. */
const inverse = (x: Tensor): Tensor => {
  const inside = x.mul(0.998).add(0.001);
  return inside.div(inside.neg().add(1)).log();
};

/** The smallest change found, by Euclidean distance, to a picture of class `from` that makes the model read it otherwise. */
export async function smallest(
  model: Classifier,
  picture: Float32Array,
  from: number,
  { to, steps = 400, learningRate = 0.05, lead = 0.1, prices = 12, signal }: SmallestOptions = {},
): Promise<Fooled> {
  const subject = await subjectOf(model, 'smallest');
  const count = countPictures('smallest', subject, picture.length);
  check(count === 1, () => `smallest: takes one picture at a time, got ${count}`);
  checkClasses('smallest', subject, to === undefined ? [from] : [from, to], to === undefined ? 1 : 2);
  check(to !== from, () => `smallest: the picture is a ${from} already; ask for another class`);
  check(
    Number.isInteger(steps) && steps >= 1 && Number.isInteger(prices) && prices >= 1,
    () => `smallest: steps and prices must be whole numbers from 1, got ${steps} and ${prices}`,
  );
  const x = pixelsOf(picture);
  const found = await searched(subject, x, { from, to, steps, learningRate, lead, prices, signal });
  const success = Number.isFinite(found.best);
  const final = success ? found.picture : x;
  const look = await subject.device.compile(() => ({
    outputs: { p: subject.see(Tensor.from(final, [1, ...subject.shape])).probabilities },
  }));
  const probabilities = (await look.run())['p'] as Float32Array;
  look.close();
  const read = probabilities.indexOf(Math.max(...probabilities));
  return { success, picture: final, read, probabilities, distance: distanceOf(x, final) };
}

interface Settings {
  readonly from: number;
  readonly to: number | undefined;
  readonly steps: number;
  readonly learningRate: number;
  readonly lead: number;
  readonly prices: number;
  readonly signal: AbortSignal | undefined;
}

/** All prices, all steps, one program; then the best row. */
async function searched(
  subject: Subject,
  picture: Float32Array,
  { from, to, steps, learningRate, lead, prices, signal }: Settings,
): Promise<{ best: number; picture: Float32Array }> {
  const { device, shape } = subject;
  const room = (name: string, size: readonly number[], data?: Float32Array) =>
    device.variable(data, size, { name });
  const all = [prices, ...shape];
  const [z, m, v, kept] = [
    room('numbers', all),
    room('mean', all),
    room('mean square', all),
    room('kept', all),
  ];
  const best = room('best', [prices], new Float32Array(prices).fill(Infinity));
  const step = device.variable(Int32Array.of(0), [], { name: 'step' });
  const x = Tensor.from(picture, [1, ...shape]).expand(all);
  const whole = (k: number): Tensor => Tensor.fill(k, [prices], 'i32');
  const aim = { label: whole(from), to: to === undefined ? undefined : whole(to) };
  // From 0.01 to 100: what a logit is worth in squared length.
  const worth = Tensor.from(
    Float32Array.from(range(prices), (i) => 10 ** (4 * (prices === 1 ? 0.5 : i / (prices - 1)) - 2)),
  );
  const start = await device.compile(() => ({ updates: [[z, inverse(x)]] }));
  const optimizer = adam({ learningRate });
  const climb = await device.compile(() => {
    const moved = z.tensor.sigmoid();
    const short = gain(subject.see(moved), aim, 'margin').neg().add(lead).relu();
    const d = moved.sub(x);
    const loss = d.mul(d).sum(range(d.rank).slice(1)).add(short.mul(worth)).sum();
    const [g] = grad(loss, [z.tensor]);
    const t = step.tensor.add(1);
    const next = optimizer.step(
      z.tensor,
      g as Tensor,
      { m: m.tensor, v: v.tensor },
      { t: t.to('f32'), rate: Tensor.fill(learningRate), path: 'numbers' },
    );
    const final = storedIn(x, moved, 'l2');
    const far = lengthOf(final.sub(x));
    const works = gain(subject.see(final), aim, 'margin').greater(0).and(far.less(best.tensor));
    return {
      updates: [
        [z, next.w],
        [m, next.slots['m'] as Tensor],
        [v, next.slots['v'] as Tensor],
        [step, t],
        [best, far.where(works, best.tensor)],
        [kept, final.where(beside(works, final).expandTo(final), kept.tensor)],
      ],
    };
  });
  try {
    await start.run();
    await repeated(climb, steps, signal);
    const lengths = (await best.read()) as Float32Array;
    const row = lengths.reduce((top, d, i) => (d < (lengths[top] ?? NaN) ? i : top), 0);
    const pictures = (await kept.read()) as Float32Array;
    const per = sizeOf(shape);
    return { best: at([...lengths], row), picture: pictures.slice(row * per, (row + 1) * per) };
  } finally {
    closeAll([start, climb, z, m, v, kept, best, step]);
  }
}
