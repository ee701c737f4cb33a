// Ideas as pictures of 8 bits: what is stored, and what others are shown. Sheets of several are picture/grid.ts.
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import type { Picture } from '../picture/png.ts';
import type { Image } from './method.ts';

/**
 * An image [H, W], [H, W, 1] or [H, W, 3] of pixels in [0, 1], each pixel a square of `scale`: 280 x 280 for 28 x 28. 1 is
 * 255: the nearest of 256 levels, where x * 256 would be one too many. A row of n pixels is a square if n is one.
 */
export function ideaPicture(image: Image, shape: Shape, scale = 10): Picture {
  const side = Math.sqrt(sizeOf(shape));
  const [height = 0, width = 0, channels = 1] = shape.length === 1 ? [side, side] : shape;
  check(
    image.length === sizeOf(shape) &&
      Number.isInteger(height) &&
      shape.length <= 3 &&
      [1, 3].includes(channels),
    () =>
      `ideaPicture: needs a picture [H, W, 1] or [H, W, 3], got ${image.length} pixels for ${show(shape)}`,
  );
  check(
    Number.isInteger(scale) && scale >= 1,
    () => `ideaPicture: scale must be a whole number from 1, got ${scale}`,
  );
  const data = new Uint8Array(height * width * channels * scale * scale);
  for (let y = 0, to = 0; y < height * scale; y++)
    for (let x = 0; x < width * scale; x++)
      for (let c = 0; c < channels; c++) {
        const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels + c;
        data[to++] = Math.round(255 * Math.min(1, Math.max(0, image[from] ?? 0)));
      }
  return { width: width * scale, height: height * scale, channels: channels as 1 | 3, data };
}
