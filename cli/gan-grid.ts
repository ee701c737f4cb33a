// Pictures of generated pictures: grids of ink on white, or of colours, and strips from one to another.
import { contactSheet, encodePng, type Picture, type Samples } from '../src/index.ts';

/** How samples are laid out. */
export interface GridOptions {
  readonly columns: number;
  /** Under each picture. */
  readonly captions?: readonly string[];
  /** Grey pictures as ink on white; they are, unless said. */
  readonly inverted?: boolean;
}

/** Small pictures are enlarged to be seen. */
const scaleOf = (height: number): number => Math.max(1, Math.round(64 / height));

/** A grid of samples. */
export function gridOf(
  { images, count, shape }: Samples,
  { columns, captions, inverted = true }: GridOptions,
): Picture {
  const [height = 1, width = 1, channels = 1] = shape;
  const size = height * width * channels;
  const tiles = Array.from({ length: count }, (_, i) => ({
    pixels: images.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels: channels === 3 ? (3 as const) : (1 as const),
    ...(captions && { caption: captions[i] ?? '' }),
  }));
  const gap = captions ? {} : { gap: 2 };
  return contactSheet(tiles, { columns, scale: scaleOf(height), ...gap, ink: channels === 1 && inverted });
}

/** A grid as the bytes of a PNG. */
export const gridBytes = (samples: Samples, options: GridOptions): Promise<Uint8Array> =>
  Promise.resolve(encodePng(gridOf(samples, options)));
