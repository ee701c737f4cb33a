// A contract for layers, row by row: shapes and counts are as said; values and the next state are those of plain
// loops over the batch, with fewer examples than compiled for, on the reference and on wasm; gradients and their
// gradients by input and every parameter are what finite differences find, and the same on every device.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeOf, type Shape } from '../src/base/shape.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import { drawFrom, type Context, type Layer, type Params } from '../src/nn/layer.ts';
import { countOf } from '../src/nn/memory.ts';
import { leavesOf, mapTree } from '../src/nn/tree.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertClose, assertEqualGraphs, slopePairs, weighted, type Devices } from './helpers.ts';
import type { Numbers, Weights } from './nn-loops.ts';

export interface LayerRow {
  readonly layer: Layer;
  readonly takes: Shape;
  readonly gives: Shape;
  /** How many numbers it learns, and how many it only carries. */
  readonly params: number;
  readonly state?: number;
  readonly training?: boolean;
  /** Inputs are whole numbers from 0, less than this. */
  readonly below?: number;
  /** Which steps count, for each of `count` examples. */
  readonly mask?: readonly (readonly number[])[];
  /** All outputs of n examples, by loops; `w` holds parameters and state by path. */
  readonly loops: (x: Numbers, w: Weights, n: number) => number[];
  /** The state afterwards, by loops; by path. */
  readonly later?: (x: Numbers, w: Weights, n: number) => Record<string, number[]>;
  /** Which gradients are compared with differences; both unless said. */
  readonly gradients?: 'none' | 'first';
}

/** The reference and wasm: a C compiler would take most of the time of tests of so many small programs. */
export async function openTwo(): Promise<Devices> {
  const [reference, wasm] = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 2 })];
  const all = [reference, wasm];
  const close = async (): Promise<void> => {
    for (const device of all) await device.close();
  };
  return { reference, compiled: [wasm], all, close };
}

/** Examples compiled for, and given. */
export const [most, count] = [4, 3];

/** Numbers from -1 to 1, none of them small, no two of them close: multiples of the golden ratio modulo 1. */
export const some = (n: number, from: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => {
    const x = 1.8 * ((((1 + Math.sqrt(5)) / 2) * i + from) % 1) - 0.9;
    return x + Math.sign(x) * 0.1;
  });

/** A layer not training, whose chance nobody asks. */
export const answering: Context = {
  training: false,
  uniform: () => assert.fail('chance is not for answering'),
};

interface Start {
  readonly x: Float32Array;
  /** Parameters and state by path. */
  readonly held: Readonly<Record<string, Float32Array>>;
}

/** Inputs for `n` examples, and numbers for parameters and state; variances are above 0. */
function startOf({ takes, below }: LayerRow, built: { params: Params; state: Params }, n: number): Start {
  const x = some(n * sizeOf(takes), 0.37);
  const leaves = [...leavesOf(built.params), ...leavesOf(built.state)];
  const held = leaves.map(([path, t], i) => {
    const numbers = some(sizeOf(t.shape), i + 5);
    return [path, path.includes('Variance') ? numbers.map(Math.abs) : numbers] as const;
  });
  return {
    x: below === undefined ? x : x.map((v) => Math.floor(((v + 1) / 2) * below)),
    held: Object.fromEntries(held),
  };
}

const contextOf = ({ training = false }: LayerRow, mask: Tensor | undefined): Context => ({
  ...answering,
  training,
  ...(mask && { mask }),
});

/** Outputs and the next state, computed by a program for up to `most` examples from `count` of them. */
async function run(device: Device, row: LayerRow): Promise<{ start: Start; out: Record<string, Numbers> }> {
  const built = row.layer.build(row.takes, drawFrom(1));
  const start = startOf(row, built, count);
  const given = Object.fromEntries(
    [...leavesOf(built.params), ...leavesOf(built.state)].map(([path, t]) => [path, { shape: t.shape }]),
  );
  const steps = row.mask?.[0]?.length ?? 1;
  const inputs = {
    ...given,
    x: { shape: ['batch' as const, ...row.takes] },
    mask: { shape: ['batch' as const, steps] },
  };
  using program = await device.compile(
    ({ inputs: of }) => {
      const from = (tree: Params): Params => mapTree(tree, (_, path) => of[path] as Tensor);
      const held = { params: from(built.params), state: from(built.state) };
      const x = row.below === undefined ? of['x']! : of['x']!.to('i32');
      const mask = row.mask && of['mask']!.greater(0.5);
      const { y, state } = row.layer.apply(held, x, contextOf(row, mask));
      assert.deepEqual(y.shape, [most, ...row.gives]);
      return { outputs: { y, ...Object.fromEntries(leavesOf(state)) } };
    },
    { batch: most, inputs },
  );
  const mask = Float32Array.from(row.mask?.flat() ?? some(count, 1));
  return { start, out: await program.run({ ...start.held, x: start.x, mask }, { batch: count }) };
}

/** Outputs as a function of input and parameters, the state held. */
function functionOf(row: LayerRow): { f: (...x: Tensor[]) => Tensor; at: Tensor[] } {
  const built = row.layer.build(row.takes, drawFrom(1));
  const start = startOf(row, built, count);
  const paths = leavesOf(built.params).map(([path]) => path);
  const fixed = (path: string, t: Tensor): Tensor => Tensor.from(start.held[path] ?? [], t.shape);
  const x = Tensor.from(start.x, [count, ...row.takes]);
  const whole = row.below !== undefined;
  const mask = row.mask && Tensor.from(row.mask.flat(), [count, row.mask[0]?.length ?? 0]).greater(0.5);
  const f = (...given: Tensor[]): Tensor => {
    const own = whole ? given : given.slice(1);
    const held = {
      params: mapTree(built.params, (_, path) => own[paths.indexOf(path)]!),
      state: mapTree(built.state, (t, path) => fixed(path, t)),
    };
    return row.layer.apply(held, whole ? x.to('i32') : given[0]!, contextOf(row, mask)).y;
  };
  const params = leavesOf(built.params).map(([path, t]) => fixed(path, t));
  return { f, at: whole ? params : [x, ...params] };
}

/** The tests of some rows. */
export function testLayers(devices: Devices, rows: Readonly<Record<string, LayerRow>>): void {
  for (const [name, row] of Object.entries(rows)) {
    test(`${name}: shapes, counts and values`, async () => {
      const built = row.layer.build(row.takes, drawFrom(1));
      assert.deepEqual(built.shape, row.gives);
      assert.deepEqual(countOf(built), { trainable: row.params, other: row.state ?? 0 });
      for (const device of devices.all) {
        const { start, out } = await run(device, row);
        assertClose(out['y'] ?? [], row.loops(start.x, start.held, count), {
          rtol: 1e-5,
          atol: 2e-6,
          what: `${name} on ${device.name}`,
        });
        for (const [path, want] of Object.entries(row.later?.(start.x, start.held, count) ?? {}))
          assertClose(out[path] ?? [], want, { what: `${path} on ${device.name}` });
      }
    });

    if (row.gradients === 'none') continue;
    test(`${name}: gradients`, async () => {
      const { f, at } = functionOf(row);
      if (at.length === 0) return;
      await assertEqualGraphs(devices, slopePairs(name, f, at, { second: row.gradients !== 'first' }), {
        rtol: 1e-4,
        atol: 1e-4,
      });
      const gradients = grad(weighted(f(...at)), at);
      await agree(
        devices,
        Object.fromEntries(gradients.map((g, i) => [`gradient ${i}`, g])),
        (actual, expected, what) => assertClose(actual, expected, { rtol: 1e-4, atol: 1e-5, what }),
      );
    });
  }
}
