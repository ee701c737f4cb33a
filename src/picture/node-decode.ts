// The pixels in a file, whatever its name says: PNG by png.ts, other formats by the package sharp where it is
// installed. A file is a stranger: its kind is told by its first bytes, its size is looked at before its pixels.
// What cannot be read says why and what to do; leaving it out is the caller's business.
import type Sharp from 'sharp';
import { EidosError } from '../base/check.ts';
import { decodePng, type Picture } from './png.ts';

/** Why a file gives no picture. */
export interface Refusal {
  readonly why: string;
  readonly advice: string;
}

/** Most pixels of one file: what a phone of 48 megapixels takes. */
const mostPixels = 50_000_000;

/** First bytes of formats, as text of one letter a byte; a dot stands for any. */
const kinds: readonly (readonly [start: RegExp, kind: Kind])[] = [
  [/^\x89PNG\r\n/, 'PNG'],
  [/^\xff\xd8\xff/, 'JPEG'],
  [/^RIFF....WEBP/s, 'WebP'],
  [/^GIF8[79]a/, 'GIF'],
  [/^(II\*\0|MM\0\*)/, 'TIFF'],
  [/^....ftyp(avif|avis)/s, 'AVIF'],
  [/^....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/s, 'HEIC'],
  [/^BM/, 'BMP'],
];

type Kind = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'TIFF' | 'AVIF' | 'HEIC' | 'BMP';

/** Formats that nothing here reads. */
const advices: Readonly<Partial<Record<Kind, string>>> = {
  HEIC: 'convert it to JPEG (in Preview or Photos: Export; on iPhones: Settings, Camera, Formats, Most Compatible)',
  BMP: 'convert it to PNG',
};

/** What the first bytes say a file is. */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return kinds.find(([pattern]) => pattern.test(start))?.[1];
}

/**
 * The picture in the bytes of a file, or why there is none. Those much larger than `least` on both sides may come
 * smaller, but no smaller than four times that. Throws where sharp is needed and not installed.
 */
export async function decodePicture(
  call: string,
  bytes: Uint8Array,
  least: readonly [height: number, width: number],
): Promise<Picture | Refusal> {
  if (bytes.length === 0) return { why: 'is empty', advice: 'copy it again' };
  const kind = kindOf(bytes);
  if (!kind)
    return { why: `is no picture, it begins with ${beginning(bytes)}`, advice: 'take it out of the folder' };
  const advice = advices[kind];
  if (advice !== undefined) return { why: `is ${kind}, which is not supported`, advice };
  if (kind !== 'PNG') return decodeBySharp(call, bytes, kind, least);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24) {
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    if (width * height > mostPixels) return tooLarge(width, height);
  }
  try {
    return decodePng(bytes);
  } catch (error) {
    if (error instanceof EidosError) return { why: 'is a damaged PNG', advice: 'copy or save it again' };
    throw error;
  }
}

async function decodeBySharp(
  call: string,
  bytes: Uint8Array,
  kind: Kind,
  [height, width]: readonly [number, number],
): Promise<Picture | Refusal> {
  const sharp = await sharpOf(call, kind);
  try {
    const picture = sharp(bytes, { limitInputPixels: false }).autoOrient();
    const size = (await picture.metadata()).autoOrient;
    if (size.width * size.height > mostPixels) return tooLarge(size.width, size.height);
    const shrink = Math.min(size.height / height, size.width / width) / 4;
    // Photographs are shrunk where that is fast; the rest is resize.ts's.
    if (shrink > 2) picture.resize({ width: Math.ceil(size.width / shrink), kernel: 'lanczos3' });
    // In this colour space there are three channels, or four.
    const raw = picture.toColourspace('srgb').raw({ depth: 'uchar' });
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    const channels = info.channels === 4 ? 4 : 3;
    return { width: info.width, height: info.height, channels, data: new Uint8Array(data) };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { why: `is a damaged ${kind} (${why})`, advice: 'copy or save it again' };
  }
}

async function sharpOf(call: string, kind: Kind): Promise<typeof Sharp> {
  try {
    return (await import('sharp')).default;
  } catch {
    throw new EidosError(
      `${call}: needs the package sharp for ${kind}; run npm i sharp, or convert them to PNG`,
    );
  }
}

const tooLarge = (width: number, height: number): Refusal => ({
  why: `has ${width} x ${height} pixels, at most ${mostPixels} are read`,
  advice: 'make it smaller',
});

/** The first bytes as text where they are text, else as numbers. */
function beginning(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 12));
  const text = start.toString('latin1');
  return /^[\x20-\x7e\s]+$/.test(text)
    ? JSON.stringify(text)
    : `bytes ${[...start.subarray(0, 4)].join(' ')}`;
}
