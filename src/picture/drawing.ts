// Any picture of a digit as a drawing on a pad is: square, grey, white on black. What prepare() then makes of it is
// what a network for digits is given.
import { range } from '../base/shape.ts';
import type { Picture } from './png.ts';
import { resize } from './resize.ts';

/** What is less of the strongest ink found is paper: shadows, noise. */
const PAPER = 0.1;

/** The least side that prepare() takes. */
const LEAST = 28;

/**
 * A photograph or drawing of something written, as white ink on a black square of at least 28 x 28 pixels: colours
 * become grey, what has the grey of the picture's rim becomes black, the strongest ink white. It stays in the middle.
 */
export function asDrawing(picture: Picture): Picture {
  const { width, height } = picture;
  const grey = resize(picture, { width, height, channels: 1, crop: 'stretch' });
  const ink = inkOf(grey);
  const long = Math.max(width, height);
  const data = new Uint8Array(long * long);
  const [top, left] = [(long - height) >> 1, (long - width) >> 1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[(top + y) * long + left + x] = Math.round(255 * (ink[y * width + x] ?? 0));
  const square: Picture = { width: long, height: long, channels: 1, data };
  return long >= LEAST
    ? square
    : resize(square, { width: LEAST, height: LEAST, channels: 1, crop: 'stretch' });
}

/** How much ink there is at each pixel, 0 to 1: how far from the rim's grey, the most found being 1. */
function inkOf({ data, width, height }: Picture): Float32Array {
  const rim = range(width * height).filter((i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y === 0 || x === 0 || y === height - 1 || x === width - 1;
  });
  const greys = rim.map((i) => data[i] ?? 0).sort((a, b) => a - b);
  const paper = greys[greys.length >> 1] ?? 0;
  const raw = Float32Array.from(data, (x) => Math.max(0, paper > 127 ? paper - x : x - paper));
  const most = raw.reduce((a, b) => Math.max(a, b), 0);
  return raw.map((x) => (most === 0 || x < PAPER * most ? 0 : x / most));
}
