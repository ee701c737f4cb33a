// A data set as a folder of PNG files, one sub-folder a class, in Node. Names say which example a file is, files are
// whole or not there, and one that is there is compared, not written again: so it can be stopped and called again.
import { join } from 'node:path';
import { check } from '../base/check.ts';
import { sizeOf } from '../base/shape.ts';
import { readIfThere, writeWhole } from '../data/node-files.ts';
import type { Split } from '../data/split.ts';
import type { Exported, ExportOptions } from './folder.ts';
import { encodePng } from './png.ts';

/** What no system has against a name. */
const folderName = (name: string): string =>
  name.replace(/[\\/:*?"<>|\0-\x1f]/g, '-').replace(/^\.+$|[. ]+$/g, '-'); // eslint-disable-line no-control-regex

/** What is written to a folder: see folder.ts. */
export async function writeFolder(
  split: Split,
  classes: readonly string[],
  folder: string,
  { onProgress, signal }: ExportOptions,
): Promise<Exported> {
  const call = `exportPictures(${folder})`;
  const [height, width, channels] = split.shape;
  check(
    channels === 1 || channels === 3,
    () => `${call}: needs pictures of 1 or 3 channels, got ${channels}`,
  );
  const names = classes.map(folderName);
  check(
    new Set(names).size === names.length,
    () => `${call}: two classes would share a folder: ${names.join(', ')}`,
  );
  const digits = Math.max(5, String(split.count - 1).length);
  const size = sizeOf(split.shape);
  let [written, kept] = [0, 0];
  for (let i = 0; i < split.count; i++) {
    signal?.throwIfAborted();
    const label = split.labels[i] ?? 0;
    const name = names[label];
    check(
      name !== undefined,
      () => `${call}: needs a class for label ${label}, got ${classes.length} classes`,
    );
    const path = join(folder, name, `${String(i).padStart(digits, '0')}.png`);
    const bytes = encodePng({
      height,
      width,
      channels,
      data: split.images.subarray(i * size, (i + 1) * size),
    });
    const there = await readIfThere(call, path);
    if (there === undefined) {
      await writeWhole(call, path, bytes);
      written++;
    } else {
      check(
        Buffer.compare(there, bytes) === 0,
        () => `${call}: ${path} is there and is another picture; choose an empty folder`,
      );
      kept++;
    }
    onProgress?.({ done: i + 1, total: split.count });
  }
  return { written, kept };
}
