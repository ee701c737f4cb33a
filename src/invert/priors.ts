// What is known of pictures before any model is asked: neighbours are alike, most of the paper is empty, a digit moved
// by a pixel is the same digit. A prior is one of three things. A `penalty` takes from the score of each picture and so
// serves every method. A `view` changes what the model is shown, by chance, and a `shape` what a picture is made of;
// both want gradients, and are for methods that climb.
//
// To add one: a function that returns a Prior, and a row in `priors`.
import { check } from '../base/check.ts';
import { at, range, sizeOf } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import { randomUniform, type Chance } from '../ops/random.ts';
import { Tensor } from '../tensor.ts';
import { both } from './fourier.ts';
import { warp } from './warp.ts';

/** Something known of pictures [N, H, W, C] in [0, 1]. */
export interface Prior {
  readonly name: string;
  /** What is taken from the score of each picture: f32 [N]. */
  penalty?(x: Tensor): Tensor;
  /** Other pictures that should be read as the same; another change each step. */
  view?(x: Tensor, chance: Chance): Tensor;
  /** Pictures made of the ones searched, the same way each step. */
  shape?(x: Tensor): Tensor;
}

/** Purposes of chance, apart from those of draw.ts. */
const purpose = { right: 401, down: 402, turn: 403, scale: 404 } as const;

const perPicture = (x: Tensor): Tensor => x.sum(range(x.rank).slice(1));

function checkWeight(call: string, weight: number): void {
  check(Number.isFinite(weight) && weight >= 0, () => `${call}: needs a number from 0, got ${weight}`);
}

/** Differences of neighbours, down and across: [N, H-1, W, C] and [N, H, W-1, C]. */
function differences(x: Tensor): [down: Tensor, across: Tensor] {
  const along = (axis: 1 | 2): Tensor => {
    const cut = (pair: readonly [number, number]): Tensor =>
      x.crop(x.shape.map((_, i) => (i === axis ? pair : ([0, 0] as const))));
    return cut([1, 0]).sub(cut([0, 1]));
  };
  return [along(1), along(2)];
}

/**
 * Total variation: weight times the sum of |differences| of neighbouring pixels, down and across (anisotropic). Smooth
 * near 0, so that even paper is a resting place. Rudin, Osher and Fatemi 1992, https://doi.org/10.1016/0167-2789(92)90242-F
 */
export function totalVariation(weight: number): Prior {
  checkWeight('totalVariation', weight);
  const smooth = 1e-3;
  return {
    name: 'total-variation',
    penalty(x) {
      const sizes = differences(x).map((d) =>
        perPicture(
          d
            .mul(d)
            .add(smooth * smooth)
            .sqrt()
            .sub(smooth),
        ),
      );
      return at(sizes, 0).add(at(sizes, 1)).mul(weight);
    },
  };
}

/** Weight times the sum of squared pixels: ink where it is needed, and paper elsewhere. */
export function l2(weight: number): Prior {
  checkWeight('l2', weight);
  return { name: 'l2', penalty: (x) => perPicture(x.mul(x)).mul(weight) };
}

/** Weight times the square of how far the mean pixel is from `mean`, in hundredths: about as much ink as a digit has. MNIST's mean pixel is 0.13. */
export function ink(weight: number, mean = 0.13): Prior {
  checkWeight('ink', weight);
  return {
    name: 'ink',
    penalty(x) {
      const off = perPicture(x)
        .div(sizeOf(x.shape.slice(1)))
        .sub(mean)
        .mul(100);
      return off.mul(off).mul(weight);
    },
  };
}

/**
 * Weight times the sum of x (1 - x): ink or paper, and little grey between. The edges of digits are grey in part, so the
 * weight is small.
 */
export function contrast(weight: number): Prior {
  checkWeight('contrast', weight);
  return { name: 'contrast', penalty: (x) => perPicture(x.sub(x.mul(x))).mul(weight) };
}

/** Weight times the sum of squared pixels in the outer `width` rows and columns: digits of MNIST keep 4 pixels away from the edges. */
export function frame(weight: number, width = 4): Prior {
  checkWeight('frame', weight);
  return {
    name: 'frame',
    penalty(x) {
      const outer = ([1, 2] as const)
        .map((axis) => {
          const i = x.iota(axis);
          return i.less(width).or(i.greaterEqual(at(x.shape, axis) - width));
        })
        .reduce((a, b) => a.or(b));
      return perPicture(x.mul(x).where(outer, 0)).mul(weight);
    },
  };
}

/**
 * Weight times how alike a picture is to the others of its group, by the mean squared cosine between the two, each less
 * its own mean. Pictures of a group follow each other, `size` of them: several ideas of one class.
 */
export function diversity(weight: number, size: number): Prior {
  checkWeight('diversity', weight);
  check(
    Number.isInteger(size) && size >= 2,
    () => `diversity: needs groups of at least 2 pictures, got ${size}`,
  );
  return {
    name: 'diversity',
    penalty(x) {
      const [n, per] = [at(x.shape, 0), sizeOf(x.shape.slice(1))];
      check(n % size === 0, () => `diversity: ${n} pictures are not groups of ${size}`);
      const rows = x.reshape([n / size, size, per]);
      const away = rows.sub(rows.mean(2, { keep: true }));
      const unit = away.mul(away.mul(away).sum(2, { keep: true }).add(1e-6).rsqrt());
      const cosines = matmul(unit, unit.permute([0, 2, 1]));
      const own = cosines.iota(1).equal(cosines.iota(2));
      const others = Tensor.fill(0).expandTo(cosines).where(own, cosines);
      return others
        .mul(others)
        .sum(2)
        .div(size - 1)
        .reshape([n])
        .mul(weight);
    },
  };
}

/** What is known of a digit of MNIST that can be taken from a score: for methods without slopes. */
export const digitPenalties = (): readonly Prior[] => [totalVariation(0.1), frame(0.5), ink(0.1)];

/** The normal curve of deviation `sigma` over the rows or columns of n pixels, each row's weights adding to 1: [n, n]. */
function bell(n: number, sigma: number): Tensor {
  const rows = range(n).map((i) => {
    const row = range(n).map((j) => Math.exp(-((i - j) ** 2) / (2 * sigma * sigma)));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((v) => v / sum);
  });
  return Tensor.from(Float32Array.from(rows.flat()), [n, n]);
}

/** Pictures blurred by a normal curve of `sigma` pixels. Shapes: [N, H, W, C] -> the same. */
export function blurred(x: Tensor, sigma: number): Tensor {
  if (sigma === 0) return x;
  const side = (axis: 1 | 2): Tensor => bell(at(x.shape, axis), sigma);
  return both(x, side(1), side(2).permute([1, 0]));
}

/** Pictures no sharper than a pen of this width: what is searched is blurred by `sigma` pixels before it becomes ink. */
export function blur(sigma: number): Prior {
  check(Number.isFinite(sigma) && sigma >= 0, () => `blur: sigma must be a number from 0, got ${sigma}`);
  return { name: 'blur', shape: (x) => blurred(x, sigma) };
}

/** How far pictures may be moved, turned and scaled. */
export interface JitterOptions {
  /** Pixels each way. */
  readonly shift?: number;
  /** Degrees each way. */
  readonly rotate?: number;
  /** Part of the size each way. */
  readonly scale?: number;
}

/** Every picture moved, turned and scaled by chance, each step anew, so that an idea does not hang on single pixels. */
export function jitter({ shift = 2, rotate = 10, scale = 0.1 }: JitterOptions = {}): Prior {
  check(
    shift >= 0 && rotate >= 0 && rotate <= 45 && scale >= 0 && scale <= 0.5,
    () =>
      `jitter: needs a shift from 0, degrees from 0 to 45 and a scale from 0 to 0.5, got ${shift}, ${rotate} and ${scale}`,
  );
  return {
    name: 'jitter',
    view(x, chance) {
      const draw = (most: number, of: number): Tensor =>
        randomUniform([at(x.shape, 0)], chance, of)
          .mul(2 * most)
          .sub(most);
      return warp(x, {
        right: draw(shift, purpose.right),
        down: draw(shift, purpose.down),
        turn: draw((rotate * Math.PI) / 180, purpose.turn),
        scale: draw(scale, purpose.scale).add(1),
      });
    },
  };
}

/** What all penalties together take from the score of each picture; undefined where there are none. */
export function penaltyOf(list: readonly Prior[], x: Tensor): Tensor | undefined {
  return list.reduce<Tensor | undefined>((sum, prior) => {
    const one = prior.penalty?.(x);
    return sum && one ? sum.add(one) : (one ?? sum);
  }, undefined);
}

/** What the model is shown: pictures through all views in turn. */
export const viewOf = (list: readonly Prior[], x: Tensor, chance: Chance): Tensor =>
  list.reduce((y, prior) => prior.view?.(y, chance) ?? y, x);

/** What pictures are made of, through all shapes in turn. */
export const shapeOf = (list: readonly Prior[], x: Tensor): Tensor =>
  list.reduce((y, prior) => prior.shape?.(y) ?? y, x);
