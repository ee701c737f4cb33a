// NumPy's files against bytes written here by hand in every form, damaged in known ways and in random ones.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { readNpy, writeNpy, type NpyArray } from '../src/data/npy.ts';
import { readNpz, writeNpz } from '../src/data/npz.ts';
import { writeZip } from '../src/data/zip-write.ts';
import { draw } from './helpers.ts';

/** A .npy file with this header and these data. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  return new Uint8Array(Buffer.concat([magic, length, text, data]));
}

const said = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

const refuses = (file: Uint8Array, message: string): void =>
  assert.throws(() => readNpy(file, 'x'), { name: 'EidosError', message: `readNpy(x): ${message}` });

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();

/** The same numbers, most significant byte first. */
function turned(array: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }): Uint8Array {
  const bytes = bytesOf(array);
  for (let at = 0; at < bytes.length; at += array.BYTES_PER_ELEMENT)
    bytes.subarray(at, at + array.BYTES_PER_ELEMENT).reverse();
  return bytes;
}

suite('npy', () => {
  const numbers = [1, -2, 3, -4, 5, 6];
  const kinds: readonly (readonly [string, NpyArray])[] = [
    ['f4', Float32Array.from(numbers)],
    ['f8', Float64Array.from(numbers, (x) => x / 3)],
    ['i1', Int8Array.from(numbers)],
    ['i2', Int16Array.from(numbers, (x) => 300 * x)],
    ['i4', Int32Array.from(numbers, (x) => 70_000 * x)],
    ['u1', Uint8Array.from([1, 2, 3, 4, 5, 255])],
  ];

  for (const [type, data] of kinds)
    test(`${type}: little and big endian, both orders, versions 1 to 3, and back`, () => {
      const expected = { shape: [2, 3], data, dtype: type };
      for (const version of [1, 2, 3]) {
        assert.deepEqual(readNpy(npy(said(`<${type}`, '(2, 3)'), bytesOf(data), version), 'x'), expected);
        assert.deepEqual(readNpy(npy(said(`>${type}`, '(2, 3)'), turned(data), version), 'x'), expected);
      }
      // Counted down the columns: 1 4 2 5 3 6 for rows 1 2 3 and 4 5 6.
      const columns = data.map((_, i) => data[[0, 3, 1, 4, 2, 5][i]!]!) as NpyArray;
      assert.deepEqual(readNpy(npy(said(`<${type}`, '(2, 3)', 'True'), bytesOf(columns)), 'x'), expected);
      assert.deepEqual(readNpy(writeNpy([2, 3], data), 'x'), expected);
      // From the middle of a buffer, at a place that suits no number.
      const inside = Buffer.concat([Buffer.alloc(3), writeNpy([2, 3], data)]).subarray(3);
      assert.deepEqual(readNpy(inside, 'x'), expected);
    });

  test('i8 becomes i4 where it fits, b1 0 and 1', () => {
    const labels = BigInt64Array.of(0n, 9n, -(2n ** 31n), 2n ** 31n - 1n);
    const read = readNpy(npy(said('<i8', '(4,)'), bytesOf(labels)), 'x');
    assert.deepEqual(read, { shape: [4], data: Int32Array.of(0, 9, -(2 ** 31), 2 ** 31 - 1), dtype: 'i8' });
    const header = said('<i8', '(2,)');
    refuses(
      npy(header, bytesOf(BigInt64Array.of(1n, 2n ** 31n))),
      `needs i8 that fit into 32 bits, got 2147483648 at byte ${10 + header.length + 1 + 8}; save it as f8`,
    );
    const flags = npy(said('|b1', '(2,)'), Uint8Array.of(1, 0));
    assert.deepEqual(readNpy(flags, 'x').data, Uint8Array.of(1, 0));
    refuses(flags.with(flags.length - 1, 2), `needs 0 or 1 for a b1, got 2 at byte ${flags.length - 1}`);
  });

  test('single numbers, no numbers, rank 3 in Fortran order, and headers as Python 2 wrote them', () => {
    assert.deepEqual(readNpy(writeNpy([], Float32Array.of(7)), 'x').shape, []);
    assert.deepEqual(readNpy(writeNpy([0, 3], new Float32Array(0)), 'x').shape, [0, 3]);
    // Element (i, j, k) of [2, 3, 4] is 100 i + 10 j + k.
    const value = (i: number, j: number, k: number): number => 100 * i + 10 * j + k;
    const fortran = Float32Array.from({ length: 24 }, (_, n) =>
      value(n % 2, Math.floor(n / 2) % 3, Math.floor(n / 6)),
    );
    const rows = Float32Array.from({ length: 24 }, (_, n) =>
      value(Math.floor(n / 12), Math.floor(n / 4) % 3, n % 4),
    );
    assert.deepEqual(readNpy(npy(said('<f4', '(2, 3, 4)', 'True'), bytesOf(fortran)), 'x').data, rows);
    const old = '{"descr": "|u1", \'fortran_order\': False, \'shape\': (2L,)}   ';
    assert.deepEqual(readNpy(npy(old, Uint8Array.of(3, 4)), 'x'), {
      shape: [2],
      data: Uint8Array.of(3, 4),
      dtype: 'u1',
    });
  });

  test('the bytes written are those of the format, numbers from a multiple of 64 on', () => {
    const file = writeNpy([3], Int16Array.of(1, 2, 3));
    const header = Buffer.from(file).toString('latin1', 10, 128);
    assert.equal(header.trimEnd(), "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }");
    assert.deepEqual([header.length, header.at(-1), file.length], [118, '\n', 134]);
    assert.deepEqual([...file.subarray(0, 10)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    assert.throws(() => writeNpy([2, 2], new Float32Array(3)), {
      name: 'EidosError',
      message: 'writeNpy: needs 4 numbers for [2, 2], got 3',
    });
  });

  test('says what is wrong, and at which byte', () => {
    const good = npy(said('<f4', '(2,)'), new Uint8Array(8));
    refuses(new Uint8Array(0), 'needs 147 at byte 0, got the end; this is not an npy file');
    refuses(good.with(2, 65), 'needs 85 at byte 2, got 65; this is not an npy file');
    refuses(good.with(6, 4), 'needs version 1.0, 2.0 or 3.0 at byte 6, got 4.0');
    refuses(good.subarray(0, 7), 'needs version 1.0, 2.0 or 3.0 at byte 6, got 1.the end');
    refuses(good.subarray(0, 9), 'needs 10 bytes of header, the file ends at byte 9; save it again');
    const start = good.length - 8;
    refuses(good.subarray(0, 40), `needs ${start} bytes of header, the file ends at byte 40; save it again`);
    refuses(good.with(9, 200), `needs a header of at most 10000 bytes, got ${good[8]! + 51_200} at byte 8`);
    refuses(
      good.subarray(0, -1),
      `needs ${good.length} bytes for f4 [2], the file ends at byte ${good.length - 1}`,
    );
    refuses(
      Buffer.concat([good, good]),
      `needs ${good.length} bytes for f4 [2], the file goes on after that byte`,
    );
    const eight = new Uint8Array(8);
    const many: readonly (readonly [header: string, message: string])[] = [
      [said('|O', '(1,)'), 'holds Python objects (|O), which are programs and are not read; save numbers'],
      [said('<f2', '(4,)'), "needs numbers of type f4, f8, i1, i2, i4, i8, u1, b1, got '<f2'; convert it with astype()"],
      [said('xf4', '(2,)'), "needs numbers of type f4, f8, i1, i2, i4, i8, u1, b1, got 'xf4'; convert it with astype()"],
      [said('<f4', '(99999, 99999, 9)'), 'needs at most 2147483647 numbers, got [99999, 99999, 9]'],
      [said('<f4', '(0, 99999, 99999)'), 'needs at most 2147483647 numbers, got [0, 99999, 99999]'],
      ["{'shape': (2,), 'fortran_order': False}", "needs 'descr' in the header, a text like '<f4'"],
      ["{'descr': '<f4', 'shape': (2,)}", "needs 'fortran_order' in the header, True or False"],
      ["{'descr': '<f4', 'fortran_order': False}", "needs 'shape' in the header, whole numbers in brackets"],
      ["{'descr': '<f4', 'descr': '|O'}", "the header says 'descr' twice"],
      ['[]', 'needs { at byte 10 of the header, got "["'],
      ["{'shape': (2.5,)}", 'needs , at byte 22 of the header, got "."'],
      ["{'shape': (-2,)}", 'needs a whole number at byte 21 of the header, got "-"'],
      ["{'descr': [('x', '<f4')]}", 'needs a text, True, False or numbers in brackets at byte 20 of the header, got "["'],
      ["{'descr': __import__('os')}", 'needs a text, True, False or numbers in brackets at byte 20 of the header, got "_"'],
      ["{'descr", 'needs the end of a text at byte 12 of the header, got "d"'],
      [`${said('<f4', '(2,)')} {}`, 'needs the end of the header at byte 68 of the header, got "{"'],
      ["{'descr': '<f4'", 'needs , at byte 26 of the header, got "its end"'],
    ]; // prettier-ignore
    for (const [header, message] of many) refuses(npy(header, eight), message);
  });

  test('10,000 damaged files: each is read or refused with an EidosError', () => {
    const chance = draw(71);
    const files = [
      npy(said('<f4', '(2, 3)'), new Uint8Array(24)),
      npy(said('>i8', '(3,)', 'True'), new Uint8Array(24), 2),
    ];
    for (let i = 0; i < 10_000; i++) {
      let file = chance.pick(files).slice();
      for (let k = chance.whole(1, 3); k > 0; k--)
        file[chance.whole(0, file.length - 1)] = chance.whole(0, 255);
      if (chance.next() < 0.3) file = file.subarray(0, chance.whole(0, file.length));
      try {
        readNpy(file, 'x');
      } catch (error) {
        assert.ok(error instanceof EidosError, `${String(error)} (${i})`);
      }
    }
  });
});

suite('npz', () => {
  test('several arrays, stored and deflated, and back', async () => {
    const arrays = {
      images: { shape: [2, 300], data: Float32Array.from({ length: 600 }, (_, i) => i % 7) },
      ラベル: { shape: [3], data: Int32Array.of(1, 2, 3) },
    };
    const [stored, deflated] = [await writeNpz(arrays), await writeNpz(arrays, { deflate: true })];
    assert.ok(deflated.length < stored.length / 2);
    for (const file of [stored, deflated]) {
      const read = await readNpz(file, 'x');
      assert.deepEqual([...read.keys()], ['images', 'ラベル']);
      assert.deepEqual(read.get('images'), { ...arrays.images, dtype: 'f4' });
      assert.deepEqual(read.get('ラベル'), { ...arrays['ラベル'], dtype: 'i4' });
    }
  });

  test('only arrays, and only as long as they say', async () => {
    const refusesZip = async (content: Record<string, Uint8Array>, message: string): Promise<void> => {
      const file = await writeZip(content, { deflate: true });
      await assert.rejects(readNpz(file, 'x'), { name: 'EidosError', message });
    };
    await refusesZip({ 'a.txt': Uint8Array.of(1) }, 'readNpz(x): needs .npy files only, got a.txt');
    await refusesZip(
      { 'a.npy': Uint8Array.of(1) },
      'readNpz(x: a.npy): needs 147 at byte 0, got 1; this is not an npy file',
    );
    const bomb = Buffer.concat([writeNpy([2], new Float32Array(2)), Buffer.alloc(20_000_000)]);
    const file = await writeZip({ 'a.npy': new Uint8Array(bomb) }, { deflate: true });
    const before = process.memoryUsage().arrayBuffers;
    assert.ok(file.length < 40_000);
    await assert.rejects(readNpz(file, 'x'), {
      name: 'EidosError',
      message: 'readNpz(x): a.npy needs 136 bytes for f4 [2], got 20000136',
    });
    assert.ok(process.memoryUsage().arrayBuffers - before < 5_000_000);
  });
});
