// Zip files, read entry by entry in memory. A file is a stranger: its directory is believed only where the entries
// agree with it, nothing is inflated beyond the size declared, checksums are compared, and names that could lead
// out of a folder are refused, although nothing is ever put on disk under them. Writing is zip-write.ts.
// Format: PKWARE APPNOTE.TXT 6.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { check } from '../base/check.ts';
import { crc32 } from './crc32.ts';
import { expansion, inflate, inflateStart } from './inflate.ts';

/** One file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes it holds, as the directory says. */
  readonly size: number;
  /** Its bytes, checksum compared. */
  read(): Promise<Uint8Array>;
  /** Its first bytes, at most `most`, with nothing compared. */
  start(most: number): Promise<Uint8Array>;
}

const ends = { local: 0x04034b50, central: 0x02014b50, directory: 0x06054b50 };

/** Longest comment a zip file ends with, and the record before it. */
const longestEnd = 22 + 0xffff;

interface Listed {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Byte of its own header. */
  readonly at: number;
}

/** What a zip file holds, in its directory's order; `name` is what errors call it. */
export function readZip(bytes: Uint8Array, name: string): ZipEntry[] {
  const call = `readZip(${name})`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { from, count } = directoryOf(view, call);
  const listed: Listed[] = [];
  const names = new Set<string>();
  let at = from;
  for (let i = 0; i < count; i++) {
    const { entry, next } = listedAt(bytes, view, at, call);
    checkName(entry, names, call);
    names.add(entry.name);
    if (!entry.name.endsWith('/')) listed.push(entry);
    at = next;
  }
  const starts = listed.map((entry) => dataOf(bytes, view, entry, call));
  checkApart(listed, starts, from, call);
  return listed.map((entry, i) => entryOf(bytes, entry, starts[i] ?? 0, `${call}: ${entry.name}`));
}

/** Where the directory is: the record at the very end says so. */
function directoryOf(view: DataView, call: string): { from: number; count: number } {
  const least = Math.max(0, view.byteLength - longestEnd);
  let at = view.byteLength - 22;
  while (at >= least && !(view.getUint32(at, true) === ends.directory && endsAt(view, at))) at--;
  check(
    at >= least,
    () =>
      `${call}: needs a directory at its end, found none up to byte ${view.byteLength}; this is not a whole zip file`,
  );
  const [count, size, from] = [
    view.getUint16(at + 10, true),
    view.getUint32(at + 12, true),
    view.getUint32(at + 16, true),
  ];
  check(
    count !== 0xffff && from !== 0xffffffff && size !== 0xffffffff,
    () => `${call}: is a zip file of the 64-bit kind, more than 4 GB or 65,534 files; take it apart`,
  );
  check(
    from + size === at,
    () => `${call}: needs its directory from byte ${from} to ${at}, got ${size} bytes of it at byte ${at}`,
  );
  return { from, count };
}

const endsAt = (view: DataView, at: number): boolean =>
  at + 22 + view.getUint16(at + 20, true) === view.byteLength;

function listedAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  call: string,
): { entry: Listed; next: number } {
  const known = at + 46 <= view.byteLength && view.getUint32(at, true) === ends.central;
  check(known, () => `${call}: needs an entry of the directory at byte ${at}, there is none`);
  const [nameLength, extra, comment] = [28, 30, 32].map((i) => view.getUint16(at + i, true)) as [
    number,
    number,
    number,
  ];
  const next = at + 46 + nameLength + extra + comment;
  check(
    next <= view.byteLength,
    () => `${call}: the directory's entry at byte ${at} goes beyond the file's end`,
  );
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
  const entry = {
    name,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
  check((entry.flags & 1) === 0, () => `${call}: ${name} is encrypted; save it without a password`);
  check(
    entry.method === 0 || entry.method === 8,
    () => `${call}: ${name} is packed by method ${entry.method}, only 0 (stored) and 8 (deflate) are read`,
  );
  check(
    entry.method === 8 ? entry.size <= expansion * entry.packed : entry.size === entry.packed,
    () => `${call}: ${name} cannot hold ${entry.size} bytes in ${entry.packed}`,
  );
  return { entry, next };
}

function checkName({ name }: Listed, before: ReadonlySet<string>, call: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  check(
    !/^[A-Za-z]:|[\\\0]/.test(name) && parts.every((part) => part !== '' && part !== '.' && part !== '..'),
    () => `${call}: holds a file called ${JSON.stringify(name)}, which leads out of its folder`,
  );
  check(!before.has(name), () => `${call}: holds ${name} twice`);
}

/** Where an entry's data start, its own header compared with the directory. */
function dataOf(bytes: Uint8Array, view: DataView, entry: Listed, call: string): number {
  const { at } = entry;
  const known = at + 30 <= view.byteLength && view.getUint32(at, true) === ends.local;
  check(known, () => `${call}: needs the header of ${entry.name} at byte ${at}, there is none`);
  const nameLength = view.getUint16(at + 26, true);
  const start = at + 30 + nameLength + view.getUint16(at + 28, true);
  const name = new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + nameLength));
  // Sizes may come after the data (flag 3), or stand in a 64-bit field that writers like NumPy's make room for.
  const late = (entry.flags & 8) !== 0;
  const agrees = (byte: number, said: number): boolean => {
    const here = view.getUint32(at + byte, true);
    return late || here === 0xffffffff || here === said;
  };
  check(
    name === entry.name &&
      view.getUint16(at + 8, true) === entry.method &&
      agrees(18, entry.packed) &&
      agrees(22, entry.size),
    () => `${call}: the header of ${entry.name} at byte ${at} does not say what the directory says`,
  );
  check(
    start + entry.packed <= view.byteLength,
    () =>
      `${call}: ${entry.name} needs ${entry.packed} bytes from byte ${start}, the file ends at byte ${view.byteLength}`,
  );
  return start;
}

/** No byte belongs to two entries, or to an entry and the directory. */
function checkApart(
  listed: readonly Listed[],
  starts: readonly number[],
  directory: number,
  call: string,
): void {
  const order = listed.map((entry, i) => ({ entry, end: (starts[i] ?? 0) + entry.packed }));
  order.sort((a, b) => a.entry.at - b.entry.at);
  order.forEach(({ entry, end }, i) => {
    const limit = order[i + 1]?.entry.at ?? directory;
    check(end <= limit, () => `${call}: ${entry.name} shares bytes with what begins at byte ${limit}`);
  });
}

function entryOf(bytes: Uint8Array, entry: Listed, from: number, call: string): ZipEntry {
  const packed = bytes.subarray(from, from + entry.packed);
  const { name, size, method } = entry;
  return {
    name,
    size,
    async read() {
      const data = method === 0 ? new Uint8Array(packed) : await inflated(packed, size, call);
      const sum = crc32(data);
      check(sum === entry.crc, () => `${call}: its checksum is ${sum}, not ${entry.crc}; get the file again`);
      return data;
    },
    start: (most) =>
      method === 0
        ? Promise.resolve(new Uint8Array(packed.subarray(0, most)))
        : inflateStart(packed, 'deflate-raw', Math.min(most, size), call),
  };
}

async function inflated(packed: Uint8Array, size: number, call: string): Promise<Uint8Array> {
  const data = new Uint8Array(size);
  let at = 0;
  for await (const chunk of inflate(packed, 'deflate-raw', call)) {
    check(at + chunk.length <= size, () => `${call}: needs ${size} bytes, its data go on after them`);
    data.set(chunk, at);
    at += chunk.length;
  }
  check(at === size, () => `${call}: needs ${size} bytes, its data end at byte ${at}`);
  return data;
}
