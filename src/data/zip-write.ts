// Writing zip files: each entry stored or deflated behind a header of its own, then the directory. The same entries
// give the same bytes on every machine: there are no dates in it (all are the first the format can say, 1 January 1980).
// Format: see zip.ts, which reads them.
import { check } from '../base/check.ts';
import { crc32 } from './crc32.ts';

/** What to put into a zip file, by name. */
export type ZipContent = Readonly<Record<string, Uint8Array>>;

/** The 1st of January 1980, and names in UTF-8 (flag 11). */
const [date, utf8] = [0x21, 0x800];

interface Part {
  readonly name: Uint8Array;
  readonly method: 0 | 8;
  readonly crc: number;
  readonly size: number;
  readonly data: Uint8Array;
  readonly at: number;
}

/** The bytes of a zip file; `deflate` packs what gets smaller by it. */
export async function writeZip(
  content: ZipContent,
  { deflate = false }: { readonly deflate?: boolean } = {},
): Promise<Uint8Array> {
  const parts: Part[] = [];
  let at = 0;
  for (const [text, bytes] of Object.entries(content)) {
    const packed = deflate ? await deflated(bytes) : bytes;
    const smaller = packed.length < bytes.length;
    const name = new TextEncoder().encode(text);
    const data = smaller ? packed : bytes;
    parts.push({ name, method: smaller ? 8 : 0, crc: crc32(bytes), size: bytes.length, data, at });
    at += 30 + name.length + data.length;
  }
  const directory = at + parts.reduce((sum, { name }) => sum + 46 + name.length, 0);
  check(
    directory + 22 < 2 ** 31 && parts.length < 0xffff,
    () => `writeZip: needs at most 2 GB and 65,534 files, got ${directory} bytes in ${parts.length} files`,
  );
  const file = new Uint8Array(directory + 22);
  const view = new DataView(file.buffer);
  for (const part of parts) {
    view.setUint32(part.at, 0x04034b50, true);
    writeFacts(view, part.at + 4, part);
    file.set(part.name, part.at + 30);
    file.set(part.data, part.at + 30 + part.name.length);
  }
  writeDirectory(file, view, parts, at);
  return file;
}

function writeDirectory(file: Uint8Array, view: DataView, parts: readonly Part[], from: number): void {
  let at = from;
  for (const part of parts) {
    view.setUint32(at, 0x02014b50, true);
    view.setUint16(at + 4, 20, true);
    writeFacts(view, at + 6, part);
    view.setUint32(at + 42, part.at, true);
    file.set(part.name, at + 46);
    at += 46 + part.name.length;
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, parts.length, true);
  view.setUint16(at + 10, parts.length, true);
  view.setUint32(at + 12, at - from, true);
  view.setUint32(at + 16, from, true);
}

/** The fields that an entry's header and the directory share: version 2.0, flags, method, date, sum, sizes. */
function writeFacts(view: DataView, at: number, { name, method, crc, size, data }: Part): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, utf8, true);
  view.setUint16(at + 4, method, true);
  view.setUint16(at + 8, date, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, data.length, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
