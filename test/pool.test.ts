// Pooling and upsampling against their definitions: windows that overlap, leave gaps or reach over the edge; ties
// and where the gradient of a maximum goes.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { averagePool2d, maxPool2d, upsample2d } = ops;

type Two = readonly [number, number];
interface Setup {
  readonly shape: readonly [number, number, number, number];
  readonly size: Two;
  readonly strides?: Two;
  readonly padding?: 'same' | 'valid';
}

const setups: readonly Setup[] = [
  { shape: [2, 4, 6, 3], size: [2, 2] },
  { shape: [2, 5, 7, 3], size: [2, 2] },
  { shape: [2, 5, 7, 3], size: [2, 2], padding: 'same' },
  { shape: [1, 7, 7, 2], size: [3, 3], strides: [2, 2] },
  { shape: [1, 7, 6, 2], size: [3, 3], strides: [2, 2], padding: 'same' },
  { shape: [1, 6, 5, 17], size: [3, 2], strides: [1, 1], padding: 'same' },
  { shape: [1, 6, 5, 1], size: [3, 2], strides: [1, 1] },
  { shape: [1, 8, 9, 2], size: [2, 2], strides: [3, 3] },
  { shape: [1, 8, 9, 2], size: [2, 3], strides: [3, 2], padding: 'same' },
  { shape: [3, 3, 3, 4], size: [3, 3] },
  { shape: [1, 2, 2, 1], size: [5, 5], strides: [1, 1], padding: 'same' },
  { shape: [2, 4, 4, 3], size: [1, 1], strides: [2, 2] },
];

const name = ({ shape, size, strides, padding }: Setup): string =>
  `[${shape.join()}] by ${size.join('x')}, strides ${(strides ?? size).join()}, ${padding ?? 'valid'}`;

/** For each element of the result the places in the image its window covers, row by row. */
function windowsOf({ shape: [n, h, w, c], size, strides = size, padding }: Setup): {
  shape: number[];
  places: number[][];
} {
  const along = (length: number, i: 0 | 1): [number, number] => {
    if (padding !== 'same') return [Math.floor((length - size[i]) / strides[i]) + 1, 0];
    const count = Math.ceil(length / strides[i]);
    return [count, Math.floor(Math.max(0, (count - 1) * strides[i] + size[i] - length) / 2)];
  };
  const [[rows, top], [columns, left]] = [along(h, 0), along(w, 1)];
  const shape = [n, rows, columns, c];
  const places = range(sizeOf(shape)).map((flat) => {
    const [ch, j, i, b] = [
      flat % c,
      Math.floor(flat / c) % columns,
      Math.floor(flat / c / columns) % rows,
      Math.floor(flat / c / columns / rows),
    ];
    const out: number[] = [];
    for (let p = 0; p < size[0]; p++)
      for (let q = 0; q < size[1]; q++) {
        const [r, t] = [i * strides[0] + p - top, j * strides[1] + q - left];
        if (r >= 0 && r < h && t >= 0 && t < w) out.push(((b * h + r) * w + t) * c + ch);
      }
    return out;
  });
  return { shape, places };
}

const optionsOf = ({ strides, padding }: Setup): { strides?: Two; padding?: 'same' | 'valid' } => ({
  ...(strides && { strides }),
  ...(padding && { padding }),
});

suite('pooling', () => {
  test('max: the largest of each window, and its gradient to the first of equals', async () => {
    const d = draw(70);
    const cases = setups.map((s) => {
      // Few different numbers: many ties. All below 0: padding must not win.
      const x = range(sizeOf(s.shape)).map(() => d.whole(-4, -1));
      const { shape, places } = windowsOf(s);
      const u = places.map(() => d.whole(1, 9));
      const dx = x.map(() => 0);
      const y = places.map((list, i) => {
        const best = Math.max(...list.map((p) => x[p]!));
        dx[list[list.findIndex((p) => x[p] === best)]!]! += u[i]!;
        return best;
      });
      const t = Tensor.from(x, s.shape);
      const pooled = maxPool2d(t, s.size, optionsOf(s));
      assert.deepEqual(pooled.shape, shape, name(s));
      return { s, y, dx, graphs: [pooled, grad(pooled.mul(Tensor.from(u, shape)).sum(), [t])[0]!] };
    });
    for (const device of devices.all) {
      const out = await values(
        device,
        cases.flatMap((c) => c.graphs),
      );
      cases.forEach(({ s, y, dx }, i) => {
        assertSame(out[2 * i]!, y, `${name(s)} on ${device.name}`);
        assertSame(out[2 * i + 1]!, dx, `${name(s)}: gradient on ${device.name}`);
      });
    }
  });

  test('average: padding does not count', async () => {
    const d = draw(71);
    const cases = setups.map((s) => {
      const x = range(sizeOf(s.shape)).map(() => d.whole(-9, 9));
      const { shape, places } = windowsOf(s);
      const y = places.map((list) => list.reduce((sum, p) => sum + x[p]!, 0) / list.length);
      const u = places.map(() => d.whole(1, 9));
      const dx = x.map(() => 0);
      places.forEach((list, i) => list.forEach((p) => (dx[p]! += u[i]! / list.length)));
      const t = Tensor.from(x, s.shape);
      const pooled = averagePool2d(t, s.size, optionsOf(s));
      assert.deepEqual(pooled.shape, shape, name(s));
      return { s, y, dx, graphs: [pooled, grad(pooled.mul(Tensor.from(u, shape)).sum(), [t])[0]!] };
    });
    for (const device of devices.all) {
      const out = await values(
        device,
        cases.flatMap((c) => c.graphs),
      );
      cases.forEach(({ s, y, dx }, i) => {
        assertClose(out[2 * i]!, y, { rtol: 1e-6, atol: 1e-6, what: `${name(s)} on ${device.name}` });
        assertClose(out[2 * i + 1]!, dx, {
          rtol: 1e-6,
          atol: 1e-6,
          what: `${name(s)}: gradient on ${device.name}`,
        });
      });
    }
  });

  test('upsampling repeats each element, its gradient adds up the copies', async () => {
    const d = draw(72);
    const cases = (
      [
        [
          [2, 3, 4, 5],
          [2, 2],
        ],
        [
          [1, 2, 3, 1],
          [3, 2],
        ],
        [
          [1, 1, 1, 17],
          [4, 4],
        ],
        [
          [2, 2, 2, 3],
          [1, 1],
        ],
      ] as const
    ).map(([shape, [p, q]]) => {
      const [n, h, w, c] = shape;
      const x = range(sizeOf(shape)).map(() => d.whole(-9, 9));
      const big = [n, h * p, w * q, c];
      const from = range(sizeOf(big)).map((flat) => {
        const [ch, j, i, b] = [
          flat % c,
          Math.floor(flat / c) % (w * q),
          Math.floor(flat / c / (w * q)) % (h * p),
          Math.floor(flat / c / w / q / h / p),
        ];
        return ((b * h + Math.floor(i / p)) * w + Math.floor(j / q)) * c + ch;
      });
      const u = from.map(() => d.whole(-9, 9));
      const dx = x.map(() => 0);
      from.forEach((place, i) => (dx[place]! += u[i]!));
      const t = Tensor.from(x, shape);
      const y = upsample2d(t, [p, q]);
      assert.deepEqual(y.shape, big);
      return {
        y: from.map((place) => x[place]!),
        dx,
        graphs: [y, grad(y.mul(Tensor.from(u, big)).sum(), [t])[0]!],
      };
    });
    for (const device of devices.all) {
      const out = await values(
        device,
        cases.flatMap((c) => c.graphs),
      );
      cases.forEach(({ y, dx }, i) => {
        assertSame(out[2 * i]!, y, `case ${i} on ${device.name}`);
        assertSame(out[2 * i + 1]!, dx, `case ${i}: gradient on ${device.name}`);
      });
    }
  });

  test('gradients and second gradients agree with finite differences', async () => {
    const d = draw(73);
    const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
    const all = setups.map((s) => {
      const x = d.spaced(s.shape);
      return {
        ...slopePairs(`max ${name(s)}`, (t) => cube(maxPool2d(t, s.size, optionsOf(s))), [x]),
        ...slopePairs(`average ${name(s)}`, (t) => cube(averagePool2d(t, s.size, optionsOf(s))), [x]),
      };
    });
    await assertEqualGraphs(devices, Object.assign({}, ...all) as (typeof all)[number], {
      rtol: 1e-5,
      atol: 1e-5,
    });
  });

  test('pooling behind and in front of other work, on every target', async () => {
    const d = draw(74);
    const x = d.tensor([3, 8, 8, 5]);
    const k = d.tensor([3, 3, 5, 6]);
    const net = ops.maxPool2d(ops.conv2d(x, k).relu(), 2);
    const [gx, gk] = grad(net.mul(net).sum(), [x, k]) as [Tensor, Tensor];
    await agree(
      devices,
      {
        net,
        gx,
        gk,
        up: upsample2d(net.mul(2)).add(1),
        mean: averagePool2d(x.exp(), 3, { strides: 2, padding: 'same' }).log(),
      },
      (actual, expected, what) => assertClose(actual, expected, { rtol: 1e-5, atol: 1e-5, what }),
    );
  });
});
