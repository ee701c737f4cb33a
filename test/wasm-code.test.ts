// The encoder and the printer against another assembler: the text of every instruction must give our bytes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { encode, print } from '../src/emit/wasm-code.ts';
import type { Func, Instr, Module } from '../src/emit/wasm-code.ts';
import { emitWasm } from '../src/emit/wasm.ts';
import { ops } from '../src/emit/wasm-ops.ts';
import type { Form, OpName } from '../src/emit/wasm-ops.ts';
import { writeCode } from './code-writer.ts';

interface Wabt {
  parseWat(
    name: string,
    text: string,
    features: Record<string, boolean>,
  ): { toBinary(options: object): { buffer: Uint8Array } };
}

/** WABT, or undefined where development dependencies are not installed. */
async function assembler(): Promise<((text: string) => Uint8Array) | undefined> {
  const name = 'wabt';
  let start: { default: () => Promise<Wabt> };
  try {
    start = (await import(name)) as typeof start;
  } catch {
    return undefined;
  }
  const wabt = await start.default();
  return (text) =>
    wabt
      .parseWat('test.wat', text, { threads: true, simd: true, bulk_memory: true, sat_float_to_int: true })
      .toBinary({}).buffer;
}

const assemble = await assembler();
const skip = assemble ? false : 'wabt is not installed';

/** What can follow an instruction, at the edges of its encoding. */
const followers: Record<Form, readonly (readonly number[])[]> = {
  none: [[]],
  block: [[]],
  index: [[0], [1]],
  call: [[0], [1]],
  i32: [[0], [63], [64], [-64], [-65], [8191], [8192], [2 ** 31 - 1], [-(2 ** 31)]],
  i64: [[-1], [0], [100]],
  f32: [[0], [-0], [1.5], [-3.4028234663852886e38], [1e-45], [Infinity], [-Infinity]],
  f64: [[0.5], [-1e300]],
  v128: [
    [0, 1, -1, 0x40490fdb],
    [-(2 ** 31), 2 ** 31 - 1, 7, 8],
  ],
  shuffle: [Array.from({ length: 16 }, (_, i) => (i * 5) % 32)],
  lane: [[0], [3]],
  memory: [[0], [4], [127], [128], [1 << 20], [2 ** 32 - 4]],
  memoryLane: [
    [0, 0],
    [300, 3],
  ],
};

const everything = (memory: Module['memory']): Module => {
  const body: Instr[] = [];
  for (const name of Object.keys(ops) as OpName[]) {
    if (name === 'end') continue;
    for (const numbers of followers[ops[name].form]) body.push([name, ...numbers]);
    if (ops[name].form === 'block') body.push(['end']);
  }
  const params = (['i32', 'f32', 'v128'] as const).map((type, i) => ({ name: `p${i}`, type }));
  const locals = (['i32', 'i32', 'f64', 'i64', 'i32'] as const).map((type, i) => ({ name: `l${i}`, type }));
  const first: Func = { name: 'first', params, results: ['f32'], locals, body };
  const second: Func = { name: 'second', params: [], results: [], locals: [], body: [] };
  return { memory, funcs: [first, second, { ...second, name: 'third' }], exports: [1, 0] };
};

suite('wasm: encoder', () => {
  for (const shared of [false, true]) {
    test(
      `every instruction has the bytes another assembler gives its text (shared: ${shared})`,
      { skip },
      () => {
        const module = everything({ shared, maximum: 65536 });
        assert.deepEqual(Buffer.from(encode(module)), Buffer.from(assemble!(print(module))));
      },
    );

    test(
      `a module with its driver is valid, and its text gives its bytes (shared: ${shared})`,
      { skip },
      () => {
        const module = emitWasm([addOne], { shared, maximum: 100 });
        assert.ok(WebAssembly.validate(encode(module)));
        assert.deepEqual(Buffer.from(encode(module)), Buffer.from(assemble!(print(module))));
      },
    );
  }

  test('an empty list of kernels is a module too', () => {
    assert.ok(WebAssembly.validate(encode(emitWasm([], { shared: true, maximum: 1 }))));
  });
});

/** x[i] + 1 for vectors of four. */
const addOne = writeCode(['f32', 'f32!'], (k) => {
  const one = k.const('f32', 1, true);
  k.loop(k.param('lo'), k.param('hi'), 1, (part) => {
    const at = k.map('mul', part, k.const('ix', 4));
    k.store(1, at, k.map('add', k.load(0, at, { wide: true, offset: 4 }), one));
  });
});

test('golden: adding one', () => {
  const text = print(emitWasm([addOne], { shared: true, maximum: 65536 }));
  const kernel = text.slice(text.indexOf('  (func $kernel0'), text.indexOf('  (func $barrier'));
  const golden = new URL('../../test/golden/wasm-add-one.wat', import.meta.url);
  assert.equal(kernel, readFileSync(golden, 'utf8'));
});
