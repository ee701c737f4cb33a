// The few layers that GANs need beside the usual ones.
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { merging, stateless, type Layer } from '../nn/layer.ts';
import { randomFlip } from '../nn/augment.ts';

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

/**
 * What a critic looks through when there are few pictures, real and generated alike, so that it cannot learn them by
 * heart: turned over, and in other colours. In front of a critic; gradients go through, which those of augment() do not.
 */
export const diffAugment = ({ colour }: { readonly colour: boolean }): readonly Layer[] => [
  randomFlip('horizontal'),
  ...(colour ? [randomColour()] : []),
];
