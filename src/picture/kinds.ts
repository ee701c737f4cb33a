// What kind of picture a file holds, whatever its name says. A file is a stranger: its kind is told by its first bytes,
// its size is looked at before its pixels. PNG is read here, everywhere alike; other formats are read by whoever can.
import { EidosError } from '../base/check.ts';
import { decodePng, type Picture } from './png.ts';

/** Why a file gives no picture. */
export interface Refusal {
  readonly why: string;
  readonly advice: string;
}

/** Most pixels of one file: what a phone of 48 megapixels takes. */
export const mostPixels = 50_000_000;

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

/** A format. */
export type Kind = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'TIFF' | 'AVIF' | 'HEIC' | 'BMP';

/** Formats that nothing here reads. */
const advices: Readonly<Partial<Record<Kind, string>>> = {
  HEIC: 'convert it to JPEG (in Preview or Photos: Export; on iPhones: Settings, Camera, Formats, Most Compatible)',
  BMP: 'convert it to PNG',
};

/** What the first bytes say a file is. */
function kindOf(bytes: Uint8Array): Kind | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  return kinds.find(([pattern]) => pattern.test(start))?.[1];
}

/** The kind of a file's picture, or why it has none. */
export function knownKind(bytes: Uint8Array): Kind | Refusal {
  if (bytes.length === 0) return { why: 'is empty', advice: 'copy it again' };
  const kind = kindOf(bytes);
  if (kind) return kind;
  return { why: `is no picture, it begins with ${beginning(bytes)}`, advice: 'take it out of the folder' };
}

/** Why a format is not read, where nothing of eidos reads it. */
export function unsupported(kind: Kind): Refusal | undefined {
  const advice = advices[kind];
  return advice === undefined ? undefined : { why: `is ${kind}, which is not supported`, advice };
}

/** The picture in a PNG file, or why there is none. */
export function decodeOwn(bytes: Uint8Array): Picture | Refusal {
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

/** Why a picture is not read that would fill the memory. */
export const tooLarge = (width: number, height: number): Refusal => ({
  why: `has ${width} x ${height} pixels, at most ${mostPixels} are read`,
  advice: 'make it smaller',
});

/** The first bytes as text where they are text, else as numbers. */
function beginning(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 12);
  const text = String.fromCharCode(...start);
  return /^[\x20-\x7e\s]+$/.test(text)
    ? JSON.stringify(text)
    : `bytes ${[...start.subarray(0, 4)].join(' ')}`;
}
