// What the tiler and the emitters make of seven small programs, as C for AVX2 and as WebAssembly, kept in
// test/golden to be read: the difference after a change is part of its review (npm test -- golden --update
// rewrites them). The same text is also run, and must compute what the reference does.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Backend } from '../src/device/backend.ts';
import { compiledTarget } from '../src/device/compiled.ts';
import type { InputSpec, Traced } from '../src/device/compile.ts';
import { Device, type Program, type Variable } from '../src/device/device.ts';
import { nativeBackend } from '../src/device/native.ts';
import { open } from '../src/device/open.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import * as ops from '../src/ops/index.ts';
import type { Tensor } from '../src/tensor.ts';
import { assertClose, draw } from './helpers.ts';
import { root } from './project.ts';

interface Example {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly state?: readonly number[];
  readonly make: (x: Readonly<Record<string, Tensor>>, state: readonly Variable[]) => Traced<Variable>;
}

const f32 = (...shape: number[]): InputSpec => ({ shape });

const examples: Readonly<Record<string, Example>> = {
  // Arithmetic in one pass: vectors, then what is left over one by one.
  'fused-with-tail': {
    inputs: { x: f32(19), y: f32(19) },
    make: ({ x, y }) => ({ outputs: { z: x!.mul(y!).add(0.5).relu() } }),
  },
  // Three passes over rows: the largest, the exponentials and their sum, the quotients.
  'row-softmax': { inputs: { x: f32(2, 8) }, make: ({ x }) => ({ outputs: { y: ops.softmax(x!) } }) },
  // Sums in registers, bias and relu on them before they are stored.
  'matmul-bias-relu': {
    inputs: { x: f32(3, 5), w: f32(5, 8), b: f32(8) },
    make: ({ x, w, b }) => ({ outputs: { y: ops.matmul(x!, w!).add(b!).relu() } }),
  },
  // The image read in place: the steps of a window are offsets.
  'conv-3x3': {
    inputs: { x: f32(1, 3, 4, 2), k: f32(3, 3, 2, 8) },
    make: ({ x, k }) => ({ outputs: { y: ops.conv2d(x!, k!) } }),
  },
  // The largest of each window, a vector of channels at a time.
  'max-pool': { inputs: { x: f32(1, 4, 4, 8) }, make: ({ x }) => ({ outputs: { y: ops.maxPool2d(x!, 2) } }) },
  // One pass over three variables, each written where it is read.
  'adam-update': {
    inputs: { g: f32(16) },
    state: [16, 16, 16],
    make: ({ g }, state) => {
      const [w, m, v] = state.map((one) => one.tensor) as [Tensor, Tensor, Tensor];
      const [m2, v2] = [m.mul(0.9).add(g!.mul(0.1)), v.mul(0.99).add(g!.mul(g!).mul(0.01))];
      const next = [w.sub(m2.div(v2.sqrt().add(1e-7)).mul(0.001)), m2, v2];
      return { updates: state.map((one, i): [Variable, Tensor] => [one, next[i]!]) };
    },
  },
  // Rows by number: a load only where the number is one of the table.
  gather: {
    inputs: { table: f32(7, 12), rows: { shape: [3], dtype: 'i32' } },
    make: ({ table, rows }) => ({ outputs: { y: ops.gather(table!, rows!) } }),
  },
};

/** A device that runs the text it explains, and what its golden files end in. */
interface Target {
  readonly device: Device;
  readonly ending: string;
}

let reference: Device;
const targets: Target[] = [];
before(async () => {
  reference = await open({ device: 'reference' });
  const backends: [Backend, string][] = [[await wasmBackend({ threads: 1 }), 'wat']];
  const avx2 = await avx2Backend();
  if (avx2) backends.push([avx2, 'c']);
  for (const [backend, ending] of backends)
    targets.push({ device: new Device(compiledTarget(backend)), ending });
});
after(async () => {
  for (const device of [reference, ...targets.map((t) => t.device)]) await device.close();
});

/** Native for AVX2 whatever the processor; undefined where it has none, or there is no compiler. */
async function avx2Backend(): Promise<Backend | undefined> {
  const info = '/proc/cpuinfo';
  if (
    process.arch !== 'x64' ||
    !existsSync(info) ||
    !/\bavx2\b.*\bfma\b|\bfma\b.*\bavx2\b/.test(readFileSync(info, 'utf8'))
  )
    return undefined;
  process.env['EIDOS_MARCH'] = 'haswell';
  try {
    return await nativeBackend({ threads: 1 });
  } catch {
    return undefined;
  } finally {
    delete process.env['EIDOS_MARCH'];
  }
}

interface Built {
  readonly program: Program;
  readonly state: readonly Variable[];
}

async function build(device: Device, { inputs, state = [], make }: Example): Promise<Built> {
  const random = draw(401);
  const variables = state.map((size) => device.variable(random.floats(size, 0, 1), [size]));
  const program = await device.compile(({ inputs: x }) => make(x, variables), { inputs });
  return { program, state: variables };
}

async function results(
  { program, state }: Built,
  { inputs }: Example,
): Promise<Record<string, ArrayLike<number>>> {
  const random = draw(402);
  const given = Object.entries(inputs).map(([name, { shape, dtype }]) => {
    const size = shape.reduce<number>((n, d) => n * Number(d), 1);
    return [name, dtype === 'i32' ? Int32Array.of(6, -1, 7) : random.floats(size)] as const;
  });
  const out = await program.run(Object.fromEntries(given));
  const held = await Promise.all(state.map(async (v, i) => [`state ${i}`, await v.read()] as const));
  return { ...out, ...Object.fromEntries(held) };
}

/** The kernels of a program's text: without the wasm module's driver, which is the same for all. */
function kernelsOf(program: Program, ending: string): string {
  const text = program.explain('target');
  return ending === 'wat'
    ? text.slice(text.indexOf('  (func $kernel0'), text.indexOf('  (func $barrier'))
    : text;
}

suite('golden', () => {
  for (const [name, example] of Object.entries(examples))
    test(name, async () => {
      const expected = await results(await build(reference, example), example);
      for (const { device, ending } of targets) {
        const built = await build(device, example);
        const text = kernelsOf(built.program, ending);
        const path = join(root, 'test', 'golden', `${name}.${ending}`);
        if (process.env['EIDOS_UPDATE'] === '1') writeFileSync(path, text);
        assert.equal(
          text,
          readFileSync(path, 'utf8'),
          `${path} differs; npm test -- golden --update rewrites it`,
        );
        const got = await results(built, example);
        assert.deepEqual(Object.keys(got), Object.keys(expected));
        for (const [key, value] of Object.entries(expected))
          assertClose(got[key]!, value, { rtol: 1e-5, atol: 1e-6, what: `${key} on ${device.name}` });
      }
    });

  test('they are short enough to read', () => {
    for (const name of Object.keys(examples))
      for (const ending of ['c', 'wat']) {
        const lines = readFileSync(join(root, 'test', 'golden', `${name}.${ending}`), 'utf8').split(
          '\n',
        ).length;
        assert.ok(lines <= 200, `${name}.${ending} has ${lines} lines`);
      }
  });
});
