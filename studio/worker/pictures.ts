// Pictures between the engine, which has pixels of 0 to 1, and the page, which has bytes.

/** Pixels as the bytes they are stored as. */
export const asBytes = (pixels: ArrayLike<number>): Uint8Array =>
  Uint8Array.from(pixels, (x) => Math.round(255 * Math.min(1, Math.max(0, x))));

/** Bytes as pixels. */
export const asPixels = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (x) => x / 255);
