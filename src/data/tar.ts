// Tar archives, read in memory: a 512-byte header, the file's bytes, zeros up to the next multiple of 512.
// Nothing is ever put on disk under a name from the archive, so its paths can do no harm.
// Format: POSIX.1-1988 ustar, https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
import { check } from '../base/check.ts';

const block = 512;

/** The plain files of an archive by their paths, as views of `bytes`; `name` is what errors call it. */
export function readTar(bytes: Uint8Array, name: string): ReadonlyMap<string, Uint8Array> {
  const call = `readTar(${name})`;
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    check(
      at + block <= bytes.length,
      () => `${call}: needs a header of ${block} bytes at byte ${at}, the file ends at byte ${bytes.length}`,
    );
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return files;
    checkSum(header, at, call);
    const path = textOf(header, 345, 155, 'ustar') + textOf(header, 0, 100);
    const size = octal(header, 124, 12, at, call);
    const start = at + block;
    check(
      start + size <= bytes.length,
      () => `${call}: ${path} needs ${size} bytes from byte ${start}, the file ends at byte ${bytes.length}`,
    );
    const plain = header[156] === 0 || header[156] === 0x30;
    check(!plain || !files.has(path), () => `${call}: holds ${path} twice, again at byte ${at}`);
    if (plain) files.set(path, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / block) * block;
  }
  return files;
}

/** A header's bytes add up to the number in it, its own eight bytes taken for spaces. */
function checkSum(header: Uint8Array, at: number, call: string): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  const said = octal(header, 148, 8, at, call);
  check(
    sum === said,
    () =>
      `${call}: the header at byte ${at} adds up to ${sum}, not to ${said} as it says; this is not a tar file`,
  );
}

function octal(header: Uint8Array, from: number, length: number, at: number, call: string): number {
  const text = textOf(header, from, length).trim();
  check(
    /^[0-7]+$/.test(text),
    () =>
      `${call}: needs an octal number at byte ${at + from}, got ${JSON.stringify(text)}; this is not a tar file`,
  );
  return parseInt(text, 8);
}

/** A field up to its first zero; the path's first part (`ustar`) is there only in archives that say so. */
function textOf(header: Uint8Array, from: number, length: number, magic?: string): string {
  if (magic !== undefined && textOf(header, 257, 5) !== magic) return '';
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  return magic !== undefined && text !== '' ? `${text}/` : text;
}
