// The plan of an arena: random tables with loops are run on paper, every write leaving a mark of its own that
// must still be there when it is read. And the kernels themselves, with guards around every buffer.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { range, type Shape } from '../src/base/shape.ts';
import { compiledTarget } from '../src/device/compiled.ts';
import { Device, type Variable } from '../src/device/device.ts';
import { nativeBackend } from '../src/device/native.ts';
import { open } from '../src/device/open.ts';
import { plan, type Plan } from '../src/device/plan.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { grad } from '../src/grad.ts';
import type { Code, Entry } from '../src/kernel/code.ts';
import { newBuffer, type Buffer } from '../src/kernel/kernel.ts';
import * as ops from '../src/ops/index.ts';
import { Tensor } from '../src/tensor.ts';
import { guardedTarget } from './guarded.ts';
import { assertNear, draw, openNative, type Draw } from './helpers.ts';

interface Kernel {
  readonly reads: readonly Buffer[];
  readonly write: Buffer;
  /** Each round of its loop writes but a piece; all are read afterwards. */
  readonly piece?: boolean;
}
/** A table on paper: what each entry reads and writes, and loops of so many rounds. */
type Step = Kernel | { readonly rounds: number; readonly body: readonly Step[] };

/**
 * A random program as lowering makes them: what is written outside may be read inside, carries are written again in
 * every round, and stacks piece by piece.
 */
function randomSteps(random: Draw): { steps: Step[]; buffers: Buffer[] } {
  const buffers: Buffer[] = [];
  const make = (): Buffer => {
    const b = newBuffer('b', random.pick(['f32', 'u8']), random.whole(1, 400));
    buffers.push(b);
    return b;
  };
  const block = (outside: readonly Buffer[], carries: readonly Buffer[], depth: number): Step[] => {
    const here = [...outside];
    const some = (): Buffer[] =>
      range(random.whole(0, Math.min(3, here.length))).map(() => random.pick(here));
    const steps: Step[] = [];
    for (let i = random.whole(1, 8); i > 0; i--) {
      if (depth < 3 && random.next() < 0.2) {
        const carried = range(random.whole(0, 2)).map(() => make());
        for (const write of carried) steps.push({ reads: some(), write });
        here.push(...carried);
        const stacks = range(random.whole(0, 2)).map(() => make());
        const pushed = stacks.map((write): Step => ({ reads: [], write, piece: true }));
        const inner = [...block(here, carried, depth + 1), ...pushed];
        here.push(...stacks);
        steps.push({ rounds: random.whole(1, 3), body: inner });
        continue;
      }
      const write = make();
      steps.push({ reads: some(), write });
      here.push(write);
    }
    for (const write of carries) steps.push({ reads: some(), write });
    return steps;
  };
  return { steps: block([], [], 0), buffers };
}

function tableOf(steps: readonly Step[], buffers: readonly Buffer[]): Entry[] {
  return steps.map((step): Entry => {
    if ('rounds' in step)
      return { kind: 'loop', symbol: 1, length: step.rounds, body: tableOf(step.body, buffers) };
    const args = [...step.reads, step.write].map((b) => buffers.indexOf(b));
    return { kind: 'kernel', kernel: 0, args, parts: 1 };
  });
}

const bytesOf = (b: Buffer): number => b.size * (b.dtype === 'f32' ? 4 : 1);

/** Runs the table in an arena of numbers: each write marks its bytes, each read finds the marks of the last write. */
function runOnPaper(steps: readonly Step[], { offsets, bytes }: Plan, fixed: ReadonlySet<Buffer>): void {
  const arena = new Int32Array(bytes);
  /** By buffer what its bytes must be; 0 is anything. */
  const marks = new Map<Buffer, Int32Array>();
  let mark = 0;
  const part = (b: Buffer): Int32Array => {
    const offset = offsets.get(b);
    assert.ok(offset !== undefined && offset % 64 === 0, `an offset of ${offset}`);
    assert.ok(offset + bytesOf(b) + 64 <= bytes, 'loads may reach 64 bytes beyond a buffer');
    return arena.subarray(offset, offset + bytesOf(b));
  };
  const walk = (list: readonly Step[]): void => {
    for (const step of list) {
      if ('rounds' in step) {
        for (const inner of step.body)
          if ('piece' in inner) marks.set(inner.write, new Int32Array(bytesOf(inner.write)));
        for (let i = 0; i < step.rounds; i++) walk(step.body);
        continue;
      }
      for (const b of step.reads.filter((one) => !fixed.has(one))) {
        const wanted = marks.get(b) ?? [];
        const whole = part(b).every((x, i) => wanted[i] === 0 || wanted[i] === x);
        assert.ok(whole, `buffer ${b.id} was overwritten`);
      }
      if (fixed.has(step.write)) continue;
      const known = marks.get(step.write) ?? new Int32Array(bytesOf(step.write));
      marks.set(step.write, known);
      const at = step.piece ? Math.max(0, known.indexOf(0)) : 0;
      for (const data of [known, part(step.write)])
        data.fill(mark + 1, at, step.piece ? at + 1 : data.length);
      mark++;
    }
  };
  walk(steps);
}

const padded = (b: Buffer): number => Math.ceil((bytesOf(b) + 64) / 64) * 64;

suite('plan: on paper', () => {
  test('no buffer is overwritten while somebody needs it', () => {
    const random = draw(201);
    let [shared, sum] = [0, 0];
    for (let i = 0; i < 400; i++) {
      const { steps, buffers } = randomSteps(random);
      const fixed = new Set(buffers.filter(() => random.next() < 0.1));
      const made = plan(tableOf(steps, buffers), buffers, fixed);
      runOnPaper(steps, made, fixed);
      const apart = buffers.filter((b) => !fixed.has(b)).reduce((n, b) => n + padded(b), 0);
      assert.ok(made.bytes <= apart, `${made.bytes} bytes, ${apart} apart`);
      [shared, sum] = [shared + made.bytes, sum + apart];
    }
    assert.ok(shared < 0.8 * sum, `sharing takes ${shared} of ${sum} bytes`);
  });

  test('running on paper finds a plan that is wrong', () => {
    const random = draw(202);
    const caught = range(100).filter(() => {
      const { steps, buffers } = randomSteps(random);
      const table = tableOf(steps, buffers);
      const good = plan(table, buffers, new Set());
      // Everything in one place.
      const bad = { bytes: good.bytes, offsets: new Map([...good.offsets.keys()].map((b) => [b, 0])) };
      try {
        runOnPaper(steps, bad, new Set());
        return false;
      } catch {
        return true;
      }
    });
    assert.ok(caught.length > 60, `${caught.length} of 100`);
  });

  test('a chain takes the room of two, whatever its length', () => {
    const buffers = range(50).map(() => newBuffer('b', 'f32', 1000));
    const steps = buffers.map((write, i): Step => ({ reads: i > 0 ? [buffers[i - 1]!] : [], write }));
    assert.equal(plan(tableOf(steps, buffers), buffers, new Set()).bytes, 2 * padded(buffers[0]!));
  });

  test('what a loop carries lives through all of it, also beside loops inside', () => {
    const [carry, a, b] = range(3).map(() => newBuffer('b', 'f32', 100)) as [Buffer, Buffer, Buffer];
    const steps: Step[] = [
      { reads: [], write: carry },
      {
        rounds: 2,
        body: [
          { reads: [carry], write: a },
          { rounds: 2, body: [{ reads: [], write: b }] },
          { reads: [a], write: carry },
        ],
      },
    ];
    const all = [carry, a, b];
    const made = plan(tableOf(steps, all), all, new Set());
    runOnPaper(steps, made, new Set());
    assert.equal(new Set(made.offsets.values()).size, 3);
  });

  test('nothing takes nothing', () => {
    assert.deepEqual(plan([], [], new Set()), { offsets: new Map(), bytes: 0 });
  });

  test('five thousand buffers are placed in a moment', () => {
    const buffers = range(5000).map((i) => newBuffer('b', 'f32', 10 + (i % 90)));
    const forth = buffers.map((write, i): Step => ({ reads: i > 0 ? [buffers[i - 1]!] : [], write }));
    const back = buffers.toReversed().map((b): Step => ({ reads: [b], write: buffers[0]! }));
    const table = tableOf([...forth, ...back], buffers);
    const start = performance.now();
    plan(table, buffers, new Set());
    assert.ok(performance.now() - start < 5000);
  });
});

// ---------------------------------------------------------------- guards around every buffer

interface Guarded {
  readonly reference: Device;
  readonly devices: readonly Device[];
}

/** What a program computes, from tensors of these shapes; the first axis of a shape may be the batch. */
interface Example {
  readonly shapes: Readonly<Record<string, readonly (number | 'batch')[]>>;
  readonly make: (x: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
}

/** The outputs and their gradients by every input, weighted so that none is 0. */
const withGrads =
  (f: (x: Readonly<Record<string, Tensor>>) => Tensor): Example['make'] =>
  (x) => {
    const y = f(x);
    const names = Object.keys(x);
    const gradients = grad(y.mul(y.add(0.5)).sum(), names.map((name) => x[name]!)); // prettier-ignore
    return { y, ...Object.fromEntries(names.map((name, i) => [`d${name}`, gradients[i]!])) };
  };

const image: Shape = [9, 7, 3];
const examples: Readonly<Record<string, Example>> = {
  'element by element, with a tail': {
    shapes: { x: ['batch', 37] },
    make: withGrads(({ x }) => x!.mul(2).tanh().add(x!.exp())),
  },
  'products of odd sizes': {
    shapes: { x: ['batch', 19], w: [19, 13], v: [13, 5] },
    make: withGrads(({ x, w, v }) => ops.matmul(ops.matmul(x!, w!).relu(), v!)),
  },
  'a long sum': {
    shapes: { x: [3, 2500], w: [2500, 17] },
    // Scaled, so that tanh is not flat: its gradient there is all rounding.
    make: withGrads(({ x, w }) => ops.matmul(x!, w!).mul(0.02).tanh()),
  },
  'batched products': {
    shapes: { x: [3, 5, 7], w: [3, 7, 9] },
    make: withGrads(({ x, w }) => ops.matmul(x!, w!)),
  },
  'a convolution, a bias, relu and a pool': {
    shapes: { x: ['batch', ...image], k: [3, 3, 3, 5], b: [5] },
    make: withGrads(({ x, k, b }) =>
      ops.maxPool2d(ops.conv2d(x!, k!, { padding: 'same' }).add(b!).relu(), 2),
    ),
  },
  'a convolution with strides and dilation': {
    shapes: { x: ['batch', ...image], k: [3, 2, 3, 4] },
    make: withGrads(({ x, k }) => ops.conv2d(x!, k!, { strides: 2 }).add(ops.conv2d(x!, k!, { dilation: 2, padding: 'same' }).mean())), // prettier-ignore
  },
  'a convolution backwards, upsampled': {
    shapes: { x: ['batch', 4, 3, 5], k: [3, 3, 2, 5] },
    make: withGrads(({ x, k }) =>
      ops.conv2dTranspose(ops.upsample2d(x!), k!, { strides: 2, padding: 'same' }),
    ),
  },
  'channels on their own, and overlapping windows': {
    shapes: { x: ['batch', ...image], k: [3, 3, 3, 2] },
    make: withGrads(({ x, k }) =>
      ops.averagePool2d(ops.depthwiseConv2d(x!, k!), 3, { strides: 2, padding: 'same' }),
    ),
  },
  'softmax over rows, and its logarithm': {
    shapes: { x: ['batch', 21] },
    make: withGrads(({ x }) => ops.softmax(x!).mul(ops.logSoftmax(x!))),
  },
  'folds of every kind': {
    shapes: { x: ['batch', 6, 11] },
    make: ({ x }) => ({ sum: x!.sum([0, 2]), max: x!.max(1), min: x!.min(), prod: x!.prod(2), mean: x!.mean([0]), at: x!.argmax(2), low: x!.argmin([0, 1]) }), // prettier-ignore
  },
  'rows by number, there and back': {
    shapes: { table: [7, 13], x: ['batch', 3] },
    make: ({ table, x }) => {
      const rows = x!.mul(4).to('i32'); // some lie outside
      const y = ops.gather(table!, rows);
      return { y, dtable: grad(y.mul(y).sum(), [table!])[0]!, added: ops.scatterAdd(9, rows, y) };
    },
  },
  moves: {
    shapes: { x: ['batch', 5, 6] },
    make: withGrads(({ x }) => ops.concat([x!.pad([[0, 0], [2, 1], [0, 3]]).flip(1), x!.dilate(2, 2).crop([[0, 0], [0, 0], [0, 2]])], 1).permute([0, 2, 1])), // prettier-ignore
  },
  'a scan and its gradient': {
    shapes: { x: [6, 5], w: [5, 5], h: [5] },
    make: withGrads(({ x, w, h }) => {
      const { carry, out } = ops.scan([h!], [x!], ([state], [now]) => {
        const next = ops
          .matmul(state!.reshape([1, 5]), w!)
          .reshape([5])
          .add(now!)
          .tanh();
        return { carry: [next], out: [next.mul(now!)] };
      });
      return ops.concat([out[0]!, carry[0]!.reshape([1, 5])]);
    }),
  },
  chance: {
    shapes: { x: ['batch', 13] },
    make: ({ x }) => {
      const chance = { seed: Tensor.fill(7, [], 'i32'), step: Tensor.fill(3, [], 'i32') };
      return {
        kept: x!.where(ops.randomBernoulli(x!, 0.5, chance, 1), 0),
        normal: ops.randomNormal(x!, chance, 2),
      };
    },
  },
};

suite('plan: guards around every buffer', () => {
  let guarded: Guarded;
  before(async () => {
    const backends = [await wasmBackend({ threads: 2 })];
    const probe = await openNative();
    const natives = probe ? [await nativeBackend({ threads: 2 })] : [];
    await probe?.close();
    const devices = [...backends, ...natives].map((b) => new Device(guardedTarget(b)));
    guarded = { reference: await open({ device: 'reference' }), devices };
  });
  after(async () => {
    for (const device of [guarded.reference, ...guarded.devices]) await device.close();
  });

  for (const [name, { shapes, make }] of Object.entries(examples))
    test(name, async () => {
      const largest = 5;
      const build = (device: Device): ReturnType<Device['compile']> => {
        const inputs = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, { shape }]));
        return device.compile(({ inputs: x }) => ({ outputs: make(x) }), { inputs, batch: largest });
      };
      const programs = await Promise.all([guarded.reference, ...guarded.devices].map(build));
      const batched = Object.values(shapes).some((shape) => shape.includes('batch'));
      for (const batch of batched ? [largest, 3, 1] : [largest]) {
        const random = draw(210);
        const x = Object.fromEntries(
          Object.entries(shapes).map(([key, shape]) => [
            key,
            random.floats(shape.reduce<number>((n, d) => n * (d === 'batch' ? batch : d), 1)),
          ]),
        );
        const [expected, ...results] = await Promise.all(programs.map((p) => p.run(x, { batch })));
        results.forEach((result, i) => {
          for (const [key, value] of Object.entries(result))
            assertNear(value, expected![key]!, {
              what: `${key} on ${guarded.devices[i]!.name}, batch ${batch}`,
            });
        });
      }
    });

  test('a store behind a buffer, and one before it, are found', async () => {
    for (const [at, message] of [
      [4, /^AssertionError \[ERR_ASSERTION\]: byte 0 behind \S+.* \(f32 x 4\) was written$/],
      [-1, /^AssertionError \[ERR_ASSERTION\]: byte 60 before \S+.* \(f32 x 4\) was written$/],
    ] as const) {
      const backend = await wasmBackend({ threads: 1 });
      const stray: Code = {
        lanes: 4,
        buffers: [{ dtype: 'f32', written: true }],
        types: [{ base: 'ix', wide: false }, { base: 'f32', wide: false }], // prettier-ignore
        body: [
          { s: 'let', to: 0, op: { o: 'const', value: at } },
          { s: 'let', to: 1, op: { o: 'const', value: 1 } },
          { s: 'store', buffer: 0, at: 0, offset: 0, value: 1 },
        ],
      };
      const load = backend.load.bind(backend);
      backend.load = (listing) => load({ ...listing, kernels: listing.kernels.map(() => stray) });
      const device = new Device(guardedTarget(backend));
      const v: Variable = device.variable([1, 2, 3, 4], [4]);
      const program = await device.compile(() => ({ updates: [[v, v.tensor.add(1)]] }));
      await assert.rejects(program.run(), message);
      await device.close();
    }
  });

  test('the arena of a real program is as large as it says, and no larger than all of it apart', async () => {
    const device = new Device(compiledTarget(await wasmBackend({ threads: 1 })));
    const { shapes, make } = examples['a convolution, a bias, relu and a pool']!;
    const inputs = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, { shape }]));
    const program = await device.compile(({ inputs: x }) => ({ outputs: make(x) }), { inputs, batch: 5 });
    const [head, ...slots] = program.explain('plan').split('\n');
    assert.equal(head, `arena: ${program.cost().arenaBytes} bytes`);
    const apart = slots.flatMap((line) => {
      const [, dtype, size] = /^slot \d+: (\w+) x (\d+) .*, arena byte \d+$/.exec(line) ?? [];
      return size === undefined ? [] : [Number(size) * (dtype === 'f32' || dtype === 'i32' ? 4 : 1) + 128];
    });
    assert.ok(apart.length > 2 && program.cost().arenaBytes < apart.reduce((a, b) => a + b, 0));
    await device.close();
  });
});
