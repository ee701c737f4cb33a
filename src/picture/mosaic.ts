// Pictures put together edge to edge, nothing between them and nothing changed: a frame of an animation of several.
// A sheet with room, captions and marks is grid.ts.
import { check } from '../base/check.ts';
import type { Picture } from './png.ts';

/** Pictures of one size, row by row from the top left, so many in a row; places left over are 0. */
export function mosaic(pictures: readonly Picture[], columns: number): Picture {
  const { width = 0, height = 0, channels = 1 } = pictures[0] ?? {};
  const across = Math.min(columns, pictures.length);
  const down = Math.ceil(pictures.length / columns);
  const row = across * width * channels;
  const data = new Uint8Array(row * down * height);
  pictures.forEach((picture, i) => {
    const alike = picture.width === width && picture.height === height && picture.channels === channels;
    check(
      alike,
      () =>
        `mosaic: pictures must be of one size, got ${width} x ${height} x ${channels} and ` +
        `${picture.width} x ${picture.height} x ${picture.channels}`,
    );
    const [left, top] = [(i % columns) * width * channels, Math.floor(i / columns) * height];
    for (let y = 0; y < height; y++) {
      const line = picture.data.subarray(y * width * channels, (y + 1) * width * channels);
      data.set(line, (top + y) * row + left);
    }
  });
  return { width: across * width, height: down * height, channels, data };
}
