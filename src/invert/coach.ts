// The coach: a drawing is misread; what would you add, and what would you erase, for it to be read as meant? A mask of
// ink to add and one of ink to take away are searched for, soft as a pen is wide, and small; many prices of ink go side
// by side, and the cheapest advice that works on the stored picture, and stays right when it is moved a little, is given.
import { check } from '../base/check.ts';
import { at, range, sizeOf } from '../base/shape.ts';
import { grad } from '../grad.ts';
import { adam } from '../nn/optimizer-adam.ts';
import { Tensor } from '../tensor.ts';
import { stored } from './gradient.ts';
import { blurred, jitter, totalVariation } from './priors.ts';
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

/** How advice is looked for. */
export interface CoachOptions {
  /** How sure the model shall be. */
  readonly probability?: number;
  /** The pen's width, in pixels: strokes are no finer. */
  readonly pen?: number;
  readonly steps?: number;
  readonly seed?: number;
  /** Ends it after the step under way; what was found until then is given. */
  readonly signal?: AbortSignal | undefined;
}

/** What to do with a drawing. */
export interface Advice {
  /** Whether the model then reads what is meant, as surely as was asked. */
  readonly success: boolean;
  /** Ink to add and ink to take away, each pixel 0 to 1: [H, W, C]. */
  readonly add: Float32Array;
  readonly erase: Float32Array;
  /** The drawing so changed, multiples of 1/255. */
  readonly picture: Float32Array;
  /** What the model says of the drawing, and of the drawing so changed. */
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Ink added and taken away, in pixels that are full. */
  readonly added: number;
  readonly erased: number;
}

/** What a pixel's worth of ink costs, in units of the loss: a batch of these is tried. */
const prices = [0.003, 0.006, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4];

/** Advice for a drawing [H, W, C] in [0, 1] that shall be read as `meant`. */
export async function coach(
  model: Classifier,
  drawing: Float32Array,
  meant: number,
  { probability = 0.8, pen = 3, steps = 300, seed = 1, signal }: CoachOptions = {},
): Promise<Advice> {
  const subject = await subjectOf(model, 'coach');
  const count = countPictures('coach', subject, drawing.length);
  check(count === 1, () => `coach: takes one drawing at a time, got ${count}`);
  checkClasses('coach', subject, [meant], 1);
  check(
    probability > 0 && probability < 1 && pen > 0 && Number.isInteger(steps) && steps >= 1,
    () =>
      `coach: needs a probability between 0 and 1, a pen above 0 and steps from 1, got ${probability}, ${pen} and ${steps}`,
  );
  const x = pixelsOf(drawing);
  const tried = await masks(subject, x, meant, { probability, pen, steps, seed, signal });
  const per = sizeOf(subject.shape);
  const rows = range(prices.length).map((i) => {
    const cut = (all: Float32Array): Float32Array => all.slice(i * per, (i + 1) * per);
    const [add, erase, picture] = [cut(tried.add), cut(tried.erase), cut(tried.picture)];
    const after = tried.after.slice(i * subject.classes, (i + 1) * subject.classes);
    const [added, erased] = [sum(add), sum(erase)];
    const read = after.indexOf(Math.max(...after));
    return {
      success: read === meant && (after[meant] ?? 0) >= probability,
      add,
      erase,
      picture,
      after,
      added,
      erased,
    };
  });
  const works = rows.filter(({ success }) => success);
  const cost = (row: (typeof rows)[number]): number => row.added + row.erased;
  const best = works.length
    ? works.reduce((a, b) => (cost(b) < cost(a) ? b : a))
    : rows.reduce((a, b) => ((b.after[meant] ?? 0) > (a.after[meant] ?? 0) ? b : a));
  return { ...best, before: tried.before };
}

const sum = (list: Float32Array): number => list.reduce((a, b) => a + b, 0);

interface Tried {
  readonly add: Float32Array;
  readonly erase: Float32Array;
  readonly picture: Float32Array;
  readonly after: Float32Array;
  readonly before: Float32Array;
}

/** A drawing and what is done to it. */
interface Changed {
  readonly add: Tensor;
  readonly erase: Tensor;
  readonly picture: Tensor;
}

/**
 * Drawings [n, H, W, C] with ink added by the first n masks and taken away by the others: added where there is paper, and
 * taken where there is ink. A blur of half a pen's width makes nothing finer than the pen; what is left under a twentieth
 * is no advice.
 */
function applied(masks: Tensor, x: Tensor, pen: number): Changed {
  const n = at(x.shape, 0);
  const soft = blurred(masks, pen / 2)
    .mul(4)
    .sub(2.5)
    .sigmoid()
    .sub(0.05)
    .relu()
    .div(0.95);
  const half = (from: number): Tensor =>
    soft.crop(soft.shape.map((_, i) => (i === 0 ? [from, n - from] : [0, 0])));
  const [add, erase] = [half(0).mul(x.neg().add(1)), half(n).mul(x)];
  return { add, erase, picture: x.add(add).sub(erase) };
}

const shake = jitter({ shift: 2, rotate: 8, scale: 0.1 });
const smooth = totalVariation(0.3);

/** What advice costs: ink, and its edges, so that few large strokes are cheaper than many dots. */
const inkOf = ({ add, erase }: Changed): Tensor =>
  [add, erase]
    .flatMap((y) => [y.sum(range(y.rank).slice(1)), smooth.penalty?.(y)])
    .filter((t) => t !== undefined)
    .reduce((a, b) => a.add(b));

/** Masks for each price, climbed together. */
async function masks(
  subject: Subject,
  drawing: Float32Array,
  meant: number,
  { probability, pen, steps, seed, signal }: Required<CoachOptions>,
): Promise<Tried> {
  const { device, shape, classes } = subject;
  const n = prices.length;
  const room = (name: string) => device.variable(undefined, [2 * n, ...shape], { name });
  const [z, m, v] = [room('masks'), room('mean'), room('mean square')];
  const step = device.variable(Int32Array.of(0), [], { name: 'step' });
  const x = Tensor.from(drawing, [1, ...shape]).expand([n, ...shape]);
  const price = Tensor.from(Float32Array.from(prices), [n]);
  const wanted = Tensor.from(
    Float32Array.from(range(classes), (k) => Number(k === meant)),
    [1, classes],
  );
  const changed = (): Changed => applied(z.tensor, x, pen);
  const optimizer = adam({ learningRate: 0.05 });
  const climb = await device.compile(() => {
    const now = changed();
    const t = step.tensor.add(1);
    const chance = { seed: Tensor.fill(seed | 0, [], 'i32'), step: t };
    // As sure as asked is enough: past it only ink counts.
    const enough = Math.min(0.999, probability + 0.05);
    const short = (y: Tensor): Tensor =>
      subject.see(y).probabilities.mul(wanted).sum(1).max2(1e-12).div(enough).log().neg().relu();
    const shown = shake.view?.(now.picture, chance) ?? now.picture;
    const loss = short(now.picture).add(short(shown)).add(inkOf(now).mul(price)).sum();
    const [g] = grad(loss, [z.tensor]);
    const next = optimizer.step(
      z.tensor,
      g as Tensor,
      { m: m.tensor, v: v.tensor },
      { t: t.to('f32'), rate: Tensor.fill(0.05), path: 'masks' },
    );
    return {
      updates: [
        [z, next.w],
        [m, next.slots['m'] as Tensor],
        [v, next.slots['v'] as Tensor],
        [step, t],
      ],
    };
  });
  const look = await device.compile(() => {
    const { add, erase, picture } = changed();
    const final = stored(picture);
    const first = x.crop(x.shape.map((_, i) => (i === 0 ? [0, n - 1] : [0, 0])));
    return {
      outputs: {
        add,
        erase,
        picture: final,
        after: subject.see(final).probabilities,
        before: subject.see(first).probabilities,
      },
    };
  });
  try {
    await repeated(climb, steps, signal);
    return (await look.run()) as unknown as Tried;
  } finally {
    closeAll([climb, look, z, m, v, step]);
  }
}
