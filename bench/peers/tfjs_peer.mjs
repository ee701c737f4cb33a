// TensorFlow.js as a contestant of the bench, on its WebAssembly or its plain JavaScript backend.
//   node tfjs_peer.mjs <folder with node_modules>
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { listed, serve, spread, unit } from './common.mjs';

const modules = join(process.argv[2], 'node_modules');
const require = createRequire(join(process.argv[2], 'x.js'));
// It greets on standard output, and says there that a package of another kind would be faster.
console.log = console.warn = console.info = () => undefined;
const tf = require('@tensorflow/tfjs');

async function begin({ settings, threads }) {
  if (settings === 'wasm') {
    const wasm = require('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(join(modules, '@tensorflow/tfjs-backend-wasm/dist/'));
    wasm.setThreadsCount(Math.min(threads, availableParallelism()));
  }
  await tf.setBackend(settings);
  await tf.ready();
}

const tensor = ({ data, shape }) => tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32');

function built(layers, shape, data) {
  const model = tf.sequential({ layers: layers.map((one, i) => one(i === 0 ? { inputShape: shape } : {})) });
  model.setWeights(listed(data).map(tensor));
  return model;
}

const { dense, conv2d, maxPooling2d, flatten } = tf.layers;
const layer =
  (make, options = {}) =>
  (first) =>
    make({ ...options, ...first });

const tutorial = (data, end) =>
  built(
    [
      layer(conv2d, { filters: 32, kernelSize: 3, activation: 'relu' }),
      layer(maxPooling2d, { poolSize: 2 }),
      layer(conv2d, { filters: 64, kernelSize: 3, activation: 'relu' }),
      layer(maxPooling2d, { poolSize: 2 }),
      layer(conv2d, { filters: 64, kernelSize: 3, activation: 'relu' }),
      layer(flatten),
      layer(dense, { units: 64, activation: 'relu' }),
      layer(dense, { units: 10, ...(end && { activation: end }) }),
    ],
    [28, 28, 1],
    data,
  );

function trains(model, x, y, batch, loss, optimizer) {
  const count = x.shape[0];
  let at = 0;
  const step = () =>
    tf.tidy(() => {
      const [i, rest] = [at, x.shape.slice(1).map(() => -1)];
      at = (at + batch) % count;
      const xs = x.slice([i, ...rest.map(() => 0)], [batch, ...rest]);
      const ys = y.slice([i, ...y.shape.slice(1).map(() => 0)], [batch, ...y.shape.slice(1).map(() => -1)]);
      return optimizer.minimize(() => loss(ys, model.apply(xs, { training: true })), true);
    });
  return {
    async answer() {
      const losses = [];
      for (let k = 0; k < 4; k++) losses.push((await step().data())[0]);
      return losses;
    },
    async run(times) {
      for (let k = 1; k < times; k++) step().dispose();
      await step().data();
    },
  };
}

const adam = () => tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
const pictures = ({ data, shape }) => tensor({ data: unit(data), shape });
const crossentropy = (y, z) => tf.losses.softmaxCrossEntropy(y, z);
const oneHot = ({ data, shape: [n] }) => tf.oneHot(tf.tensor1d(data, 'int32'), 10).toFloat().reshape([n, 10]);

async function w1(data, told) {
  await begin(told);
  const bare = { useBias: false, activation: 'sigmoid' };
  const model = built(
    [layer(dense, { ...bare, units: 100 }), layer(dense, { ...bare, units: 10 })],
    [784],
    data,
  );
  const loss = (y, z) => tf.sum(tf.square(tf.sub(z, y))).mul(0.5);
  return trains(model, pictures(data.x), tensor(data.y), 1, loss, tf.train.sgd(0.1));
}

async function w2(data, told) {
  await begin(told);
  const layers = [layer(dense, { units: 1024, activation: 'sigmoid' }), layer(dense, { units: 10 })];
  return trains(built(layers, [784], data), pictures(data.x), oneHot(data.y), 128, crossentropy, adam());
}

const w3 = (batch) => async (data, told) => {
  if (told.settings === 'wasm')
    throw new Error('cannot: its WebAssembly backend has no gradient of a convolution');
  await begin(told);
  return trains(tutorial(data), pictures(data.x), oneHot(data.y), batch, crossentropy, adam());
};

async function asks(data, told) {
  await begin(told);
  const [model, x] = [tutorial(data, 'softmax'), pictures(data.x)];
  const answers = async () => {
    const y = model.predict(x, { batchSize: data.x.shape[0] });
    const out = await y.data();
    y.dispose();
    return out;
  };
  return {
    answer: async () => [...(await answers()).subarray(0, 40)],
    async run(times) {
      for (let k = 0; k < times; k++) await answers();
    },
  };
}

async function w4(data, told) {
  await begin(told);
  const rnn = layer(tf.layers.simpleRNN, { units: 1, activation: 'linear', returnSequences: true });
  const loss = (y, z) => tf.losses.meanSquaredError(y, z);
  return trains(built([rnn], [10, 1], data), tensor(data.x), tensor(data.y), 512, loss, adam());
}

const product = (aTurned, bTurned) => async (data, told) => {
  await begin(told);
  const [a, b] = [tensor(data.a), tensor(data.b)];
  const once = () => tf.matMul(a, b, aTurned, bTurned);
  return {
    answer: async () => spread(await once().data()),
    async run(times) {
      for (let k = 1; k < times; k++) once().dispose();
      const last = once();
      await last.data();
      last.dispose();
    },
  };
};

serve(
  (told) =>
    `TensorFlow.js ${tf.version.tfjs} ${tf.getBackend()}, ${told.settings === 'wasm' ? told.threads : 1} threads, Node ${process.versions.node}`,
  {
    W1: w1,
    W2: w2,
    'W3-32': w3(32),
    'W3-ask-1': asks,
    'W3-ask-256': asks,
    W4: w4,
    'GEMM-ab': product(false, false),
    'GEMM-atb': product(true, false),
    'GEMM-abt': product(false, true),
    'GEMM-atbt': product(true, true),
  },
);
