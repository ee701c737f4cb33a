// Pictures as bytes, and PNG: what everything in eidos that draws hands over, and the one file format that
// works everywhere without native code. Packing and checksums are fast-png's; this file keeps one kind of
// picture (8 bits, 1, 3 or 4 channels) and makes a stranger's file fail with one clear error.
import { convertIndexedToRgb, decode, encode, type DecodedPng } from 'fast-png';
import { check, EidosError } from '../base/check.ts';

/** Pixels of 8 bits, row-major from the top left, channels innermost: data [height, width, channels]. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Grey, red-green-blue, or red-green-blue-alpha. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** Most pixels a PNG may hold: 16,384 x 16,384, so that a file of a few bytes cannot fill the memory. */
const LIMIT = 2 ** 28;

/** The bytes of a PNG file of the picture. */
export function encodePng(picture: Picture): Uint8Array {
  const { width, height, channels, data } = picture;
  check(
    isSize(width) && isSize(height) && (channels === 1 || channels === 3 || channels === 4),
    () =>
      `encodePng: needs a width and height of at least 1 and 1, 3 or 4 channels, got ${width} x ${height} x ${channels}`,
  );
  check(
    data.length === width * height * channels,
    () =>
      `encodePng: needs ${width * height * channels} bytes for ${width} x ${height} x ${channels}, got ${data.length}`,
  );
  return encode({ width, height, channels, data }, { zlib: { level: 6 } });
}

/**
 * The picture in a PNG file; `name` is what errors call it. 16 bits lose their lower half, palettes become
 * colours, grey with alpha becomes red-green-blue-alpha. A single transparent colour (tRNS) is not kept.
 */
export function decodePng(bytes: Uint8Array, name = 'file'): Picture {
  const call = `decodePng(${name})`;
  checkHeader(bytes, call);
  try {
    return eightBits(decode(bytes, { checkCrc: true }));
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/[.:]+$/, '') : String(error);
    throw new EidosError(`${call}: needs a whole PNG file, got a damaged one (${why})`);
  }
}

const isSize = (n: number): boolean => Number.isInteger(n) && n > 0;

/** The first 24 bytes: signature, length and name of the IHDR chunk, width, height (PNG 1.2, section 4.1). */
function checkHeader(bytes: Uint8Array, call: string): void {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const wrong = signature.findIndex((byte, i) => bytes[i] !== byte);
  check(wrong < 0, () => {
    const got = bytes[wrong];
    return got === undefined
      ? `${call}: needs a PNG file, the file ends at byte ${wrong}`
      : `${call}: needs a PNG file, got ${got} instead of ${signature[wrong]} at byte ${wrong}`;
  });
  check(bytes.length >= 24, () => `${call}: needs 24 bytes of header, the file ends at byte ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  check(
    width * height > 0 && width * height <= LIMIT,
    () => `${call}: needs between 1 and ${LIMIT} pixels, got ${width} x ${height} at byte 16`,
  );
}

function eightBits(png: DecodedPng): Picture {
  const { width, height, palette } = png;
  if (palette) {
    const data = convertIndexedToRgb(png);
    return { width, height, channels: data.length === 4 * width * height ? 4 : 3, data };
  }
  const data = samples(png);
  if (png.channels !== 2) return { width, height, channels: png.channels as 1 | 3 | 4, data };
  const colours = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    colours.fill(data[2 * i]!, 4 * i, 4 * i + 3);
    colours[4 * i + 3] = data[2 * i + 1]!;
  }
  return { width, height, channels: 4, data: colours };
}

/** One byte a sample; fewer bits come packed, each row starting a new byte, and are stretched to 0..255. */
function samples({ data, depth, width, height }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  if (depth === 8) return Uint8Array.from(data);
  const row = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * row + (bit >> 3)]!;
    return ((byte >> (8 - depth - (bit & 7))) & most) * (255 / most);
  });
}
