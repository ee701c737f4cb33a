// The greedy sweep: pixel after pixel, every value is tried and the best kept, whatever the pixel was before.
// As in search_gd of https://github.com/kaityo256/mnist_check: 0 and 1, five times over the picture; 1 wins a tie.
import { noise } from './draw.ts';
import type { Pixels, Walk } from './method.ts';

const sweeps = 5;
const levels: Readonly<Record<Pixels, readonly number[]>> = {
  binary: [0, 1],
  continuous: [0, 0.25, 0.5, 0.75, 1],
};

/** Starts from noise; the budget is five sweeps, 7,840 images for 28 x 28 binary pixels. Continuous pixels have five levels. */
export const greedy = (): Walk => ({
  kind: 'walk',
  name: 'greedy',
  budget: ({ size, pixels }) => sweeps * size * levels[pixels].length,
  start: noise,
  draw: () => [],
  propose: (t, _image, _drawn, { size, pixels }) => ({ pixel: t % size, values: levels[pixels] }),
  choose: (_t, _current, scores) => scores.lastIndexOf(Math.max(...scores)),
});
