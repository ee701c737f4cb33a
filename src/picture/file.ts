// One picture from a file: what users call. This file runs in browsers; the file itself is read by node-folder.ts.
import { check } from '../base/check.ts';
import type { Picture } from './png.ts';

/**
 * The picture in a file, as it is: PNG by eidos itself, JPEG, WebP, GIF, AVIF and TIFF by the package sharp, turned as
 * cameras say (EXIF). In Node.
 */
export async function readPicture(path: string): Promise<Picture> {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `readPicture(${path}): needs a file system, got a web page; call decodePng() with its bytes`,
  );
  const { readWhole } = await import('./node-folder.ts');
  return readWhole(path);
}
