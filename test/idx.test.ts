// The IDX reader against files that are right, wrong in one known way, and wrong in twenty thousand random ways.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { EidosError } from '../src/base/check.ts';
import { readIdx, unpackIdx, writeIdx } from '../src/data/idx.ts';

const numbers = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * i + 3 * i) % 251);

const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const refuses = (bytes: Uint8Array, message: string): Promise<void> =>
  assert.rejects(readIdx(bytes, 'digits'), { name: 'EidosError', message: `readIdx(digits): ${message}` });

suite('idx', () => {
  const shapes = [[1], [7], [2, 3], [3, 1, 4], [2, 3, 4, 5], [70_000], [1, 300, 300]];

  for (const shape of shapes) {
    test(`reads back [${shape.join(', ')}], plain, gzipped, in shared memory and from the middle of a buffer`, async () => {
      const data = numbers(shape.reduce((a, b) => a * b));
      const file = writeIdx(shape, data);
      const inside = join(new Uint8Array(3).fill(9), file, new Uint8Array(5)).subarray(3, 3 + file.length);
      const zipped = gzipSync(file);
      const shared = new Uint8Array(new SharedArrayBuffer(zipped.length));
      shared.set(zipped);
      for (const bytes of [file, inside, zipped, gzipSync(file, { level: 0 }), shared]) {
        assert.deepEqual(await readIdx(bytes, 'digits'), { shape, data });
      }
      assert.deepEqual(await unpackIdx(zipped, 'digits'), file);
    });
  }

  test('the bytes are those of the format', () => {
    assert.deepEqual([...writeIdx([2, 1], Uint8Array.of(5, 6))], [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6]);
    assert.throws(() => writeIdx([2, 2], new Uint8Array(3)), {
      name: 'EidosError',
      message: 'writeIdx: needs 4 bytes for [2, 2], got 3',
    });
  });

  test('says what is wrong, and at which byte', async () => {
    const file = writeIdx([60_000, 28, 28], new Uint8Array(47_040_000));
    await refuses(
      file.subarray(0, 1000),
      'needs 47040016 bytes for [60000, 28, 28], the file ends at byte 1000; download it again',
    );
    const good = writeIdx([2, 3], numbers(6));
    const set = (byte: number, value: number): Uint8Array => good.with(byte, value);
    await refuses(
      new Uint8Array(0),
      'needs 4 bytes of magic number, the file ends at byte 0; download it again',
    );
    await refuses(
      good.subarray(0, 3),
      'needs 4 bytes of magic number, the file ends at byte 3; download it again',
    );
    await refuses(set(0, 60), 'needs 0 at byte 0, got 60; this is not an IDX file');
    await refuses(set(1, 33), 'needs 0 at byte 1, got 33; this is not an IDX file');
    await refuses(set(2, 0x0d), 'needs 8 (unsigned byte) at byte 2, got 13 (f32)');
    await refuses(set(2, 7), 'needs 8 (unsigned byte) at byte 2, got 7');
    await refuses(set(3, 0), 'needs at least 1 dimension at byte 3, got 0');
    await refuses(
      good.subarray(0, 11),
      'needs 12 bytes of header for 2 dimensions, the file ends at byte 11; download it again',
    );
    await refuses(set(11, 0), 'needs sizes of at least 1, got 0 at byte 8');
    await refuses(set(8, 0x80), 'needs at most 2147483647 bytes, got [2, 2147483651] up to byte 12');
    await refuses(
      join(good, Uint8Array.of(1)),
      'needs 18 bytes for [2, 3], the file goes on after that byte; download it again',
    );
  });

  test('says the same of gzipped files', async () => {
    const good = writeIdx([100, 100], numbers(10_000));
    await refuses(
      gzipSync(good.subarray(0, 5000)),
      'needs 10012 bytes for [100, 100], the file ends at byte 5000; download it again',
    );
    await refuses(
      gzipSync(join(good, Uint8Array.of(1))),
      'needs 10012 bytes for [100, 100], the file goes on after that byte; download it again',
    );
    await refuses(gzipSync(good.with(0, 60)), 'needs 0 at byte 0, got 60; this is not an IDX file');
    const zipped = new Uint8Array(gzipSync(good));
    const broken = 'the gzip data are broken after byte 0 of what they hold; download it again';
    await refuses(zipped.subarray(0, 30), broken);
    await refuses(zipped.subarray(0, 2), broken);
  });

  test('a bomb is refused before it goes off', async () => {
    const claims = (...sizes: number[]): Uint8Array => {
      const file = new Uint8Array(4 + 4 * sizes.length);
      file.set([0, 0, 8, sizes.length]);
      sizes.forEach((n, i) => new DataView(file.buffer).setUint32(4 + 4 * i, n));
      return file;
    };
    await refuses(
      claims(0xffffffff, 0xffffffff),
      'needs at most 2147483647 bytes, got [4294967295] up to byte 8',
    );
    const small = gzipSync(claims(30_000, 30_000));
    await refuses(
      small,
      `needs 900000012 bytes for [30000, 30000], ${small.length} gzipped bytes cannot hold more than ` +
        `${1032 * small.length}; download it again`,
    );
    const bomb = gzipSync(join(claims(10), new Uint8Array(200_000_000)), { level: 1 });
    const before = process.memoryUsage().arrayBuffers;
    await refuses(bomb, 'needs 18 bytes for [10], the file goes on after that byte; download it again');
    assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
  });

  test('20,000 damaged files: each is read right or refused with an EidosError', async () => {
    const chance = xorshift(12345);
    const plain = [[3], [2, 3, 4], [40, 5, 5]].map((shape) =>
      writeIdx(shape, numbers(shape.reduce((a, b) => a * b))),
    );
    const seeds = [...plain, new Uint8Array(gzipSync(plain[2]!))];
    const counts = { read: 0, refused: 0 };
    for (let i = 0; i < 20_000; i++) {
      const bytes = damage(seeds[i % seeds.length]!, chance);
      const meant = meaning(bytes);
      try {
        assert.deepEqual(await readIdx(bytes, 'fuzz'), meant);
        counts.read++;
      } catch (error) {
        assert.ok(error instanceof EidosError, String(error));
        assert.equal(meant, undefined, error.message);
        counts.refused++;
      }
    }
    assert.ok(counts.read > 1000 && counts.refused > 10_000, JSON.stringify(counts));
  });
});

/** The definition, said another way than in the reader; undefined for what must be refused. */
function meaning(bytes: Uint8Array): { shape: number[]; data: Uint8Array } | undefined {
  let file: Uint8Array = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      file = new Uint8Array(gunzipSync(bytes));
    } catch {
      return undefined;
    }
  }
  const text = Buffer.from(file).toString('hex');
  const header = /^000008(..)/.exec(text);
  if (!header) return undefined;
  const rank = parseInt(header[1]!, 16);
  const sizes = text.slice(8, 8 + 8 * rank);
  if (rank === 0 || sizes.length < 8 * rank) return undefined;
  const shape = Array.from({ length: rank }, (_, i) => parseInt(sizes.slice(8 * i, 8 * i + 8), 16));
  const data = file.slice(4 + 4 * rank);
  return shape.reduce((a, b) => a * b) === data.length && data.length > 0 ? { shape, data } : undefined;
}

/** A few changed bytes, most of them in the header; sometimes fewer or more bytes. */
function damage(bytes: Uint8Array, chance: () => number): Uint8Array {
  let out = new Uint8Array(bytes);
  const changes = chance() % 4;
  for (let i = 0; i < changes; i++) {
    const place = chance() % (chance() % 2 ? Math.min(20, out.length) : out.length);
    out[place] = chance() % 3 === 0 ? chance() % 4 : chance() % 256;
  }
  const kind = chance() % 4;
  if (kind === 0) out = out.slice(0, chance() % out.length);
  if (kind === 1) out = new Uint8Array([...out, ...out.slice(0, 1 + (chance() % 8))]);
  return out;
}

/** Marsaglia's 32-bit xorshift (2003, https://doi.org/10.18637/jss.v008.i14). */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
