// .vf, images as https://github.com/kaityo256/mnist_check keeps them: 784 numbers of 4 bytes, nothing else. (Its text
// says 728; its programs write 784.)
import { check } from '../base/check.ts';

/** The image in a .vf file, [28, 28] row-major, little-endian; of `size` pixels where it is another. `name` is what errors call the file. */
export function readVf(bytes: Uint8Array, name: string, size = 784): Float32Array {
  check(
    bytes.length === 4 * size,
    () => `readVf(${name}): needs ${4 * size} bytes for ${size} pixels, got ${bytes.length}`,
  );
  // A copy, as bytes may begin anywhere in their buffer.
  const image = new Float32Array(Uint8Array.from(bytes).buffer);
  const wrong = image.findIndex((x) => !Number.isFinite(x));
  check(wrong < 0, () => `readVf(${name}): pixel ${wrong} is ${image[wrong]}, which is no number`);
  return image;
}

/** The bytes of a .vf file. */
export const writeVf = (image: Float32Array): Uint8Array => new Uint8Array(image.slice().buffer);
