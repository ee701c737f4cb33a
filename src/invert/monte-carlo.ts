// Monte-Carlo hill climbing: a pixel at random is set to 0 or 1 at random, and stays so if the score rises.
// As in "MNISTを学習させたモデルの気持ちを調べる" (kaityo256 2017), search_mc of https://github.com/kaityo256/mnist_check,
// whose pixel number was drawn from 0 to 784, one past the end; here it is 0 to 783.
import { noise, pair, purposes } from './draw.ts';
import type { Walk } from './method.ts';

/** Starts from noise, pixels uniform in [0, 1); 10,000 tries. Continuous pixels are set to anything in [0, 1). */
export const monteCarlo = (): Walk => ({
  kind: 'walk',
  name: 'monte-carlo',
  budget: () => 10_000,
  start: noise,
  draw: (t, { rng }) => pair(rng.seed, purposes.walk, t, 0),
  propose: (_t, _image, [where = 0, what = 0], { size, pixels }) => ({
    pixel: Math.floor(where * size),
    values: [pixels === 'binary' ? Number(what > 0.5) : what],
  }),
  choose: (_t, current, [score = NaN]) => (score > current ? 0 : -1),
});
