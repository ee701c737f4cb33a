// safetensors files: against a file the format's own library wrote, there and back, every mistake by its whole
// message, and mutated files, which may be refused but must do nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../src/files/safetensors.ts';
import { snapshotFromBytes, snapshotToBytes } from '../src/files/snapshot.ts';
import { assertSame, draw } from './helpers.ts';
import { root } from './project.ts';

/** A file of a header, given as text or as what JSON makes of it, and data bytes. */
function fileOf(header: string | object, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const info = (dtype: string, shape: readonly number[], begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const refused = (bytes: Uint8Array, message: string): void =>
  assert.throws(() => readSafetensors(bytes, 'read'), new EidosError(message));

const many: readonly FileTensor[] = [
  { name: 'flags', shape: [3], dtype: 'bool', data: Uint8Array.of(1, 0, 1) },
  {
    name: 'dense/kernel',
    shape: [2, 3],
    dtype: 'f32',
    data: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 3.5),
  },
  { name: '形/バイアス "q"\\', shape: [], dtype: 'f64', data: Float64Array.of(Math.PI) },
  { name: 'pixels', shape: [1, 2, 1], dtype: 'u8', data: Uint8Array.of(0, 255) },
  { name: 'none', shape: [0, 4], dtype: 'f32', data: new Float32Array(0) },
  { name: 'steps', shape: [2], dtype: 'i32', data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
];

suite('safetensors', () => {
  test("a file of the format's own library gives its numbers", () => {
    const bytes = readFileSync(join(root, 'test/fixtures/safetensors-python.safetensors'));
    const { tensors, metadata } = readSafetensors(bytes);
    assert.deepEqual(metadata, { format: 'np', note: 'made by safetensors' });
    const found = Object.fromEntries(tensors.map((t) => [t.name, t]));
    const expected: Record<string, [dtype: string, shape: number[], data: number[]]> = {
      f32: ['f32', [2, 3], [1, -0, 1.5, -2.25, Infinity, 2 ** -149]],
      f64: ['f64', [2], [Math.PI, -1e300]],
      f16: ['f32', [7], [1, -2, 65504, 2 ** -24, 2 ** -14, -Infinity, 0.333251953125]],
      bf16: ['f32', [4], [1, -2.5, 3.3895313892515355e38, 0.10009765625]],
      i32: ['i32', [3], [-(2 ** 31), 0, 2 ** 31 - 1]],
      i64: ['i32', [], [-7]],
      u8: ['u8', [4], [0, 1, 128, 255]],
      bool: ['bool', [3], [1, 0, 1]],
      empty: ['f32', [0, 5], []],
      日本語: ['u8', [1], [9]],
    };
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort());
    for (const [name, [dtype, shape, data]] of Object.entries(expected)) {
      assert.equal(found[name]?.dtype, dtype, name);
      assert.deepEqual(found[name]?.shape, shape, name);
      assertSame(found[name]?.data ?? [], data, name);
    }
  });

  test('what is written is read again to the bit, whatever the types', () => {
    const bytes = writeSafetensors(many, { licence: 'CC0', ノート: 'ä"\n' });
    const { tensors, metadata } = readSafetensors(bytes);
    assert.deepEqual(metadata, { licence: 'CC0', ノート: 'ä"\n' });
    const byName = (list: readonly FileTensor[]): FileTensor[] =>
      list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(byName(tensors), byName(many));
    assert.ok(new DataView(bytes.buffer).getBigUint64(0, true) % 8n === 0n);
  });

  test('a file of nothing, and one that lies at an odd place in memory', () => {
    assert.deepEqual(readSafetensors(writeSafetensors([])), { tensors: [], metadata: {} });
    const odd = new Uint8Array(1000);
    const bytes = writeSafetensors(many);
    odd.set(bytes, 3);
    assert.deepEqual(readSafetensors(odd.subarray(3, 3 + bytes.length)), readSafetensors(bytes));
  });

  test('blanks between words of the header, and escapes in names', () => {
    const header = ' {\n "\\u0061\\n": {"shape":[ ] , "data_offsets" : [0,1],"dtype":"U8"}\t}  '.trimStart();
    assert.deepEqual(readSafetensors(fileOf(header, [7])).tensors, [
      { name: 'a\n', shape: [], dtype: 'u8', data: Uint8Array.of(7) },
    ]);
  });

  test('every half is read as IEEE 754 says', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const bytes = fileOf({ a: info('F16', [65536], 0, 131072) }, new Uint8Array(halves.buffer));
    const data = readSafetensors(bytes).tensors[0]?.data ?? [];
    halves.forEach((h, i) => {
      const [sign, e, f] = [h & 0x8000 ? -1 : 1, (h >> 10) & 31, h & 1023];
      const special = f ? NaN : sign * Infinity;
      const finite = sign * (e ? 2 ** (e - 25) * (1024 + f) : 2 ** -24 * f);
      assert.ok(Object.is(data[i], e === 31 ? special : finite), `half ${h}: ${data[i]}`);
    });
  });
});

suite('safetensors: what is refused', () => {
  const one = info('U8', [1], 0, 1);
  const cases: Record<string, [bytes: Uint8Array, message: string]> = {
    'no header length': [new Uint8Array(7), 'read: a safetensors file has at least 8 bytes, got 7'],
    'a header of more than 100 MB': [
      Uint8Array.of(1, 225, 245, 5, 0, 0, 0, 0),
      'read: bytes 0 to 7 say that the header has 100000001 bytes, at most 100000000 are allowed',
    ],
    'a header of 2^64 - 1 bytes': [
      new Uint8Array(8).fill(255),
      'read: bytes 0 to 7 say that the header has 18446744073709551615 bytes, at most 100000000 are allowed',
    ],
    'a header longer than the file': [
      Uint8Array.of(10, 0, 0, 0, 0, 0, 0, 0, 0x7b),
      'read: the header ends at byte 18, the file at byte 9; it is cut short',
    ],
    'an empty header': [new Uint8Array(8), 'read: byte 8: the header needs {, got its end'],
    'a blank before the header': [fileOf(' {}'), 'read: byte 8: the header needs {, got 0x20'],
    'words after the header': [
      fileOf('{} x'),
      'read: byte 11: the header needs the end of the header, got x',
    ],
    'no JSON': [fileOf('{"a" 1}'), 'read: byte 13: the header needs :, got 1'],
    'a comma too many': [fileOf('{"a":{"dtype":"U8",}}'), 'read: byte 27: the header needs ", got }'],
    'no comma': [fileOf('{"a":{"shape":[1 2]}}'), 'read: byte 25: the header needs , or ], got 2'],
    'a text without end': [fileOf('{"a'), 'read: byte 9: the header needs a JSON string in UTF-8, got "'],
    'a text that is not UTF-8': [
      fileOf('{"a":{}}').map((byte) => (byte === 97 ? 0xff : byte)),
      'read: byte 9: the header needs a JSON string in UTF-8, got "',
    ],
    'a bare new line in a text': [
      fileOf('{"a\n":{}}'),
      'read: byte 9: the header needs a JSON string in UTF-8, got "',
    ],
    'an unknown word about a tensor': [
      fileOf({ a: { ...one, extra: 1 } }),
      'read: byte 60: the header needs dtype, shape or data_offsets, got extra',
    ],
    'a tensor without dtype': [
      fileOf({ a: { shape: [1], data_offsets: [0, 1] } }, [1]),
      'read: a (byte 9) needs a dtype, a shape and two data_offsets',
    ],
    'three offsets': [
      fileOf({ a: { dtype: 'U8', shape: [1], data_offsets: [0, 1, 1] } }, [1]),
      'read: a (byte 9) needs a dtype, a shape and two data_offsets',
    ],
    'two tensors of one name': [
      fileOf(`{"a":${JSON.stringify(one)},"\\u0061":${JSON.stringify(info('U8', [1], 1, 2))}}`, [1, 2]),
      'read: a stands twice in the header, again at byte 61',
    ],
    'a property given twice': [
      fileOf('{"a":{"dtype":"U8","dtype":"F32"}}'),
      'read: dtype stands twice in the header, again at byte 27',
    ],
    "a name of JavaScript's": [
      fileOf('{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}', [1]),
      'read: __proto__ (byte 9) is no name for a tensor',
    ],
    'metadata that is not text': [
      fileOf('{"__metadata__":{"a":1}}'),
      'read: byte 29: the header needs ", got 1',
    ],
    'a negative size': [
      fileOf('{"a":{"shape":[-1]}}'),
      'read: byte 23: the header needs a whole number from 0 to 2^53 - 1, got -',
    ],
    'a broken size': [fileOf('{"a":{"shape":[1.5]}}'), 'read: byte 24: the header needs , or ], got .'],
    'a size beyond 2^53': [
      fileOf('{"a":{"shape":[9007199254740992]}}'),
      'read: byte 23: the header needs a whole number from 0 to 2^53 - 1, got 9',
    ],
    'a size with a zero in front': [
      fileOf('{"a":{"shape":[01]}}'),
      'read: byte 23: the header needs a whole number from 0 to 2^53 - 1, got 0',
    ],
    'an element type nobody knows': [
      fileOf({ a: info('toString', [1], 0, 1) }, [1]),
      'read: a (byte 9) is of toString, must be one of F32, F64, I32, U8, BOOL, I64, F16, BF16',
    ],
    'a shape that needs more bytes': [
      fileOf({ a: info('F32', [2, 2], 0, 15) }, new Uint8Array(15)),
      'read: a (byte 9): F32 [2, 2] does not fill the 15 bytes it is given',
    ],
    'a shape of more elements than there are numbers': [
      fileOf({ a: info('U8', [2 ** 40, 2 ** 40, 0], 0, 0) }),
      'read: a (byte 9): U8 [1099511627776, 1099511627776, 0] does not fill the 0 bytes it is given',
    ],
    'data outside the file': [
      fileOf({ a: info('U8', [4], 0, 4) }, [1, 2, 3]),
      'read: a (byte 9) has its data up to byte 65, the file ends at 64; it is cut short',
    ],
    'tensors that overlap': [
      fileOf({ a: info('U8', [2], 0, 2), b: info('U8', [2], 1, 3) }, [1, 2, 3]),
      'read: b (byte 61) has its data from byte 114 to 116, must begin where the one before ends, at 115',
    ],
    'a hole': [
      fileOf({ a: info('U8', [1], 0, 1), b: info('U8', [1], 2, 3) }, [1, 2, 3]),
      'read: b (byte 61) has its data from byte 115 to 116, must begin where the one before ends, at 114',
    ],
    'an end before the beginning': [
      fileOf({ a: info('U8', [0], 0, 0), b: info('U8', [1], 1, 0) }, [1]),
      'read: b (byte 61) has its data from byte 114 to 113, must begin where the one before ends, at 113',
    ],
    'bytes of nobody at the end': [
      fileOf({ a: one }, [1, 2]),
      'read: bytes 62 to 63 belong to no tensor; the file is damaged',
    ],
    'a bool of 2': [
      fileOf({ a: info('BOOL', [2], 0, 2) }, [1, 2]),
      'read: a holds a number at byte 64 that is no bool',
    ],
    'a whole number of more than 32 bits': [
      fileOf({ a: info('I64', [2], 0, 16) }, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
      'read: a holds a number at byte 71 that is no i32',
    ],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) test(name, () => refused(bytes, message));

  test('tensors that cannot be written', () => {
    const data = Float32Array.of(1, 2);
    const a: FileTensor = { name: 'a', shape: [2], dtype: 'f32', data };
    const cannot = (tensors: readonly FileTensor[], message: string): void =>
      assert.throws(() => writeSafetensors(tensors), new EidosError(message));
    for (const name of ['a', '__metadata__', '__proto__'])
      cannot(
        [a, { ...a, name }],
        `writeSafetensors: ${name} cannot be a tensor's name: each must be another, and none JavaScript's own`,
      );
    cannot([{ ...a, shape: [3] }], 'writeSafetensors: a needs 3 numbers of f32 for [3], got 2 of 4 bytes');
    cannot([{ ...a, dtype: 'f64' }], 'writeSafetensors: a needs 2 numbers of f64 for [2], got 2 of 4 bytes');
  });
});

suite('snapshots as bytes', () => {
  const counters = { step: 12, seed: 4294967295, rate: 1e-3, loss: NaN, low: -Infinity, zero: -0 };

  test('tensors and counters come back to the bit', () => {
    const back = snapshotFromBytes(snapshotToBytes({ tensors: many, counters }));
    assert.deepEqual(back.counters, counters);
    assert.ok(Object.is(back.counters['zero'], -0));
    assert.deepEqual(back.tensors.length, many.length);
  });

  test('files that are no snapshots', () => {
    const no = (metadata: Record<string, string>, message: string): void =>
      assert.throws(() => snapshotFromBytes(writeSafetensors([], metadata), 'load'), new EidosError(message));
    no(
      {},
      'load: needs a file that says it is an eidos snapshot 1, got none; its weights may be read with readSafetensors()',
    );
    no(
      { eidos: 'snapshot 2' },
      'load: needs a file that says it is an eidos snapshot 1, got snapshot 2; its weights may be read with readSafetensors()',
    );
    for (const counters of ['', '{', 'null', '{"step":"many"}', '{"step":[1]}', '{"step":null}'])
      no(
        { eidos: 'snapshot 1', counters },
        "load: the counters in the file's metadata are no numbers by name",
      );
  });
});

suite('safetensors: mutated files', () => {
  const chance = draw(61);
  const base = [
    writeSafetensors(many, { a: 'b' }),
    fileOf(
      { a: info('F16', [3], 0, 6), b: info('I64', [1], 6, 14), c: info('BF16', [1], 14, 16) },
      new Uint8Array(16),
    ),
  ];
  const words = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '0',
    '9',
    '1e9',
    '-',
    'null',
    '__proto__',
    '99999999999999',
  ];

  /** One of the ways files go wrong: a byte changed, words put into the header, cut, made longer, doubled. */
  function mutated(bytes: Uint8Array): Uint8Array {
    const at = chance.whole(0, bytes.length - 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const way = chance.whole(0, 5);
    if (way === 0) return bytes.with(at, chance.whole(0, 255));
    if (way === 1) return bytes.with(at, (bytes[at] ?? 0) ^ (1 << chance.whole(0, 7)));
    if (way === 2) return before;
    if (way === 3) return joined(before, after, after.subarray(0, chance.whole(0, 20)));
    if (way === 4) return joined(before, after.subarray(chance.whole(0, 12)));
    const text = new TextEncoder().encode(chance.pick(words));
    const longer = joined(before, text, after);
    const view = new DataView(longer.buffer);
    // The header's length said right, so that its inside is looked at too.
    if (chance.next() < 0.8) view.setBigUint64(0, view.getBigUint64(0, true) + BigInt(text.length), true);
    return longer;
  }
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

  test('are read, or refused with one clear error in no time', (t) => {
    const rounds = Number(process.env['EIDOS_FUZZ'] ?? 20_000);
    let [read, slowest] = [0, 0];
    for (let i = 0; i < rounds; i++) {
      let bytes = chance.pick(base);
      for (let n = chance.whole(1, 3); n > 0 && bytes.length > 8; n--) bytes = mutated(bytes);
      const began = performance.now();
      try {
        const { tensors } = readSafetensors(bytes, 'read');
        // What is given is no more than what was there, or twice that for halves.
        const given = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
        assert.ok(given <= 2 * bytes.length, `${given} bytes from ${bytes.length}`);
        read++;
      } catch (error) {
        assert.ok(
          error instanceof EidosError,
          `${String(error)} from ${Buffer.from(bytes).toString('base64')}`,
        );
        assert.match(error.message, /^read: .*byte/s);
      }
      slowest = Math.max(slowest, performance.now() - began);
    }
    t.diagnostic(
      `${rounds} files: ${read} read, the others refused; the slowest took ${slowest.toFixed(1)} ms`,
    );
    assert.ok(read > rounds / 100 && read < rounds / 2, `${read} of ${rounds} were read`);
    assert.ok(slowest < 500, `${slowest} ms`);
    assert.equal(({} as Record<string, unknown>)['dtype'], undefined);
  });

  test('a header as deep or as long as the file allows', () => {
    refused(fileOf('['.repeat(100_000)), 'read: byte 8: the header needs {, got [');
    refused(
      fileOf('{"a":'.repeat(100_000)),
      'read: byte 14: the header needs dtype, shape or data_offsets, got a',
    );
    const entries = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, i) => [`t${i}`, info('U8', [1], i, i + 1)]),
    );
    assert.equal(readSafetensors(fileOf(entries, new Uint8Array(50_000))).tensors.length, 50_000);
  });
});
