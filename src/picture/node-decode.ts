// The pixels in a file in Node: PNG by png.ts, other formats by the package sharp where it is installed. What cannot be
// read says why and what to do; leaving it out is the caller's business.
import type Sharp from 'sharp';
import { EidosError } from '../base/check.ts';
import { decodeOwn, knownKind, mostPixels, tooLarge, unsupported, type Kind, type Refusal } from './kinds.ts';
import type { Picture } from './png.ts';

/**
 * The picture in the bytes of a file, or why there is none. Those much larger than `least` on both sides may come
 * smaller, but no smaller than four times that. Throws where sharp is needed and not installed.
 */
export async function decodePicture(
  call: string,
  bytes: Uint8Array,
  least: readonly [height: number, width: number],
): Promise<Picture | Refusal> {
  const kind = knownKind(bytes);
  if (typeof kind !== 'string') return kind;
  const refused = unsupported(kind);
  if (refused) return refused;
  return kind === 'PNG' ? decodeOwn(bytes) : decodeBySharp(call, bytes, kind, least);
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
