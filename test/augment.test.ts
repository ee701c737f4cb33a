// Augmentation against plain loops for chances given here, on every device; then with the program's own chance:
// the same for a seed, other for other steps and examples, and nothing at all when not training.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { mnist } from '../src/data/mnist.ts';
import { subset } from '../src/data/split.ts';
import {
  augment,
  randomErasing,
  randomFlip,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
  strokeThickness,
  type FlipMode,
} from '../src/nn/augment.ts';
import { dense } from '../src/nn/dense.ts';
import { purposeOf, type Layer } from '../src/nn/layer.ts';
import type { FillMode } from '../src/nn/resample.ts';
import { flatten } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { randomUniform } from '../src/ops/random.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, draw, openAll, type Devices } from './helpers.ts';

let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

const [height, width, channels] = [7, 6, 2];
const size = height * width * channels;
/** Examples compiled for, and given: the rest of the batch must not matter. */
const [most, count] = [4, 3];

/** A pixel of an example, or undefined outside. */
type Look = (row: number, column: number, channel: number) => number | undefined;

const lookAt =
  (x: Float32Array, example: number): Look =>
  (row, column, channel) =>
    row >= 0 && row < height && column >= 0 && column < width
      ? x[example * size + (row * width + column) * channels + channel]
      : undefined;

/** Every number of an example by its place. */
const byPlace = (of: (row: number, column: number, channel: number) => number): number[] =>
  Array.from({ length: size }, (_, i) =>
    of(Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels),
  );

/** The picture at any place, bilinear, by the rule of a fill mode. */
function bilinear(look: Look, y: number, x: number, c: number, mode: FillMode, fill: number): number {
  const fold = (i: number, n: number): number => {
    if (mode === 'nearest') return Math.max(0, Math.min(n - 1, i));
    const turn = (m: number): number => ((i % m) + m) % m;
    if (mode === 'wrap') return turn(n);
    return mode === 'reflect' ? Math.min(turn(2 * n), 2 * n - 1 - turn(2 * n)) : i;
  };
  const pixel = (row: number, column: number): number =>
    look(fold(row, height), fold(column, width), c) ?? fill;
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, across] = [y - top, x - left];
  return (
    (1 - down) * ((1 - across) * pixel(top, left) + across * pixel(top, left + 1)) +
    down * ((1 - across) * pixel(top + 1, left) + across * pixel(top + 1, left + 1))
  );
}

/** The picture whose pixel (u right, v down of the middle) comes from `from(u, v)`. */
const warped = (
  look: Look,
  from: (u: number, v: number) => readonly [number, number],
  mode: FillMode,
  fill = 0,
): number[] =>
  byPlace((row, column, c) => {
    const [u, v] = from(column - (width - 1) / 2, row - (height - 1) / 2);
    return bilinear(look, v + (height - 1) / 2, u + (width - 1) / 2, c, mode, fill);
  });

/** Chances in [0, 1) of each example by their purpose, as rows say them. */
type Chances = Readonly<Record<string, readonly number[]>>;

/** Outputs on every device of a layer whose chances are these. */
async function outputs(
  layer: Layer,
  x: Float32Array,
  chances: Chances,
): Promise<(readonly [string, Float32Array])[]> {
  const all: (readonly [string, Float32Array])[] = [];
  for (const device of devices.all) {
    const inputs = {
      x: { shape: ['batch' as const, height, width, channels] },
      ...Object.fromEntries(
        Object.keys(chances).map((name) => [name, { shape: ['batch' as const, 1, 1, 1] }]),
      ),
    };
    const program = await device.compile(
      ({ inputs: given }) => {
        const uniform = (like: Tensor, name: string): Tensor => {
          assert.ok(given[name], `no chance for ${name}`);
          return given[name].expandTo(like);
        };
        return {
          outputs: { y: layer.apply({ params: {}, state: {} }, given['x']!, { training: true, uniform }).y },
        };
      },
      { batch: most, inputs },
    );
    const given = Object.fromEntries(
      Object.entries(chances).map(([name, list]) => [name, Float32Array.from(list)]),
    );
    const { y } = await program.run({ x, ...given }, { batch: count });
    all.push([device.name, y as Float32Array]);
  }
  return all;
}

interface Row {
  readonly layer: Layer;
  readonly chances: Chances;
  /** One example's outputs, by loops; `u` are its chances. */
  readonly loops: (look: Look, u: Readonly<Record<string, number>>) => number[];
}

/** From low to high by a chance. */
const between = (low: number, high: number, chance: number): number => low + (high - low) * chance;

const translations = (['constant', 'nearest', 'reflect', 'wrap'] as const).map((fillMode): [string, Row] => [
  `randomTranslation, ${fillMode}`,
  {
    layer: randomTranslation([-0.9, 0.5], 0.8, { fillMode, fillValue: 0.25 }),
    chances: { down: [0.03, 0.5, 0.96], right: [0.9, 0.41, 0] },
    loops: (look, { down = 0, right = 0 }) =>
      warped(
        look,
        (u, v) => [u - width * between(-0.8, 0.8, right), v - height * between(-0.9, 0.5, down)],
        fillMode,
        0.25,
      ),
  },
]);

const rows: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(translations),
  'randomTranslation by whole pixels is exact': {
    layer: randomTranslation([1 / 7, 1 / 7], [-2 / 6, -2 / 6], { fillMode: 'constant' }),
    chances: {},
    loops: (look) => byPlace((row, column, c) => look(row - 1, column + 2, c) ?? 0),
  },
  randomRotation: {
    layer: randomRotation(0.25),
    chances: { turn: [0.1, 0.5, 0.8] },
    loops: (look, { turn = 0 }) => {
      const angle = 2 * Math.PI * between(-0.25, 0.25, turn);
      // What is on the right comes, turned against the clock, to lie above.
      return warped(look, (u, v) => [u * Math.cos(angle) - v * Math.sin(angle), u * Math.sin(angle) + v * Math.cos(angle)], 'reflect'); // prettier-ignore
    },
  },
  'randomZoom, both sides alike': {
    layer: randomZoom([-0.4, 0.8], { fillMode: 'nearest' }),
    chances: { 'zoom down': [0, 0.4, 0.9] },
    loops: (look, u) => {
      const by = 1 + between(-0.4, 0.8, u['zoom down'] ?? 0);
      return warped(look, (x, y) => [x * by, y * by], 'nearest');
    },
  },
  'randomZoom, each side by itself': {
    layer: randomZoom(0.5, { widthFactor: [0.1, 0.1], fillMode: 'constant' }),
    chances: { 'zoom down': [0, 0.4, 0.9] },
    loops: (look, u) =>
      warped(look, (x, y) => [x * 1.1, y * (1 + between(-0.5, 0.5, u['zoom down'] ?? 0))], 'constant'),
  },
  randomShear: {
    layer: randomShear(0.6, [0, 0.5], { fillMode: 'constant' }),
    chances: { 'shear across': [0.1, 0.5, 0.9], 'shear down': [0.2, 0.6, 0] },
    loops: (look, u) => {
      const [across, down] = [between(-0.6, 0.6, u['shear across'] ?? 0), 0.5 * (u['shear down'] ?? 0)];
      // Last of all columns went down by `down` a pixel, so that is undone first.
      return warped(look, (x, y) => [x - across * (y - down * x), y - down * x], 'constant');
    },
  },
  ...Object.fromEntries(
    (['horizontal', 'vertical', 'horizontal_and_vertical'] as const).map((mode): [string, Row] => [
      `randomFlip ${mode}`,
      {
        layer: randomFlip(mode),
        chances: { 'flip across': [0.1, 0.9, 0.49], 'flip down': [0.2, 0.3, 0.5] },
        loops: (look, u) => {
          const across = mode !== 'vertical' && (u['flip across'] ?? 0) < 0.5;
          const down = mode !== 'horizontal' && (u['flip down'] ?? 0) < 0.5;
          return byPlace((row, column, c) => look(down ? height - 1 - row : row, across ? width - 1 - column : column, c) ?? NaN); // prettier-ignore
        },
      },
    ]),
  ),
  randomErasing: {
    layer: randomErasing([0.5, 0.5], { scale: [0.1, 0.4], fillValue: 0.75 }),
    chances: {
      erase: [0.49, 0.1, 0.5],
      'erase down': [0.5, 0.99, 0.5],
      'erase across': [0.1, 0.9, 0.5],
      'erase from down': [0, 0.7, 0.5],
      'erase from across': [0.99, 0.2, 0.5],
    },
    loops: (look, u) => {
      const inside = (i: number, n: number, side: string): boolean => {
        const part = Math.sqrt(between(0.1, 0.4, u[`erase ${side}`] ?? 0));
        const from = n * (1 - part) * (u[`erase from ${side}`] ?? 0);
        return i >= from && i < from + n * part;
      };
      return byPlace((row, column, c) =>
        (u['erase'] ?? 0) < 0.5 && inside(row, height, 'down') && inside(column, width, 'across')
          ? 0.75
          : (look(row, column, c) ?? NaN),
      );
    },
  },
  strokeThickness: {
    layer: strokeThickness([-1.5, 2]),
    chances: { thickness: [0.1, 0.6, 0.95] },
    loops: (look, { thickness = 0 }) => {
      const amount = between(-1.5, 2, thickness);
      const best = amount > 0 ? Math.max : Math.min;
      let now = look;
      for (let left = Math.abs(amount); left > 0; left--) {
        const part = Math.min(1, left);
        const old = now;
        const next = byPlace((row, column, c) => {
          const around = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => old(row + i, column + j, c)));
          const own = old(row, column, c) ?? NaN;
          return own + part * (best(...around.filter((v) => v !== undefined)) - own);
        });
        now = (row, column, c) => lookAt(Float32Array.from(next), 0)(row, column, c);
      }
      return byPlace((row, column, c) => now(row, column, c) ?? NaN);
    },
  },
  'augment: all moves in one': {
    layer: augment({ translation: 0.2, rotation: 0.1, zoom: [-0.2, 0.4], shear: 0.3, fillValue: 0.5 }),
    chances: {
      zoom: [0.1, 0.5, 0.9],
      shear: [0.9, 0.2, 0.5],
      turn: [0.3, 0.8, 0.1],
      down: [0.4, 0.9, 0.2],
      right: [0.7, 0, 0.9],
    },
    loops: (look, u) => {
      const angle = 2 * Math.PI * between(-0.1, 0.1, u['turn'] ?? 0);
      const [by, push] = [1 + between(-0.2, 0.4, u['zoom'] ?? 0), between(-0.3, 0.3, u['shear'] ?? 0)];
      return warped(
        look,
        (a, b) => {
          const [x, y] = [
            a - width * between(-0.2, 0.2, u['right'] ?? 0),
            b - height * between(-0.2, 0.2, u['down'] ?? 0),
          ];
          const [p, q] = [
            x * Math.cos(angle) - y * Math.sin(angle),
            x * Math.sin(angle) + y * Math.cos(angle),
          ];
          return [(p - push * q) * by, q * by];
        },
        'constant',
        0.5,
      );
    },
  },
};

suite('augmentation by plain loops', () => {
  for (const [name, { layer, chances, loops }] of Object.entries(rows))
    test(name, async () => {
      const x = draw(81).floats(count * size, 0, 1);
      const want = Array.from({ length: count }, (_, n) =>
        loops(
          lookAt(x, n),
          Object.fromEntries(Object.entries(chances).map(([key, list]) => [key, list[n] ?? NaN])),
        ),
      ).flat();
      assert.deepEqual(layer.build([height, width, channels], () => () => 0).shape, [
        height,
        width,
        channels,
      ]);
      for (const [device, y] of await outputs(layer, x, chances)) assertClose(y, want, { atol: 1e-5, what: `${name}, ${device}` }); // prettier-ignore
    });
});

suite('augmentation by its own chance', () => {
  /** Outputs for a seed and a step. */
  async function chanced(
    layer: Layer,
    images: Float32Array,
    { training = true, seed = 1, step = 0, device = 1 } = {},
  ): Promise<Float32Array> {
    const program = await devices.all[device]!.compile(
      ({ inputs: { x } }) => {
        const chance = { seed: Tensor.fill(seed, [], 'i32'), step: Tensor.fill(step, [], 'i32') };
        const uniform = (like: Tensor, name: string): Tensor => randomUniform(like, chance, purposeOf(name));
        return { outputs: { y: layer.apply({ params: {}, state: {} }, x!, { training, uniform }).y } };
      },
      { batch: 5, inputs: { x: { shape: ['batch', 28, 28, 1] } } },
    );
    const { y } = await program.run({ x: images });
    return y as Float32Array;
  }

  const all = augment({ translation: 0.1, rotation: 0.05, zoom: 0.1, shear: 0.2, flip: 'horizontal', thickness: [-0.5, 1], erasing: 0.8, noise: 0.1 }); // prettier-ignore

  test('the same on every device, other for every seed, step and example; nothing when not training', async () => {
    const { train } = await mnist();
    // One digit five times: what differs is chance.
    const x = Float32Array.from({ length: 5 * 784 }, (_, i) => train.images[i % 784]! / 255);
    const first = await chanced(all, x);
    for (const [device] of devices.all.entries())
      assertClose(await chanced(all, x, { device }), first, { atol: 1e-4, what: devices.all[device]!.name });
    const example = (y: Float32Array, n: number): number[] => [...y.subarray(784 * n, 784 * (n + 1))];
    for (let n = 1; n < 5; n++) assert.notDeepEqual(example(first, n), example(first, 0));
    assert.notDeepEqual(await chanced(all, x, { seed: 2 }), first);
    assert.notDeepEqual(await chanced(all, x, { step: 1 }), first);
    for (const layer of [all, randomErasing(), randomFlip(), strokeThickness(1), randomRotation(0.1)])
      assert.deepEqual(await chanced(layer, x, { training: false }), x);
    assert.deepEqual(await chanced(augment({}), x), x);
  });

  test('noise has its deviation, erased places too are filled with noise from 0 to 1', async () => {
    const x = new Float32Array(5 * 784).fill(0.5);
    const noisy = await chanced(augment({ noise: 0.1 }), x);
    const mean = noisy.reduce((a, b) => a + b, 0) / x.length;
    const deviation = Math.sqrt(noisy.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length);
    assert.ok(Math.abs(mean - 0.5) < 0.006 && Math.abs(deviation - 0.1) < 0.005, `${mean} ${deviation}`);
    const erased = await chanced(randomErasing([1, 1], { scale: [0.3, 0.33] }), x);
    const changed = erased.filter((v) => v !== 0.5);
    assert.ok(changed.length > 0.25 * x.length && changed.length < 0.4 * x.length, `${changed.length}`);
    assert.ok(
      changed.every((v) => v >= 0 && v <= 1) && changed.filter((v) => v === 0).length > changed.length / 3,
    );
  });
});

test('a model learns through augmentation, the same way every time', async () => {
  const { train } = await mnist();
  const learned = async (seed: number): Promise<number[]> => {
    const model = sequential(
      augment({ translation: 0.1, rotation: 0.03, thickness: [-0.3, 0.5] }),
      flatten(),
      dense(10, { activation: 'softmax' }),
    );
    const device = devices.all[1]!;
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', device, seed });
    const { epochs } = await model.fit(subset(train, 512), { epochs: 3, batchSize: 64 });
    return epochs.map(({ loss }) => loss);
  };
  const losses = await learned(1);
  assert.ok(losses.length === 3 && losses[2]! < 0.9 * losses[0]!, losses.join());
  assert.deepEqual(await learned(1), losses);
  assert.notDeepEqual(await learned(2), losses);
});

test('augmentation says what it needs', () => {
  const refuses = (call: () => unknown, message: string): void =>
    assert.throws(call, { name: 'EidosError', message });
  const range = (what: string, bounds: string, got: string): string =>
    `${what} must be a number or [lower, upper] from ${bounds}, got ${got}`;
  refuses(() => randomTranslation(2, 0), `randomTranslation: ${range('heightFactor', '-1 to 1', '2')}`);
  refuses(
    () => randomTranslation(0, [0.2, 0.1]),
    `randomTranslation: ${range('widthFactor', '-1 to 1', '0.2,0.1')}`,
  );
  refuses(() => randomRotation(NaN), `randomRotation: ${range('factor', '-1 to 1', 'NaN')}`);
  refuses(() => randomZoom(-1), `randomZoom: ${range('heightFactor', '-0.99 to 1', '-1')}`);
  refuses(
    () => randomZoom(0, { widthFactor: 1.5 }),
    `randomZoom: ${range('widthFactor', '-0.99 to 1', '1.5')}`,
  );
  refuses(() => randomShear(9), `randomShear: ${range('xFactor', '-1 to 1', '9')}`);
  refuses(() => randomErasing(1.5), `randomErasing: ${range('factor', '0 to 1', '0,1.5')}`);
  refuses(() => strokeThickness(3), `strokeThickness: ${range('factor', '-2 to 2', '3')}`);
  refuses(() => augment({ noise: 2 }), `augment: ${range('noise', '0 to 1', '0,2')}`);
  refuses(
    () => randomShear(0, 0, { fillMode: 'mirror' as FillMode }),
    'randomShear: fillMode must be one of constant, nearest, reflect, wrap, got "mirror"',
  );
  refuses(
    () => randomFlip('diagonal' as FlipMode),
    'randomFlip: the way to flip must be one of horizontal, vertical, horizontal_and_vertical, got "diagonal"',
  );
  refuses(
    () => randomFlip().build([784], () => () => 0),
    'randomFlip: needs images [H, W, C], got [784] per example; put reshape([H, W, C]) before it',
  );
});
