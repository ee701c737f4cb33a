// Zip files as others write them, and as nobody should: lying headers, shared bytes, names that lead elsewhere.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { crc32 } from '../src/data/crc32.ts';
import { readZip, type ZipEntry } from '../src/data/zip.ts';
import { writeZip } from '../src/data/zip-write.ts';
import { draw } from './helpers.ts';

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const content = { 'a.txt': text('hello'), 'b/c.txt': text('worm '.repeat(200)) };

const refuses = (file: Uint8Array, message: string): void =>
  assert.throws(() => readZip(file, 'x'), { name: 'EidosError', message: `readZip(x): ${message}` });

/** The file with 16 or 32 bits at a place replaced. */
function set(file: Uint8Array, at: number, value: number, bits: 16 | 32 = 32): Uint8Array {
  const copy = file.slice();
  const view = new DataView(copy.buffer);
  if (bits === 16) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
}

/** Where the directory begins, by the record at the end. */
const directoryOf = (file: Uint8Array): number =>
  new DataView(file.buffer, file.byteOffset).getUint32(file.length - 6, true);

const readAll = async (entries: readonly ZipEntry[]): Promise<unknown> =>
  Object.fromEntries(await Promise.all(entries.map(async (e) => [e.name, await e.read()] as const)));

suite('zip', () => {
  test('reads back what was written, stored and deflated, the same bytes every time', async () => {
    for (const deflate of [false, true]) {
      const file = await writeZip(content, { deflate });
      assert.deepEqual(await writeZip(content, { deflate }), file);
      const entries = readZip(file, 'x');
      assert.deepEqual(entries.map(({ name, size }) => [name, size]), [['a.txt', 5], ['b/c.txt', 1000]]); // prettier-ignore
      assert.deepEqual(await readAll(entries), content);
      assert.deepEqual(await entries[1]!.start(7), text('worm wo'));
      assert.deepEqual(await entries[0]!.start(99), text('hello'));
      assert.deepEqual(
        await readAll(readZip(Buffer.concat([Buffer.alloc(3), file]).subarray(3), 'x')),
        content,
      );
    }
    assert.deepEqual(readZip(await writeZip({}), 'x'), []);
  });

  test('64-bit sizes in an entry, sizes after the data, folders and comments, as other writers have them', async () => {
    const file = await writeZip({ 'd/': new Uint8Array(), ...content });
    const commented = new Uint8Array(Buffer.concat([set(file, file.length - 2, 4, 16), text('note')]));
    assert.deepEqual(await readAll(readZip(commented, 'x')), content);
    // NumPy leaves 32-bit sizes at their largest in an entry's own header.
    const own = 30 + 'd/'.length;
    const wide = set(set(file, own + 18, 0xffffffff), own + 22, 0xffffffff);
    assert.deepEqual(await readAll(readZip(wide, 'x')), content);
    const entry = directoryOf(file) + 46 + 'd/'.length;
    const late = set(set(set(set(file, own + 6, 0x808, 16), own + 18, 0), own + 22, 0), entry + 8, 0x808, 16);
    assert.deepEqual(await readAll(readZip(late, 'x')), content);
  });

  test('says what is wrong, and where', async () => {
    const file = await writeZip(content, { deflate: true });
    const at = directoryOf(file);
    const end = file.length - 22;
    const packed = end - at > 0 ? new DataView(file.buffer).getUint32(at + 46 + 5 + 20, true) : 0;
    const second = 30 + 5 + 5;
    refuses(
      new Uint8Array(0),
      'needs a directory at its end, found none up to byte 0; this is not a whole zip file',
    );
    refuses(
      file.subarray(0, -1),
      `needs a directory at its end, found none up to byte ${file.length - 1}; this is not a whole zip file`,
    );
    refuses(
      set(file, end + 10, 0xffff, 16),
      'is a zip file of the 64-bit kind, more than 4 GB or 65,534 files; take it apart',
    );
    refuses(
      set(file, end + 16, at + 1),
      `needs its directory from byte ${at + 1} to ${end}, got ${end - at} bytes of it at byte ${end}`,
    );
    refuses(set(file, at, 0), `needs an entry of the directory at byte ${at}, there is none`);
    refuses(set(file, at + 30, 0xfff0, 16), `the directory's entry at byte ${at} goes beyond the file's end`);
    refuses(set(file, at + 8, 1, 16), 'a.txt is encrypted; save it without a password');
    refuses(
      set(file, at + 10, 12, 16),
      'a.txt is packed by method 12, only 0 (stored) and 8 (deflate) are read',
    );
    refuses(set(file, at + 24, 6), 'a.txt cannot hold 6 bytes in 5');
    const size = at + 46 + 5 + 24;
    refuses(set(file, size, 2 ** 31), `b/c.txt cannot hold 2147483648 bytes in ${packed}`);
    refuses(set(file, at + 42, 3), 'needs the header of a.txt at byte 3, there is none');
    refuses(set(file, 8, 8, 16), 'the header of a.txt at byte 0 does not say what the directory says');
    refuses(set(file, 18, 4), 'the header of a.txt at byte 0 does not say what the directory says');
    refuses(
      set(set(file, at + 46 + 5 + 20, 9999), second + 18, 9999),
      `b/c.txt needs 9999 bytes from byte ${second + 30 + 7}, the file ends at byte ${file.length}`,
    );
    refuses(
      set(set(set(set(file, at + 20, 40), at + 24, 40), 18, 40), 22, 40),
      `a.txt shares bytes with what begins at byte ${second}`,
    );
  });

  test('what was damaged or lies about its size is told when it is read', async () => {
    const file = await writeZip(content, { deflate: true });
    const at = directoryOf(file);
    const read = async (bytes: Uint8Array, i: number, message: string): Promise<void> => {
      await assert.rejects(async () => await readZip(bytes, 'x')[i]!.read(), { name: 'EidosError', message });
    };
    const sum = crc32(text('jello'));
    await read(
      file.with(35, 'j'.charCodeAt(0)),
      0,
      `readZip(x): a.txt: its checksum is ${sum}, not ${crc32(text('hello'))}; get the file again`,
    );
    const [own, entry] = [40 + 22, at + 46 + 5 + 24];
    const sized = (n: number): Uint8Array => set(set(file, own, n), entry, n);
    await read(sized(999), 1, 'readZip(x): b/c.txt: needs 999 bytes, its data go on after them');
    await read(sized(1001), 1, 'readZip(x): b/c.txt: needs 1001 bytes, its data end at byte 1000');
    await read(
      file.with(40 + 37, 0xff),
      1,
      'readZip(x): b/c.txt: the deflate data are broken after byte 0 of what they hold; download it again',
    );
  });

  test('names that lead out of a folder, and two of one name, are refused', async () => {
    for (const name of ['../a', '/a', 'a/../b', 'C:a', 'a\\b', 'a\0b', './a', 'a//b'])
      refuses(
        await writeZip({ [name]: text('x') }),
        `holds a file called ${JSON.stringify(name)}, which leads out of its folder`,
      );
    const twins = await writeZip({ a1: text('x'), a2: text('y') });
    for (const at of [31 + 0, directoryOf(twins) + 47]) twins[at] = '2'.charCodeAt(0);
    refuses(twins, 'holds a2 twice');
    const proto = await readAll(readZip(await writeZip({ ['__proto__']: text('x') }), 'x'));
    assert.deepEqual(Object.keys(proto as object), ['__proto__']);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  test('more than a zip file can say is not written', async () => {
    const many = Object.fromEntries(Array.from({ length: 0xffff }, (_, i) => [String(i), new Uint8Array(0)]));
    const size = Object.keys(many).reduce((sum, name) => sum + 76 + 2 * name.length, 0);
    await assert.rejects(writeZip(many), {
      name: 'EidosError',
      message: `writeZip: needs at most 2 GB and 65,534 files, got ${size} bytes in 65535 files`,
    });
  });

  test('3,000 damaged files: each is read or refused with an EidosError', async () => {
    const chance = draw(72);
    const good = await writeZip(content, { deflate: true });
    for (let i = 0; i < 3000; i++) {
      const file = good.slice();
      for (let k = chance.whole(1, 3); k > 0; k--)
        file[chance.whole(0, file.length - 1)] = chance.whole(0, 255);
      try {
        await readAll(readZip(file, 'x'));
      } catch (error) {
        assert.ok(error instanceof EidosError, `${String(error)} (${i})`);
      }
    }
  });

  test('the checksum is that of the standard', () => {
    assert.equal(crc32(text('123456789')), 0xcbf43926);
  });
});
