// Animated GIF against a decoder written from the specification: colours, times, and every way a code can grow.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gif } from '../src/picture/gif.ts';
import { paletteOf } from '../src/picture/palette.ts';
import type { Picture } from '../src/picture/png.ts';

interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly loops: boolean;
  readonly frames: { readonly delay: number; readonly pixels: Uint8Array; readonly colours: number }[];
}

/** GIF 89a as far as gif() uses it: whole frames, a table of colours for all or for each. */
function decoded(bytes: Uint8Array): Decoded {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  assert.equal(text(0, 6), 'GIF89a');
  const short = (at: number): number => bytes[at]! + 256 * bytes[at + 1]!;
  const [width, height] = [short(6), short(8)];
  let at = 13;
  const table = (flags: number): Uint8Array => {
    const size = 3 * (2 << (flags & 7));
    at += size;
    return bytes.subarray(at - size, at);
  };
  const common = bytes[10]! & 0x80 ? table(bytes[10]!) : undefined;
  const blocks = (): Uint8Array => {
    const parts: number[] = [];
    for (; bytes[at] !== 0; at += 1 + bytes[at]!) parts.push(...bytes.subarray(at + 1, at + 1 + bytes[at]!));
    at++;
    return Uint8Array.from(parts);
  };
  const frames: Decoded['frames'] = [];
  let [delay, loops] = [0, false];
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      const kind = bytes[at + 1];
      if (kind === 0xf9) delay = short(at + 4);
      if (kind === 0xff) loops = text(at + 3, at + 14) === 'NETSCAPE2.0';
      at += 2;
      blocks();
      continue;
    }
    assert.equal(bytes[at], 0x2c, `byte ${at}`);
    assert.deepEqual([short(at + 1), short(at + 3), short(at + 5), short(at + 7)], [0, 0, width, height]);
    const flags = bytes[at + 9]!;
    at += 10;
    const colours = flags & 0x80 ? table(flags) : common;
    assert.ok(colours, 'a table of colours');
    const bits = bytes[at++]!;
    const places = unpacked(blocks(), bits);
    assert.equal(places.length, width * height);
    const pixels = Uint8Array.from(
      places.flatMap((place) => [...colours.subarray(3 * place, 3 * place + 3)]),
    );
    frames.push({ delay, pixels, colours: colours.length / 3 });
  }
  assert.equal(at, bytes.length - 1);
  return { width, height, loops, frames };
}

/** LZW by appendix F: a code not yet known is the last run and its own first pixel. */
function unpacked(bytes: Uint8Array, bits: number): number[] {
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  const out: number[] = [];
  let runs: number[][] = [];
  let last: number[] | undefined;
  let size = bits + 1;
  for (let bit = 0; ;) {
    let code = 0;
    for (let i = 0; i < size; i++, bit++) code |= ((bytes[bit >> 3]! >> (bit & 7)) & 1) << i;
    if (code === end) {
      assert.equal(bytes.length, Math.ceil(bit / 8));
      return out;
    }
    if (code === clear) {
      runs = Array.from({ length: end + 1 }, (_, i) => [i]);
      [last, size] = [undefined, bits + 1];
      continue;
    }
    const run: number[] = runs[code] ?? [...last!, last![0]!];
    assert.ok(code <= runs.length);
    out.push(...run);
    if (last && runs.length < 4096) runs.push([...last, run[0]!]);
    if (runs.length === 1 << size && size < 12) size++;
    last = run;
  }
}

const grey = (width: number, height: number, value: (i: number) => number): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => value(i)),
});

/** Numbers that look like chance. */
const noise = (i: number): number => Math.imul(i + 1, 2654435761) >>> 24;

suite('gif', () => {
  const sizes = {
    'one pixel': [1, 1, () => 7],
    'one grey': [40, 30, () => 200],
    'all greys': [16, 16, (i: number) => i],
    'noise, so that the codes run out': [97, 101, noise],
    'runs that grow': [64, 64, (i: number) => (i % 64 > i / 64 ? 255 : 0)],
  } as const;
  for (const [title, [width, height, value]] of Object.entries(sizes))
    test(`greys stay what they are: ${title}`, () => {
      const frames = [grey(width, height, value), grey(width, height, (i) => 255 - value(i))];
      const { frames: shown, ...head } = decoded(gif(frames));
      assert.deepEqual(head, { width, height, loops: true });
      frames.forEach(({ data }, i) => {
        assert.deepEqual([...shown[i]!.pixels], [...data].flatMap((v) => [v, v, v])); // prettier-ignore
        assert.deepEqual([shown[i]!.delay, shown[i]!.colours], [10, 256]);
      });
    });

  test('few colours stay what they are, in one small table; what is clear is white', () => {
    const frame: Picture = {
      width: 3,
      height: 1,
      channels: 4,
      data: Uint8Array.of(255, 0, 0, 255, 1, 2, 3, 0, 0, 0, 200, 255),
    };
    const { frames } = decoded(gif([frame, frame], { scale: 2 }));
    const row = [255, 0, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 200, 0, 0, 200];
    assert.deepEqual([...frames[1]!.pixels], [...row, ...row]);
    assert.equal(frames[1]!.colours, 4);
  });

  test('many colours become 256 that are near them', () => {
    const smooth: Picture = {
      width: 64,
      height: 64,
      channels: 3,
      data: Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 192)];
        return [4 * x, 4 * y, 255 - 2 * (x + y)][i % 3]!;
      }),
    };
    const [frame] = decoded(gif([smooth])).frames;
    const error =
      smooth.data.reduce((sum, v, i) => sum + (v - frame!.pixels[i]!) ** 2, 0) / smooth.data.length;
    // The means of squares of 4 x 4 pixels, 256 of them, would have (20 + 20 + 10) / 3 = 16.7.
    assert.ok(error < 25, `mean squared error ${error}`);
    assert.deepEqual(gif([smooth]), gif([smooth]));
  });

  test('a palette has each of few colours, and the means of many', () => {
    assert.deepEqual(paletteOf(new Map([[0x0000ff, 1], [0x000001, 9]])), [0x000001, 0x0000ff]); // prettier-ignore
    const reds = new Map(Array.from({ length: 256 }, (_, i) => [i << 16, 1]));
    assert.equal(paletteOf(reds).length, 256);
    const two = paletteOf(new Map([...reds, [0x0000ff, 1000]]));
    assert.ok(two.includes(0x0000ff) && two.length <= 256);
  });

  test('times, an end, and size', () => {
    const frames = [grey(2, 2, () => 0), grey(2, 2, () => 9)];
    const shown = decoded(gif(frames, { delay: [40, 1000], loop: false, scale: 3 }));
    assert.deepEqual([shown.width, shown.height, shown.loops], [6, 6, false]);
    assert.deepEqual(
      shown.frames.map(({ delay }) => delay),
      [4, 100],
    );
    assert.equal(decoded(gif([grey(1, 1, () => 0)])).loops, false);
  });

  test('says what is wrong', () => {
    const one = grey(2, 1, () => 0);
    const cases: readonly (readonly [() => unknown, string])[] = [
      [() => gif([]), 'needs at least 1 frame, got 0'],
      [() => gif([one, grey(1, 2, () => 0)]), 'frame 1 is 1 x 2, the first is 2 x 1; make them one size'],
      [() => gif([{ ...one, data: new Uint8Array(3) }]), 'frame 0 needs 2 bytes for 2 x 1 x 1, got 3'],
      [() => gif([one], { scale: 0 }), 'scale must be a whole number from 1, got 0'],
      [() => gif([one], { scale: 40000 }), 'at most 65535 pixels a side, got 80000 x 40000'],
      [() => gif([one], { delay: 10 }), 'delay must be 20 to 655350 milliseconds for each frame, got 10'],
      [
        () => gif([one, one], { delay: [50] }),
        'delay must be 20 to 655350 milliseconds for each frame, got undefined',
      ],
    ];
    for (const [make, message] of cases)
      assert.throws(make, { name: 'EidosError', message: `gif: ${message}` });
  });
});
