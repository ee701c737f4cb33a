// A folder of pictures that was dropped on a page, or chosen there, as a data set: the same classes, order and sizes as
// pictures() gives in Node. PNG is read by eidos itself, so its pixels are the same; other formats by the browser.
import { check } from '../base/check.ts';
import { byCodePoint } from '../data/csv.ts';
import type { Pictures, PicturesOptions } from './folder.ts';
import { decodeOwn, knownKind, mostPixels, tooLarge, unsupported, type Kind, type Refusal } from './kinds.ts';
import type { Picture } from './png.ts';
import { resize } from './resize.ts';
import { frameOf, litter, sorted } from './sorting.ts';

/** A file and where it lay: `cats/1.png`. */
export interface DroppedFile {
  readonly path: string;
  readonly file: Blob;
}

/**
 * The pictures among files that were dropped on a page, in a browser: PNG, JPEG, WebP, GIF, AVIF and BMP. A folder round
 * all of them is left out of their paths, and names the one class where none has sub-folders.
 */
export async function picturesFromFiles(
  files: readonly DroppedFile[],
  options: PicturesOptions,
): Promise<Pictures> {
  const call = 'picturesFromFiles';
  check(
    typeof createImageBitmap === 'function' && typeof OffscreenCanvas === 'function',
    () => `${call}: needs a browser, got none; in Node use pictures()`,
  );
  const frame = frameOf(call, options);
  const { folder, inside } = within(files);
  const read = async (path: string): Promise<Uint8Array | Refusal> => {
    const picture = await decoded(inside.get(path));
    return 'why' in picture ? picture : resize(picture, frame).data;
  };
  return sorted({ call, folder, frame, options, read }, [...inside.keys()].sort(byCodePoint), []);
}

/** The folder that holds all files, and the files by their paths in it, systems' own files left out. */
function within(files: readonly DroppedFile[]): {
  readonly folder: string;
  readonly inside: ReadonlyMap<string, Blob>;
} {
  const own = files.filter(({ path }) => !path.split('/').some((part) => litter.test(part)));
  const [top = ''] = own[0]?.path.split('/') ?? [];
  // Several folders side by side are classes; one that holds all is only what was dropped.
  const around = own.length > 0 && own.every(({ path }) => path.startsWith(`${top}/`));
  return {
    folder: around ? top : 'pictures',
    inside: new Map(own.map(({ path, file }) => [around ? path.slice(top.length + 1) : path, file])),
  };
}

async function decoded(file: Blob | undefined): Promise<Picture | Refusal> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array((await file?.arrayBuffer()) ?? []);
  } catch (error) {
    const name = error instanceof DOMException ? error.name : String(error);
    return { why: `cannot be read (${name})`, advice: 'check that it is there and yours to read' };
  }
  const kind = knownKind(bytes);
  if (typeof kind !== 'string') return kind;
  return kind === 'PNG' ? decodeOwn(bytes) : byBrowser(bytes, kind);
}

/** Decoded by the browser, turned as cameras say, as the colours are that a screen shows. */
async function byBrowser(bytes: Uint8Array, kind: Kind): Promise<Picture | Refusal> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]), { imageOrientation: 'from-image' });
  } catch {
    const refused = {
      why: `is ${kind}, damaged or not known to this browser`,
      advice: 'save it again, as PNG or JPEG',
    };
    return unsupported(kind) ?? refused;
  }
  try {
    const { width, height } = bitmap;
    if (width * height > mostPixels) return tooLarge(width, height);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    check(
      context !== null,
      () => 'picturesFromFiles: the browser has no room for a canvas; close other tabs',
    );
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, channels: 4, data: new Uint8Array(data) };
  } finally {
    bitmap.close();
  }
}
