// Programs that native finds on its shelf: the same as those made anew, in this process and the next, and made anew
// where what lies there is not to be trusted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, suite, test } from 'node:test';
import type { Backend, Shelf } from '../src/device/backend.ts';
import { range } from '../src/base/shape.ts';
import { compiledTarget } from '../src/device/compiled.ts';
import type { Source, Trace, Traced } from '../src/device/compile.ts';
import { Device, type Variable } from '../src/device/device.ts';
import { nativeBackend } from '../src/device/native.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { grad } from '../src/grad.ts';
import { matmul } from '../src/ops/matmul.ts';
import { randomUniform } from '../src/ops/random.ts';
import { scan } from '../src/ops/scan.ts';
import { Tensor } from '../src/tensor.ts';

/** A step with all that a program can have: inputs of a batch, variables, numbers, a loop, chance, what is kept. */
function stepOf(w: Variable, fixed: Variable, count: Variable, numbers: Float32Array, rate = 0.5) {
  return ({ inputs }: Trace): Traced<Variable> => {
    const x = inputs['x'] as Tensor;
    const table = Tensor.from(numbers, [8, 8]);
    const h = matmul(matmul(x, fixed.tensor), w.tensor).add(matmul(x, table)).tanh();
    const noise = randomUniform(h, { seed: count.tensor, step: count.tensor }, 3);
    const { carry } = scan(
      [Tensor.fill(0, [16])],
      [matmul(w.tensor, table).reshape([4, 16])],
      ([sum], [row]) => ({
        carry: [sum!.mul(0.5).add(row!)],
      }),
    );
    const loss = h.add(noise).mul(h).mean().add(carry[0]!.mul(carry[0]!).sum());
    const [slope] = grad(loss, [w.tensor]);
    return {
      outputs: { loss, h },
      updates: [
        [w, w.tensor.sub(slope!.mul(rate))],
        [count, count.tensor.add(1)],
      ],
    };
  };
}

/** The backend, and how often its shelf had what it was asked for. */
function counted(backend: Backend & { readonly shelf: Shelf }): {
  readonly backend: Backend;
  found: number;
  asked: number;
} {
  const { shelf } = backend;
  const seen = {
    found: 0,
    asked: 0,
    backend: Object.create(backend, {
      shelf: {
        value: {
          place: (source: Source) => {
            const place = shelf.place(source);
            return (
              place && {
                ...place,
                find: async () => {
                  const found = await place.find();
                  seen.asked++;
                  if (found) seen.found++;
                  return found;
                },
              }
            );
          },
        },
      },
    }) as Backend,
  };
  return seen;
}

/** Bits of everything that five runs of the step give and leave behind, and what is told of the program. */
async function played(
  device: Device,
  numbers: Float32Array,
  rate?: number,
): Promise<Record<string, unknown>> {
  const list = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(i));
  const w = device.variable(list(64), [8, 8]);
  const fixed = device.variable(list(64), [8, 8]);
  const count = device.variable(Int32Array.of(3), []);
  const program = await device.compile(stepOf(w, fixed, count, numbers, rate), {
    batch: 6,
    inputs: { unread: { shape: [2] }, x: { shape: ['batch', 8] } },
  });
  const runs: unknown[] = [];
  for (const batch of [6, 6, 4]) {
    if (runs.length === 2) await fixed.write(list(64).reverse());
    runs.push(await program.run({ unread: new Float32Array(2), x: list(8 * batch) }, { batch }));
  }
  const told = {
    ...{ runs, w: await w.read(), count: await count.read(), cost: program.cost() },
    graph: program.explain('graph'),
    plan: program.explain('plan').replaceAll(/\d+(?=,)/g, ''),
    target: program.explain('target'),
  };
  program.close();
  return told;
}

suite('programs on the shelf', () => {
  const numbers = Float32Array.from({ length: 64 }, (_, i) => Math.cos(i));
  const outside = process.env['EIDOS_CACHE'];
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'eidos-shelf-'));
  });
  beforeEach(() => {
    process.env['EIDOS_CACHE'] = mkdtempSync(join(scratch, 'cache-'));
  });
  after(() => {
    if (outside === undefined) delete process.env['EIDOS_CACHE'];
    else process.env['EIDOS_CACHE'] = outside;
    rmSync(scratch, { recursive: true, force: true });
  });
  const programs = (): string[] => {
    const folder = process.env['EIDOS_CACHE']!;
    return readdirSync(folder)
      .filter((name) => name.startsWith('program-'))
      .map((name) => join(folder, name));
  };
  /** Played on a backend of its own, and whether the shelf had the program. */
  const once = async (
    of = numbers,
    rate?: number,
  ): Promise<{ told: Record<string, unknown>; found: boolean }> => {
    const seen = counted(await nativeBackend({ threads: 2 }));
    const device = new Device(compiledTarget(seen.backend));
    const told = await played(device, of, rate);
    assert.equal(seen.asked, 1);
    await device.close();
    return { told, found: seen.found === 1 };
  };

  test('a program that is found gives the same bits, is the same text, and costs the same', async () => {
    const [first, second] = [await once(), await once()];
    assert.deepEqual([first.found, second.found], [false, true]);
    assert.deepEqual(second.told, first.told);
    assert.equal(programs().length, 1);
  });

  test('other numbers in a list are the same program; another constant is another', async () => {
    await once();
    const other = numbers.map((x) => x + 1);
    const found = await once(other);
    assert.equal(found.found, true);
    const fresh = new Device(compiledTarget(await wasmBackend()));
    const { runs } = await played(fresh, other);
    await fresh.close();
    const losses = (all: unknown): number[] =>
      (all as { loss: Float32Array }[]).map(({ loss }) => Number(loss[0]?.toPrecision(3)));
    assert.deepEqual(losses(found.told['runs']), losses(runs));
    assert.equal((await once(numbers, 0.25)).found, false);
  });

  test('what is damaged, or others can write, is made again', async () => {
    const { told } = await once();
    const [file] = programs();
    const whole = readFileSync(file!, 'utf8');
    for (const spoil of [
      () => writeFileSync(file!, whole.slice(0, -10)),
      () => writeFileSync(file!, whole.replace('"bytes":', '"bytes":1')),
      () => chmodSync(file!, 0o666),
    ]) {
      spoil();
      const again = await once();
      assert.deepEqual([again.found, again.told], [false, told]);
      assert.equal(readFileSync(file!, 'utf8').length, whole.length);
      assert.equal((await once()).found, true);
    }
  });

  test('a graph that reads a tensor of another program is refused as ever, and small ones are not looked for', async () => {
    const seen = counted(await nativeBackend({ threads: 1 }));
    const device = new Device(compiledTarget(seen.backend));
    let stolen: Tensor | undefined;
    await device.compile(({ inputs }) => ({ outputs: { y: (stolen = inputs['x'] as Tensor).add(1) } }), {
      inputs: { x: { shape: [2] } },
    });
    let y = stolen as Tensor;
    for (let i = 0; i < 60; i++) y = y.sin().add(i);
    await assert.rejects(
      device.compile(() => ({ outputs: { y } })),
      {
        name: 'EidosError',
        message:
          'compile: a tensor of another program is used; only variables carry values from call to call',
      },
    );
    assert.equal(seen.asked, 0);
    await device.close();
  });

  test('of too many programs the older half goes', async () => {
    const folder = process.env['EIDOS_CACHE']!;
    await once();
    const [kept] = programs();
    for (let i = 0; i < 256; i++) {
      const file = join(folder, `program-${String(i).padStart(64, '0')}.json`);
      writeFileSync(file, '');
      utimesSync(file, 1000 + i, 1000 + i);
    }
    const others = ['train.json', 'metrics.jsonl', 'package.json.bak'].map((name) => join(folder, name));
    for (const file of others) {
      writeFileSync(file, '');
      utimesSync(file, 1000, 1000);
    }
    await once(numbers, 0.125);
    assert.equal(programs().length, 128);
    assert.ok(programs().includes(kept!));
    // What is not ours stays, in whatever folder it is.
    assert.ok(others.every((file) => existsSync(file)));
  });

  test('a program that was found and cannot be used is given back', async () => {
    await once();
    const [device, other] = await Promise.all(
      range(2).map(async () => new Device(compiledTarget(await nativeBackend({ threads: 1 })))),
    );
    const list = (owner: Device): Variable => owner.variable(new Float32Array(64), [8, 8]);
    const { programs: before } = device!.stats();
    const step = stepOf(list(device!), list(other!), device!.variable(Int32Array.of(3), []), numbers);
    for (let i = 0; i < 3; i++)
      await assert.rejects(
        device!.compile(step, { batch: 6, inputs: { unread: { shape: [2] }, x: { shape: ['batch', 8] } } }),
        /another device/,
      );
    assert.equal(device!.stats().programs, before);
    await Promise.all([device!.close(), other!.close()]);
  });

  test('a process whose kernels have gone compiles them again', () => {
    const folder = process.env['EIDOS_CACHE']!;
    const index = new URL('../src/index.js', import.meta.url).href;
    const text = `
      const { open, tutorial, adam } = await import(${JSON.stringify(index)});
      const device = await open({ device: 'native' });
      const model = tutorial().compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', device });
      const x = Uint8Array.from({ length: 8 * 784 }, (_, i) => (i * 7919) % 256);
      const scores = await model.trainOnBatch(x, Int32Array.from({ length: 8 }, (_, i) => i));
      console.log(JSON.stringify([scores, device.stats().compiled > 0]));
      process.exit();`;
    const child = (): [unknown, boolean] =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' }),
      ) as [unknown, boolean];
    const [scores, compiled] = child();
    assert.equal(compiled, true);
    assert.deepEqual(child(), [scores, false]);
    for (const name of readdirSync(folder)) if (name.startsWith('kernels-')) rmSync(join(folder, name));
    assert.deepEqual(child(), [scores, true]);
    assert.deepEqual(child(), [scores, false]);
  });
});
