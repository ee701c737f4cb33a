// Pictures on disk, for Node: the one file of src/picture/ that touches the file system.
// A picture is whole or not there: whoever watches the folder never sees half a file.
import { writeWhole } from '../data/node-files.ts';

/** Writes the bytes of a picture to `path`, making its folder if need be. */
export async function writePicture(path: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(`writePicture(${path})`, path, bytes);
}
