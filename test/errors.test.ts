// Every message of the parts that users call, whole, as they meet it; and that none of them is missing here.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { EidosError } from '../src/base/check.ts';
import { rng, shuffle } from '../src/base/rng.ts';
import type { Trace, TraceOptions } from '../src/device/compile.ts';
import { open, type OpenOptions } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { root } from './project.ts';

const f = (...shape: number[]): Tensor => Tensor.fill(1, shape);
const i = (...shape: number[]): Tensor => Tensor.fill(1, shape, 'i32');
const chance = { seed: i(), step: i() };

/** Tensors whose first axis is a batch of at most 8. */
let batch!: Tensor;
const device = await open({ device: 'reference' });
const other = await open({ device: 'reference' });
const x = { shape: ['batch', 5] } as const;
(
  await device.compile(({ inputs }) => ({ outputs: { y: (batch = inputs['x']!) } }), {
    inputs: { x },
    batch: 8,
  })
).close();
const program = await device.compile(({ inputs }) => ({ outputs: { y: inputs['x']! } }), {
  inputs: { x },
  batch: 8,
});
const v = device.variable([1, 2], [2], { name: 'speed' });
const foreign = other.variable([1, 2], [2]);
const closed = await open({ device: 'reference' });
await closed.close();
const ended = await device.compile(() => ({ outputs: { y: f() } }));
ended.close();
const gone = device.variable([1], [1], { name: 'gone' });
gone.close();
after(() => Promise.all([device.close(), other.close()]));

const compiled = (trace: (t: Trace) => object, options?: TraceOptions) => (): Promise<unknown> =>
  device.compile(trace, options);

/** What is asked, and the answer. */
const messages: readonly (readonly [ask: () => unknown, answer: string])[] = [
  // base
  [() => f(2, 3).sum(2), 'sum: axis must be a whole number from -2 to 1, got 2'],
  [() => f(2, 3).max([0, -2]), 'max: an axis is named twice in [0, 0]'],
  [() => f().argmax(0), 'argmax: a single number has no axis, got axis 0'],
  [
    () => f(32, 784).add(f(780, 10)),
    'add: cannot broadcast [32, 784] with [780, 10]: axis -2 is 32 on the left, 780 on the right',
  ],
  [
    () => f(2, 0).mul(f(2, 3)),
    'mul: cannot broadcast [2, 0] with [2, 3]: axis -1 is 0 on the left, 3 on the right',
  ],
  [
    () => batch.add(f(8, 5)),
    'add: cannot broadcast [8, 5] with [8, 5]: axis -2 is the batch (at most 8) on the left, 8 on the right',
  ],
  [() => shuffle(1, 0, -1), 'shuffle: needs a count from 0 to 2147483647, got -1'],
  [() => rng(1.5), 'rng: needs an integer seed from 0 to 4294967295, got 1.5'],

  // tensor
  [() => Tensor.from([1, 2, 3], [2, 2]), 'Tensor.from: [2, 2] needs 4 numbers, got 3'],
  [() => f(2).add(i(2)), 'add: needs operands of one type, got f32 and i32; convert one with to()'],
  [() => f(2).to('bool').add(f(2).to('bool')), 'add: needs f32 or i32, got bool; convert it with to()'],
  [() => i(2).exp(), 'exp: needs f32, got i32; convert it with to()'],
  [() => f(2).where(f(2), 0), 'where: the condition must be bool, got f32'],
  [() => f(2).add('1' as never), 'add: needs a tensor or a number, got string'],
  [() => i(2).mul(2.7), "mul: needs a whole number beside i32, got 2.7; convert the tensor with to('f32')"],
  [() => f(2).to('u8').sum(), 'sum: needs f32 or i32, got u8; convert it with to()'],
  [() => f(2, 3).reshape([4, -1]), 'reshape: [2, 3] has 6 elements, cannot fill [4, -1]'],
  [() => f(2, 3).reshape([-1, -1]), 'reshape: [2, 3] has 6 elements, cannot fill [-1, -1]'],
  [() => f(2, 3).reshape([-2, -3]), 'reshape: [2, 3] has 6 elements, cannot fill [-2, -3]'],
  [() => batch.reshape([5, 8]), 'reshape: the batch axis of [8, 5] must stay a whole axis, got [5, 8]'],
  [
    () => f(2, 3).expand([3, 3]),
    'expand: cannot broadcast [2, 3] with [3, 3]: axis -2 is 2 on the left, 3 on the right',
  ],
  [() => f(2, 3).expand([1, 3]), 'expand: cannot repeat [2, 3] to [1, 3]'],
  [
    () => f(2, 3).pad([[1, 0]]),
    'pad: needs a pair of whole numbers from 0 for each axis of [2, 3], got [1, 0]',
  ],
  [
    () =>
      f(2, 3).crop([
        [1, 0],
        [0, -1],
      ]),
    'crop: needs a pair of whole numbers from 0 for each axis of [2, 3], got [1, 0] [0, -1]',
  ],
  [
    () =>
      batch.pad([
        [1, 0],
        [0, 0],
      ]),
    'pad: cannot change the batch axis of [8, 5] by [1, 0] [0, 0]',
  ],
  [
    () => i(2).contract(f(2), { sizes: [2], scale: [0], out: [], a: [[[0, 1]]], b: [[[0, 1]]] }),
    "contract: needs f32, got i32 and f32; convert with to('f32')",
  ],
  [
    () => ops.matmul(batch, batch.permute([1, 0])).mean(),
    'mean: needs at most one batch axis, got 2 in [8, 8]',
  ],

  // moves
  [() => f(2, 3).reshape([4]), 'reshape: [2, 3] has 6 elements, [4] needs 4'],
  [() => f(2, 3).permute([0, 0]), 'permute: needs each of the 2 axes of [2, 3] once, got [0, 0]'],
  [
    () =>
      f(2, 3).crop([
        [1, 2],
        [0, 0],
      ]),
    'crop: takes more than there is of [2, 3]: [1, 2] [0, 0]',
  ],
  [() => batch.flip(0), 'flip: cannot turn the batch round, got axes [0] of [8, 5]'],

  // functions
  [() => ops.concat([]), 'concat: needs at least one tensor, got none'],
  [
    () => ops.concat([f(2, 3), i(2, 3)]),
    'concat: needs equal types and sizes but for axis 0, got f32 [2, 3] and i32 [2, 3]',
  ],
  [
    () => ops.concat([batch, f(2, 5)]),
    'concat: cannot join the batch axis with a fixed one: [8, 5] and [2, 5]',
  ],
  [() => ops.slice(f(2, 3), 1, 2, 4), 'slice: needs 0 <= from <= to <= 3 on axis 1 of [2, 3], got 2 and 4'],
  [
    () => ops.conv2d(f(1, 5, 5, 2), f(3, 3, 2)),
    'conv2d: needs a kernel [rows, columns, channels, filters], got [3, 3, 2]',
  ],
  [
    () => ops.conv2d(f(1, 5, 5, 2), f(3, 3, 4, 8)),
    'conv2d: channels differ: images [1, 5, 5, 2], kernel [3, 3, 4, 8] (2 and 4)',
  ],
  [() => ops.conv2d(f(5, 5, 2), f(3, 3, 2, 8)), 'conv2d: needs images [N, H, W, C], got [5, 5, 2]'],
  [() => ops.conv2d(f(), f(3, 3, 2, 8)), 'conv2d: needs images [N, H, W, C], got []'],
  [
    () => ops.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 8), { strides: 0 }),
    'conv2d: strides must be a whole number from 1 or two of them, got 0',
  ],
  [
    () => ops.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 8), { dilation: [1, 1.5] }),
    'conv2d: dilation must be a whole number from 1 or two of them, got [1,1.5]',
  ],
  [
    () => ops.conv2d(f(1, 2, 5, 2), f(3, 3, 2, 8)),
    "conv2d: a window of [3, 3] does not fit into [1, 2, 5, 2]; use padding 'same' or larger images",
  ],
  [
    () => ops.depthwiseConv2d(f(1, 5, 5, 2), f(3, 3, 4, 1)),
    'depthwiseConv2d: needs a kernel [rows, columns, 2, multiplier] for images [1, 5, 5, 2], got [3, 3, 4, 1]',
  ],
  [
    () => ops.conv2dTranspose(f(1, 5, 5, 2), f(3, 3, 2, 8)),
    'conv2dTranspose: needs images [N, H, W, C] and a kernel [rows, columns, filters, C], got [1, 5, 5, 2] and [3, 3, 2, 8]',
  ],
  [() => ops.matmul(f(3), f(3, 2)), 'matmul: needs two matrices, got [3] @ [3, 2]'],
  [
    () => ops.matmul(f(32, 784), f(780, 10)),
    'matmul: inner sizes differ: [32, 784] @ [780, 10] (784 and 780)',
  ],
  [
    () => ops.matmul(f(2, 3, 4), f(3, 4, 5)),
    'matmul: the axes in front must be equal: [2, 3, 4] @ [3, 4, 5]',
  ],
  [() => ops.upsample2d(f(2, 2)), 'upsample2d: needs images [N, H, W, C], got [2, 2]'],
  [
    () => ops.maxPool2d(f(1, 4, 4, 1), 2.5),
    'maxPool2d: size must be a whole number from 1 or two of them, got 2.5',
  ],
  [
    () => ops.averagePool2d(f(1, 4, 4, 1), 5),
    "averagePool2d: a window of [5, 5] does not fit into [1, 4, 4, 1]; use padding 'same' or larger images",
  ],
  [
    () => ops.randomUniform([3], { ...chance, seed: f() }, 0),
    'random: needs seed and step as single i32, got Tensor(f32 []) and Tensor(i32 [])',
  ],
  [
    () => ops.gather(f(3), f(2)),
    'gather: needs a table and i32 numbers of its rows, got Tensor(f32 [3]) and Tensor(f32 [2])',
  ],
  [
    () => ops.gather(batch, i(2)),
    'gather: the rows of the table cannot be the batch, got Tensor(f32 [8, 5])',
  ],
  [
    () => ops.scatterAdd(3, i(2), f(3)),
    'scatterAdd: needs i32 numbers and f32 rows for each, got Tensor(i32 [2]) and Tensor(f32 [3])',
  ],
  [
    () => ops.scatterAdd(3, batch.permute([1, 0]).to('i32'), batch.permute([1, 0])),
    'scatterAdd: the batch must be the first axis of the numbers, got Tensor(i32 [5, 8])',
  ],
  [() => ops.oneHot(f(2), 3), "oneHot: needs i32 class numbers, got Tensor(f32 [2]); convert with to('i32')"],
  [() => ops.pick(f(2, 3), i(3)), 'pick: needs one number for each row of [2, 3], got [3]'],
  [() => ops.pick(f(), i()), 'pick: needs one number for each row of [], got []'],
  [
    () => ops.scan([f()], [f(2), f(3)], ([c]) => ({ carry: [c!] })),
    'scan: needs sequences of one length on their leading axis, got [2] [3] for length 2',
  ],
  [
    () => ops.scan([f(), f()], [f(2)], ([c]) => ({ carry: [c!] })),
    'scan: the body must give back 2 carries, got 1',
  ],
  [
    () => ops.scan([f(2)], [f(3, 2)], ([c]) => ({ carry: [c!.sum()] })),
    'scan: carry 0 must stay f32 [2], the body gives f32 []',
  ],

  // gradients
  [
    () => grad(f(64), [f()]),
    'grad: the loss must be one f32 number, got f32 [64]; take its mean() or sum() first',
  ],
  [() => grad(f().mul(2), [i(2)]), 'grad: needs f32 tensors to differentiate by, got Tensor(i32 [2])'],

  // device
  [
    () => open({ device: 'gpu' } as unknown as OpenOptions),
    'open: device must be one of native, wasm, reference, got "gpu"',
  ],
  [() => open({ threads: 0 }), 'open: threads must be a whole number from 1 to 256, got 0'],
  [() => device.variable([1, 2], [3]), 'variable: [3] needs 3 numbers, got 2'],
  [() => closed.variable(undefined, [3]), 'device: it is closed; open another with open()'],
  [() => gone.read(), 'variable: gone is closed; close it when no program uses it any more'],
  [() => v.write(Float32Array.of(1)), 'write: speed holds 2 numbers [2], got 1'],
  [
    compiled(() => ({ outputs: { y: foreign.tensor } })),
    'compile: a variable of another device is used; make it on this one',
  ],
  [compiled(() => ({}), { batch: 0 }), 'compile: batch must be a whole number from 1, got 0'],
  [
    compiled(({ inputs }) => ({ outputs: { y: inputs['x']!.permute([1, 0]) } }), { inputs: { x }, batch: 8 }),
    'compile: the batch must be the first axis of an output, got [5, 8] for y; permute it first',
  ],
  [
    compiled(() => ({}), { inputs: { x: { shape: [3, 'batch'] } } }),
    'compile: the batch must be the first axis of an input, got [3, batch] for x; permute it inside',
  ],
  [
    compiled(() => ({
      updates: [
        [v, f(2)],
        [v, f(2)],
      ],
    })),
    'compile: speed is given two values; a step gives each variable one',
  ],
  [compiled(() => ({ updates: [[v, f(3)]] })), 'compile: speed holds f32 [2], got f32 [3] for it'],
  [
    compiled(() => ({ outputs: { y: batch.sum() } })),
    'compile: a tensor of another program is used; only variables carry values from call to call',
  ],
  [
    () => program.run({ x: new Float32Array(45) }, { batch: 9 }),
    'run: batch must be a whole number up to 8, got 9; compile with a larger batch',
  ],
  [
    () => program.run({ x: new Float32Array(40) }, { times: -1 }),
    'run: times must be a whole number from 0, got -1',
  ],
  [() => program.run({ y: new Float32Array(40) }), 'run: needs the input x [8, 5], got y'],
  [() => program.run({}), 'run: needs the input x [8, 5], got none'],
  [
    () => program.run({ x: new Float32Array(7) }, { batch: 2 }),
    'run: x [8, 5] needs 10 numbers for a batch of 2, got 7',
  ],
  [
    () => program.run({ x: new Float32Array(40), z: new Float32Array(1) }),
    'run: there is no input z; the program has x',
  ],
  [() => ended.run(), 'run: the program is closed; compile it again'],
];

suite('messages', () => {
  for (const [ask, answer] of messages)
    test(answer, async () => {
      // Thrown at once or, where something is awaited anyway, by the promise.
      await assert.rejects(
        async () => {
          await ask();
        },
        (error) => {
          assert.ok(error instanceof EidosError, String(error));
          assert.equal(error.message, answer);
          return true;
        },
      );
    });

  test('are thrown on the line of the user', () => {
    try {
      f(2).add(f(3));
    } catch (error) {
      assert.ok(error instanceof EidosError);
      assert.match(error.stack ?? '', /errors\.test/);
      return;
    }
    assert.fail('nothing was thrown');
  });

  const files = [
    'base/shape',
    'base/rng',
    'tensor',
    'grad',
    'graph/view',
    'ops/concat',
    'ops/conv',
    'ops/matmul',
    'ops/pool',
    'ops/random',
    'ops/rows',
    'ops/scan',
    'device/compile',
    'device/device',
    'device/open',
  ];
  for (const file of files)
    test(`of src/${file}.ts are all asserted here`, () => {
      const missing = templatesOf(`src/${file}.ts`).filter(
        (template) => !messages.some(([, answer]) => template.test(answer)),
      );
      assert.deepEqual(missing, []);
    });
});

/** A pattern for each message that the calls of check() in a file can give. */
function templatesOf(path: string): RegExp[] {
  const source = ts.createSourceFile(
    path,
    readFileSync(join(root, path), 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );
  const found: RegExp[] = [];
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const collect = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map((s) => s.literal.text)];
      if (/^\S+:|^$/.test(node.head.text)) found.push(new RegExp(`^${parts.map(escape).join('.*')}$`, 's'));
      return;
    }
    if (ts.isStringLiteralLike(node) && /: /.test(node.text))
      found.push(new RegExp(`^${escape(node.text)}$`));
    ts.forEachChild(node, collect);
  };
  const walk = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'check' && node.arguments[1])
      collect(node.arguments[1]);
    ts.forEachChild(node, walk);
  };
  walk(source);
  return found;
}
