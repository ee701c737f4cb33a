// Animated GIF, which every viewer plays (GIF 89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt). Grey frames keep
// all 256 greys, and frames of up to 256 colours together keep theirs; others get 256 colours each, which palette.ts
// finds. The encoder is our own: one palette for all greys and the same bytes every time are what packages lack.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import { countColours, indexed, MOST, paletteOf, type Histogram } from './palette.ts';
import type { Picture } from './png.ts';

export interface GifOptions {
  /** Milliseconds a frame is shown, or of each frame; GIF counts in hundredths of a second. 100 if not said. */
  readonly delay?: number | readonly number[];
  /** Side of the square that a pixel becomes; 1 if not said. */
  readonly scale?: number;
  /** Whether it begins again at its end; true if not said. */
  readonly loop?: boolean;
}

/** The bytes of an animated GIF of frames of one size. Transparent parts are shown over white. */
export function gif(
  frames: readonly Picture[],
  { delay = 100, scale = 1, loop = true }: GifOptions = {},
): Uint8Array {
  const { width, height } = checkFrames(frames, scale);
  const delays = frames.map((_, i) => hundredths(typeof delay === 'number' ? delay : delay[i]));
  check(
    width * scale <= 65535 && height * scale <= 65535,
    () => `gif: at most 65535 pixels a side, got ${width * scale} x ${height * scale}`,
  );
  const screen = [...short(width * scale), ...short(height * scale)];
  const drawn = frames.map((frame) => enlarge(frame, scale));
  const { common, images } = coloursOf(
    drawn,
    frames.every(({ channels }) => channels === 1),
  );
  const out: number[][] = [
    [...ascii('GIF89a'), ...screen, common ? 0xf0 | sizeBits(common) : 0x70, 0, 0],
    common ? table(common) : [],
    // Netscape's extension; 0 times is for ever.
    loop && frames.length > 1 ? [0x21, 0xff, 11, ...ascii('NETSCAPE2.0'), 3, 1, 0, 0, 0] : [],
  ];
  images.forEach(({ palette, pixels }, i) => {
    const bits = Math.max(2, sizeBits(palette) + 1);
    out.push([0x21, 0xf9, 4, 0x04, ...short(at(delays, i)), 0, 0]);
    out.push([0x2c, 0, 0, 0, 0, ...screen, common ? 0 : 0x80 | sizeBits(palette)]);
    if (!common) out.push(table(palette));
    out.push([bits], blocks(packed(pixels, bits)));
  });
  out.push([0x3b]);
  return Uint8Array.from(out.flat());
}

function checkFrames(frames: readonly Picture[], scale: number): Picture {
  const [first] = frames;
  check(first !== undefined, () => 'gif: needs at least 1 frame, got 0');
  frames.forEach(({ width, height, channels, data }, i) => {
    check(
      width === first.width && height === first.height,
      () =>
        `gif: frame ${i} is ${width} x ${height}, the first is ${first.width} x ${first.height}; make them one size`,
    );
    check(
      width > 0 && height > 0 && data.length === width * height * channels,
      () =>
        `gif: frame ${i} needs ${width * height * channels} bytes for ${width} x ${height} x ${channels}, got ${data.length}`,
    );
  });
  check(
    Number.isInteger(scale) && scale >= 1,
    () => `gif: scale must be a whole number from 1, got ${scale}`,
  );
  return first;
}

function hundredths(delay: number | undefined): number {
  check(
    delay !== undefined && delay >= 20 && delay <= 655350,
    () => `gif: delay must be 20 to 655350 milliseconds for each frame, got ${delay}`,
  );
  return Math.round(delay / 10);
}

/** Pixels as red, green, blue, each a square of `scale` pixels. */
function enlarge({ width, height, channels, data }: Picture, scale: number): Uint8Array {
  const out = new Uint8Array(3 * width * height * scale * scale);
  let place = 0;
  for (let y = 0; y < height * scale; y++)
    for (let x = 0; x < width * scale; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      const alpha = channels === 4 ? (data[from + 3] ?? 255) : 255;
      for (let c = 0; c < 3; c++) {
        const value = data[from + (channels === 1 ? 0 : c)] ?? 0;
        out[place++] = Math.round(255 + ((value - 255) * alpha) / 255);
      }
    }
  return out;
}

interface Indexed {
  readonly palette: readonly number[];
  readonly pixels: Uint8Array;
}

/** Frames as places in palettes; `common` is the one of all, if one is enough. */
function coloursOf(
  frames: readonly Uint8Array[],
  grey: boolean,
): { readonly common: readonly number[] | undefined; readonly images: readonly Indexed[] } {
  const all: Histogram = new Map();
  for (const frame of frames) countColours(all, frame);
  const common = grey ? range(256).map((v) => v * 0x010101) : all.size <= MOST ? paletteOf(all) : undefined;
  const images = frames.map((frame): Indexed => {
    const own: Histogram = new Map();
    if (!common) countColours(own, frame);
    const palette = common ?? paletteOf(own);
    return { palette, pixels: indexed(frame, palette) };
  });
  return { common, images };
}

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** Two bytes, the lower first. */
const short = (value: number): number[] => [value & 255, value >> 8];

/** GIF's number for a table of 2, 4, ... 256 colours: 0, 1, ... 7. */
const sizeBits = (palette: readonly number[]): number =>
  Math.max(0, Math.ceil(Math.log2(Math.max(2, palette.length))) - 1);

/** Red, green, blue of each colour, filled up with black to a power of two. */
function table(palette: readonly number[]): number[] {
  return range(2 << sizeBits(palette)).flatMap((i) => {
    const colour = palette[i] ?? 0;
    return [colour >> 16, (colour >> 8) & 255, colour & 255];
  });
}

/** Bytes in blocks of up to 255, each after its length, and an empty one at the end. */
function blocks(bytes: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i += 255) {
    const block = bytes.slice(i, i + 255);
    out.push(block.length, ...block);
  }
  return [...out, 0];
}

/**
 * Lempel-Ziv-Welch as GIF has it (appendix F): codes grow from bits + 1 to 12 bits; two codes beyond the colours
 * mean "forget everything" and "end".
 */
function packed(pixels: Uint8Array, bits: number): number[] {
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  const out: number[] = [];
  let [held, count] = [0, 0];
  let size = bits + 1;
  const write = (code: number): void => {
    held |= code << count;
    count += size;
    for (; count >= 8; count -= 8) {
      out.push(held & 255);
      held >>>= 8;
    }
  };
  // The code of a run of pixels and one more, by code * 256 + pixel.
  let codes = new Map<number, number>();
  let next = end + 1;
  write(clear);
  let run = pixels[0] ?? 0;
  for (let i = 1; i < pixels.length; i++) {
    const pixel = pixels[i] ?? 0;
    const longer = codes.get(run * 256 + pixel);
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    write(run);
    if (next < 4096) {
      // The reader learns each code one step later, so that the codes grow here when one more than fits is given.
      if (next === 1 << size) size++;
      codes.set(run * 256 + pixel, next++);
    } else {
      write(clear);
      codes = new Map();
      next = end + 1;
      size = bits + 1;
    }
    run = pixel;
  }
  write(run);
  if (next === 1 << size && size < 12) size++;
  write(end);
  if (count > 0) out.push(held & 255);
  return out;
}
