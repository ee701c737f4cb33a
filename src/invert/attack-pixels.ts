// An attack with few pixels: at each turn every pixel is tried as paper and as ink, and the one change that helps most is
// kept, until the model reads what was wanted. All tries of a turn are one batch, and turns follow each other in one
// program. No slopes are needed. (Su, Vargas and Sakurai 2019, https://arxiv.org/abs/1710.08864, look for such pixels by
// evolution; with 784 pixels all can be tried.)
import { check } from '../base/check.ts';
import { range } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';
import { gain } from './attack.ts';
import { distanceOf, type Fooled } from './attack-smallest.ts';
import {
  checkClasses,
  closeAll,
  countPictures,
  pixelsOf,
  repeated,
  subjectOf,
  type Classifier,
} from './subject.ts';

/** How many pixels, and what to. */
export interface FewPixelsOptions {
  /** What it shall be read as; without, anything else. */
  readonly to?: number;
  /** Most pixels that may be changed. */
  readonly pixels?: number;
  /** Ends it after the step under way; what was found until then is given. */
  readonly signal?: AbortSignal | undefined;
}

/** The fewest pixels, taken greedily, that make the model read a picture of class `from` otherwise; pixels become 0 or 1 in all channels. */
export async function fewPixels(
  model: Classifier,
  picture: Float32Array,
  from: number,
  { to, pixels = 20, signal }: FewPixelsOptions = {},
): Promise<Fooled> {
  const subject = await subjectOf(model, 'fewPixels');
  const count = countPictures('fewPixels', subject, picture.length);
  check(count === 1, () => `fewPixels: takes one picture at a time, got ${count}`);
  checkClasses('fewPixels', subject, to === undefined ? [from] : [from, to], to === undefined ? 1 : 2);
  const [height, width, channels] = subject.shape as [number, number, number];
  check(
    Number.isInteger(pixels) && pixels >= 1 && pixels <= height * width,
    () => `fewPixels: pixels must be a whole number from 1 to ${height * width}, got ${pixels}`,
  );
  const { device, shape } = subject;
  const original = pixelsOf(picture);
  const now = device.variable(original, [1, ...shape], { name: 'picture' });
  const tries = 2 * height * width;
  const whole = (k: number, n: number): Tensor => Tensor.fill(k, [n], 'i32');
  const aim = (n: number) => ({ label: whole(from, n), to: to === undefined ? undefined : whole(to, n) });
  const turn = await device.compile(() => {
    // Try k sets pixel k / 2 to k % 2.
    const like = now.tensor.expand([tries, ...shape]);
    const k = like.iota(0);
    const pixel = like.iota(1).mul(width).add(like.iota(2));
    const mine = (n: Tensor): Tensor => pixel.equal(n.div(2));
    const tried = k.rem(2).to('f32').where(mine(k), like);
    const best = gain(subject.see(tried), aim(tries), 'margin').argmax(0);
    const place = now.tensor.iota(1).mul(width).add(now.tensor.iota(2));
    const next = best
      .rem(2)
      .to('f32')
      .expandTo(now.tensor)
      .where(place.equal(best.div(2)), now.tensor);
    const here = gain(subject.see(now.tensor), aim(1), 'margin');
    // Once it is read as wanted, nothing more is changed.
    return { updates: [[now, now.tensor.where(here.greater(0).reshape([1, 1, 1, 1]).expandTo(next), next)]] };
  });
  const look = await device.compile(() => {
    const seen = subject.see(now.tensor);
    return { outputs: { p: seen.probabilities, gain: gain(seen, aim(1), 'margin') } };
  });
  try {
    await repeated(turn, pixels, signal);
    const out = await look.run();
    const success = (out['gain']?.[0] ?? 0) > 0;
    const probabilities = out['p'] as Float32Array;
    const changed = (await now.read()) as Float32Array;
    const { l2, linf } = distanceOf(original, changed);
    const differs = range(height * width).filter((i) =>
      range(channels).some((c) => changed[i * channels + c] !== original[i * channels + c]),
    );
    const read = probabilities.indexOf(Math.max(...probabilities));
    return { success, picture: changed, read, probabilities, distance: { l2, linf, pixels: differs.length } };
  } finally {
    closeAll([turn, look, now]);
  }
}
