// The few layers that GANs need beside the usual ones.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { randomFlip } from '../nn/augment.ts';
import { merging, stateless, type Layer } from '../nn/layer.ts';
import { shifted } from '../nn/resample.ts';
import type { Tensor } from '../tensor.ts';

/**
 * The sum of products of two inputs: of a score for each class and a one-hot class it is that class's score.
 * Shapes: [N, C] and [N, C] -> [N, 1]. Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637
 */
export const classScore = ({ name = 'class_score' }: { readonly name?: string } = {}): Layer =>
  merging({
    name,
    kind: 'Dot',
    build([a, b]) {
      check(
        a?.length === 1 && b?.length === 1 && a[0] === b[0],
        () => `classScore: needs two inputs of one size, got ${show(a ?? [])} and ${show(b ?? [])}`,
      );
      return { params: {}, state: {}, shape: [1] };
    },
    apply: (_, [a, b]) => ({ y: a!.mul(b!).sum(1, { keep: true }), state: {} }),
  });

/**
 * Colours moved at random, for each picture alike in all its pixels: brightness by up to a half, saturation and
 * contrast to between none and twice. Only while training. Shapes: [N, H, W, C] -> the same.
 * The first policy of DiffAugment, Zhao et al. 2020, https://arxiv.org/abs/2006.10738
 */
export const randomColour = ({ name = 'random_colour' }: { readonly name?: string } = {}): Layer =>
  stateless(
    { name, kind: 'RandomColour' },
    (shape) => shape,
    (x, { training, uniform }) => {
      if (!training) return x;
      const one = x.mean([1, 2, 3], { keep: true });
      const draw = (what: string) => uniform(one, what);
      const brighter = x.add(draw('brightness').sub(0.5));
      const grey = brighter.mean(3, { keep: true });
      const saturated = brighter.sub(grey).mul(draw('saturation').mul(2)).add(grey);
      const middle = saturated.mean([1, 2, 3], { keep: true });
      return saturated.sub(middle).mul(draw('contrast').add(0.5)).add(middle);
    },
  );

/** A number for each picture [N, 1, 1, 1], whole, from `low` to `high`, all alike. */
const wholeFrom = (chance: Tensor, low: number, high: number): Tensor =>
  chance
    .mul(high - low + 1)
    .floor()
    .add(low)
    .to('i32');

const firstOf = (x: Tensor): Tensor => x.crop(x.shape.map((d, i) => (i === 0 ? [0, 0] : [0, d - 1])));

/**
 * Pictures moved by whole pixels, up to a part of their height and width each way; what comes in is 0, the middle of
 * [-1, 1]. Only while training, and a gradient goes through. Shapes: [N, H, W, C] -> the same.
 * The second policy of DiffAugment, Zhao et al. 2020, https://arxiv.org/abs/2006.10738
 */
export const randomShift = ({
  part = 1 / 8,
  name = 'random_shift',
}: { readonly part?: number; readonly name?: string } = {}): Layer =>
  stateless(
    { name, kind: 'RandomShift' },
    (shape) => shape,
    (x, { training, uniform }) => {
      if (!training) return x;
      const by = (axis: 1 | 2, what: string): Tensor => {
        const most = Math.floor(at(x.shape, axis) * part + 0.5);
        return wholeFrom(uniform(firstOf(x), what), -most, most);
      };
      return shifted(x, by(1, 'down'), by(2, 'right'));
    },
  );

/**
 * A rectangle of each picture made 0: as high and wide as a part of the picture, its middle anywhere in it. Only while
 * training, and a gradient goes through. Shapes: [N, H, W, C] -> the same. The third policy of DiffAugment.
 */
export const randomCutout = ({
  part = 1 / 2,
  name = 'random_cutout',
}: { readonly part?: number; readonly name?: string } = {}): Layer =>
  stateless(
    { name, kind: 'RandomCutout' },
    (shape) => shape,
    (x, { training, uniform }) => {
      if (!training) return x;
      const within = (axis: 1 | 2, what: string): Tensor => {
        const side = at(x.shape, axis);
        const size = Math.floor(side * part + 0.5);
        const first = wholeFrom(uniform(firstOf(x), what), 0, side - (size % 2)).sub(Math.floor(size / 2));
        const place = x.iota(axis).sub(first.expandTo(x));
        return place.greaterEqual(0).and(place.less(size));
      };
      return x.sub(x).where(within(1, 'down').and(within(2, 'across')), x);
    },
  );

/**
 * What a critic looks through when there are few pictures, real and generated alike, so that it cannot learn them by
 * heart: turned over, in other colours, moved, and with a part cut out. In front of a critic; gradients go through.
 */
export const diffAugment = ({
  colour = true,
  flip = true,
  shift = true,
  cutout = true,
}: Readonly<Partial<Record<'colour' | 'flip' | 'shift' | 'cutout', boolean>>> = {}): readonly Layer[] => [
  ...(flip ? [randomFlip('horizontal')] : []),
  ...(colour ? [randomColour()] : []),
  ...(shift ? [randomShift()] : []),
  ...(cutout ? [randomCutout()] : []),
];
