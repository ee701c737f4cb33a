// onnxruntime in Node, native or as WebAssembly, as a contestant of the bench: it answers with models that are written
// here as ONNX files are, field by field (https://onnx.ai/onnx/repo-docs/IR.html), and searches with them (W7).
//   node onnx_peer.mjs <folder with node_modules>
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listed, serve, spread, unit } from './common.mjs';

const require = createRequire(join(process.argv[2], 'x.js'));

/** Protocol buffers: a field's number and kind, then its length and bytes, or a whole number. */
function varint(x) {
  const bytes = [];
  for (let left = BigInt(x); ;) {
    const low = Number(left & 127n);
    left >>= 7n;
    if (left === 0n) return Buffer.from([...bytes, low]);
    bytes.push(low | 128);
  }
}
const field = (number, value) =>
  typeof value === 'number'
    ? Buffer.concat([varint(number << 3), varint(value)])
    : Buffer.concat([varint((number << 3) | 2), varint(Buffer.byteLength(value)), Buffer.from(value)]);
const message = (...fields) => Buffer.concat(fields);

const attribute = (name, value) => {
  if (Array.isArray(value)) return message(field(1, name), ...value.map((x) => field(8, x)), field(20, 7));
  return message(field(1, name), field(3, value), field(20, 2));
};

const node = (kind, inputs, output, attributes = {}) =>
  message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(3, `${kind} ${output}`),
    field(4, kind),
    ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
  );

const tensor = (name, { data, shape }, type = 1) =>
  message(
    ...shape.map((d) => field(1, d)),
    field(2, type),
    field(8, name),
    field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );

const value = (name, shape) =>
  message(
    field(1, name),
    field(2, field(1, message(field(1, 1), field(2, message(...shape.map((d) => field(1, field(1, d)))))))),
  );

/** A model of nodes from x to y. */
const model = (nodes, held, x, y) =>
  message(
    field(1, 8),
    field(
      7,
      message(
        ...nodes.map((one) => field(1, one)),
        field(2, 'g'),
        ...held.map((one) => field(5, one)),
        ...x.map((one) => field(11, one)),
        field(12, y),
      ),
    ),
    field(8, message(field(1, ''), field(2, 17))),
  );

/** HWIO -> OIHW. */
function turned({ data, shape: [h, w, i, o] }) {
  const to = new Float32Array(data.length);
  for (let a = 0; a < h * w; a++)
    for (let b = 0; b < i; b++)
      for (let c = 0; c < o; c++) to[(c * i + b) * h * w + a] = data[(a * i + b) * o + c];
  return { data: to, shape: [o, i, h, w] };
}

/** The tutorial network; images of one channel lie in memory alike, channels first or last. */
function tutorial(data, batch) {
  const w = listed(data);
  const held = w.map((one, i) => tensor(`w${i}`, one.shape.length === 4 ? turned(one) : one));
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  const nodes = [
    node('Conv', ['x', 'w0', 'w1'], 'a'),
    node('Relu', ['a'], 'b'),
    node('MaxPool', ['b'], 'c', pool),
    node('Conv', ['c', 'w2', 'w3'], 'd'),
    node('Relu', ['d'], 'e'),
    node('MaxPool', ['e'], 'f', pool),
    node('Conv', ['f', 'w4', 'w5'], 'g'),
    node('Relu', ['g'], 'h'),
    node('Transpose', ['h'], 'i', { perm: [0, 2, 3, 1] }),
    node('Flatten', ['i'], 'j', { axis: 1 }),
    node('Gemm', ['j', 'w6', 'w7'], 'k'),
    node('Relu', ['k'], 'l'),
    node('Gemm', ['l', 'w8', 'w9'], 'm'),
    node('Softmax', ['m'], 'y', { axis: 1 }),
  ];
  return model(nodes, held, [value('x', [batch, 1, 28, 28])], value('y', [batch, 10]));
}

function dense(data, batch) {
  const held = listed(data).map((one, i) => tensor(`w${i}`, one));
  const nodes = [
    node('Gemm', ['x', 'w0', 'w1'], 'a'),
    node('Relu', ['a'], 'b'),
    node('Gemm', ['b', 'w2', 'w3'], 'c'),
    node('Relu', ['c'], 'd'),
    node('Gemm', ['d', 'w4', 'w5'], 'y'),
  ];
  return model(nodes, held, [value('x', [batch, 784])], value('y', [batch, 10]));
}

async function session(bytes, { threads, settings }) {
  if (settings === 'wasm') {
    const file = join(process.argv[2], 'node_modules/onnxruntime-web/dist/ort.node.min.mjs');
    const ort = await import(pathToFileURL(file).href);
    ort.env.wasm.numThreads = threads;
    return { ort, made: await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] }) };
  }
  const ort = require('onnxruntime-node');
  const made = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    executionMode: 'sequential',
  });
  return { ort, made };
}

async function asks(data, told) {
  const [batch] = data.x.shape;
  const { ort, made } = await session(tutorial(data, batch), told);
  const x = new ort.Tensor('float32', unit(data.x.data), [batch, 1, 28, 28]);
  const answers = async () => (await made.run({ x })).y.data;
  return {
    answer: async () => [...(await answers()).subarray(0, 40)],
    async run(times) {
      for (let i = 0; i < times; i++) await answers();
    },
  };
}

async function searches(data, told) {
  const { ort, made } = await session(dense(data, 1), told);
  const target = 3;
  const score = async (x) => (await made.run({ x: new ort.Tensor('float32', x, [1, 784]) })).y.data[target];
  const greedy = async (x, sweeps) => {
    let best = -Infinity;
    for (let k = 0; k < sweeps; k++)
      for (let i = 0; i < 784; i++) {
        x[i] = 0;
        const a = await score(x);
        x[i] = 1;
        const b = await score(x);
        if (a > b) x[i] = 0;
        best = Math.max(best, a, b);
      }
    return best;
  };
  const climb = async (x, tries) => {
    let now = await score(x);
    for (let k = 0; k < tries; k++) {
      const [j, to] = [Math.floor(784 * Math.random()), Number(Math.random() > 0.5)];
      const was = x[j];
      x[j] = to;
      const next = await score(x);
      if (next > now) now = next;
      else x[j] = was;
    }
  };
  const noise = () => Float32Array.from({ length: 784 }, () => Math.random());
  return {
    answer: async () => [await greedy(data.start.data.slice(), 1)],
    async run(times) {
      for (let i = 0; i < times; i++)
        await (told.workload === 'W7-greedy' ? greedy(noise(), 5) : climb(noise(), 10_000));
    },
  };
}

/** One node of two inputs that are handed over, timed with the handing over, as a session is run. */
async function single(made, ort, feeds) {
  const once = async () => (await made.run(feeds)).y.data;
  return {
    answer: async () => spread(await once()),
    async run(times) {
      for (let i = 0; i < times; i++) await once();
    },
  };
}

async function product(data, told) {
  const nodes = [node('MatMul', ['a', 'b'], 'y')];
  const shapes = ['a', 'b'].map((name) => value(name, [1024, 1024]));
  const { ort, made } = await session(model(nodes, [], shapes, value('y', [1024, 1024])), told);
  const feeds = Object.fromEntries(
    ['a', 'b'].map((name) => [name, new ort.Tensor('float32', data[name].data, [1024, 1024])]),
  );
  return single(made, ort, feeds);
}

const version = ({ settings }) =>
  require(
    join(
      process.argv[2],
      'node_modules',
      settings === 'wasm' ? 'onnxruntime-web' : 'onnxruntime-node',
      'package.json',
    ),
  ).version;

serve(
  (told) =>
    `${told.settings === 'wasm' ? 'onnxruntime-web' : 'onnxruntime-node'} ${version(told)}, ${told.threads} threads, Node ${process.versions.node}`,
  {
    'W3-ask-1': asks,
    'W3-ask-256': asks,
    'W7-greedy': searches,
    'W7-monte-carlo': searches,
    'GEMM-ab': product,
  },
);
