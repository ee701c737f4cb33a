// explain(): every stage of a program as text, on every device, however long, deep or wide the program is.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import type { Device, Program, Stage } from '../src/device/device.ts';
import * as ops from '../src/ops/index.ts';
import type { Tensor } from '../src/tensor.ts';
import { openAll, type Devices } from './helpers.ts';

let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

const stages: readonly Stage[] = ['traced', 'graph', 'kernels', 'plan', 'code', 'target'];

/** Names without their numbers, which count everything the process has made. */
const plain = (text: string): string => {
  const names = new Map<string, string>();
  return text.replace(/\b([a-z]+)(\d+)\b/g, (whole: string, word: string) => {
    const known = names.get(whole) ?? `${word}${[...names.keys()].filter((k) => k.startsWith(word)).length}`;
    names.set(whole, known);
    return known;
  });
};

const dense = (device: Device): Promise<Program> => {
  const w = device.variable(range(6), [3, 2], { name: 'w' });
  return device.compile(
    ({ inputs }) => ({
      outputs: { y: ops.matmul(inputs['x']!, w.tensor).tanh().sum(1) },
      updates: [[w, w.tensor.mul(0.5)]],
    }),
    { inputs: { x: { shape: ['batch', 3] } }, batch: 4 },
  );
};

suite('explain', () => {
  test('every stage of a program on every device', async () => {
    for (const device of devices.all) {
      const program = await dense(device);
      for (const stage of stages) assert.ok(program.explain(stage).length > 20, `${device.name}: ${stage}`);
      assert.equal(program.explain(), program.explain('kernels'));
    }
  });

  test('the graph, a node a line', async () => {
    const program = await dense(devices.reference);
    assert.equal(
      program.explain('graph'),
      `%0 f32 [4*, 3] input x
%1 f32 [3, 2] input w
%2 f32 [4*, 2] contract %0 %1
%3 f32 [4*, 2] tanh %2
%4 f32 [4*] sum [1] %3 ->
%5 f32 [] const 0.5
%6 f32 [1, 1] reshape %5
%7 f32 [3, 2] expand %6
%8 f32 [3, 2] mul %1 %7 ->`,
    );
  });

  test('the kernels: loops, products and stores', async () => {
    const program = await dense(devices.reference);
    assert.equal(
      plain(program.explain('kernels')),
      `contract a0<1*batch a1<2 over a2<3: x0[a0*3+a2] * w0[a1+a2*2]
  tanh0[a0*2+a1] = tanh(sum)
loop a3<1*batch
  fold0[a3] = sum{a4<2}(tanh0[a3*2+a4])
loop a5<3 a6<2
  w0[a5*2+a6] = mul(w0[a5*2+a6], 0.5)`,
    );
  });

  test('the plan names every buffer and its place', async () => {
    for (const device of devices.compiled) {
      const [head, ...slots] = (await dense(device)).explain('plan').split('\n');
      assert.match(head!, /^arena: \d+ bytes$/);
      for (const line of slots) assert.match(line, /^slot \d+: f32 x \d+ \w+, (bound|arena byte \d+)$/);
      assert.equal(slots.filter((line) => line.endsWith('bound')).length, 3, 'x, w and the output');
    }
  });

  test('the target shows its own language', async () => {
    for (const device of devices.all) {
      const text = (await dense(device)).explain('target');
      const language = {
        reference: /interprets the kernels/,
        wasm: /\(func \$kernel0/,
        native: /^void \w+\(char \*const \*args/m,
      };
      assert.match(text, language[device.name]);
    }
  });

  test('what is used often is told once: the text grows with the program, not with its paths', async () => {
    for (const device of devices.all) {
      const v = device.variable([0.9], [1]);
      let x = v.tensor;
      for (let i = 0; i < 60; i++) x = x.mul(x).add(x.mul(0.5)); // 2^60 paths
      const program = await device.compile(() => ({ outputs: { x } }));
      for (const stage of ['graph', 'kernels'] as const) {
        const text = program.explain(stage);
        assert.ok(text.length < 20_000, `${stage}: ${text.length} characters`);
      }
    }
  });

  test('loops over time are indented, scatters and gathers are told', async () => {
    const device = devices.reference;
    const program = await device.compile(({ inputs }) => {
      const x = inputs['x']!;
      const { carry } = ops.scan([x.sum(0)], [x], ([sum], [row]) => ({ carry: [sum!.add(row!).tanh()] }));
      const rows = carry[0]!.to('i32');
      return { outputs: { g: ops.gather(x, rows), s: ops.scatterAdd(4, rows, ops.gather(x, rows)) } };
    }, { inputs: { x: { shape: [3, 2] } } }); // prettier-ignore
    const lines = program.explain('kernels').split('\n');
    const scan = lines.findIndex((line) => line.startsWith('scan s1<3'));
    assert.ok(scan > 0 && lines[scan + 1]!.startsWith('  loop'), lines.join('\n'));
    assert.ok(lines.some((line) => line.startsWith('scatter ')));
  });
});

suite('explain: long, deep and wide', () => {
  const all = (program: Program): Record<string, number> =>
    Object.fromEntries(stages.map((stage) => [stage, program.explain(stage).length]));

  test('two thousand outputs', async () => {
    const count = 2000;
    for (const device of devices.all) {
      const v = device.variable([1, 2, 3], [3]);
      using program = await device.compile(() => ({
        outputs: Object.fromEntries(range(count).map((i) => [`y${i}`, v.tensor.mul(i).add(i % 7)])),
      })); // prettier-ignore
      const out = await program.run();
      assert.equal(Object.keys(out).length, count);
      for (const i of [0, 1, 999, 1999]) assert.deepEqual([...out[`y${i}`]!], [1, 2, 3].map((x) => x * i + (i % 7))); // prettier-ignore
      assert.ok(all(program)['graph']! > 10_000);
    }
  });

  test('moves of moves, deep down', async () => {
    const turn = (x: Tensor, i: number): Tensor => {
      if (i % 3 === 0) return x.permute([1, 0]);
      return i % 3 === 1 ? x.flip(1) : x.reshape([2, 8]).permute([1, 0]).reshape([4, 4]);
    };
    const move = (list: readonly number[], i: number): number[] => {
      const at = (j: number, k: number): number => list[4 * j + k]!;
      const places = range(16).map((p) => [Math.floor(p / 4), p % 4] as const);
      if (i % 3 === 0) return places.map(([j, k]) => at(k, j));
      if (i % 3 === 1) return places.map(([j, k]) => at(j, 3 - k));
      return range(16).map((p) => list[8 * (p % 2) + Math.floor(p / 2)]!);
    };
    let expected = range(16);
    for (let i = 0; i < 60; i++) expected = move(expected, i);
    for (const device of devices.all) {
      let x = device.variable(range(16), [4, 4]).tensor;
      for (let i = 0; i < 60; i++) x = turn(x, i);
      using program = await device.compile(() => ({ outputs: { x } }));
      assert.deepEqual([...(await program.run())['x']!], expected);
      assert.ok(all(program)['kernels']! < 20_000, 'moves that cannot be joined are not one formula');
    }
  });
});
