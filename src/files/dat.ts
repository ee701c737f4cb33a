// The classifier of https://github.com/kaityo256/mnist_check, a perceptron 784-units-units-10 with relu, in both files
// that it comes in: test.dat, all numbers one after the other (l1.W, l1.b, l2.W, l2.b, l3.W, l3.b, f32 little-endian), and
// test.model, which Chainer wrote (npz). Both have W as [outputs, inputs]; our kernels are [inputs, outputs].
import { check } from '../base/check.ts';
import { at, same, show } from '../base/shape.ts';
import { readNpz, writeNpz } from '../data/npz.ts';
import type { Device } from '../device/device.ts';
import { dense } from '../nn/dense.ts';
import { sparseCategoricalCrossentropy } from '../nn/loss-crossentropy.ts';
import type { Model } from '../nn/model.ts';
import { flatten } from '../nn/reshape.ts';
import { sequential } from '../nn/sequential.ts';

const inputs = 784;
const classes = 10;

/** The arrays in the order of the file, by Chainer's names; W are [outputs, inputs]. */
const shapesOf = (units: number): Readonly<Record<string, readonly number[]>> => ({
  'l1/W': [units, inputs],
  'l1/b': [units],
  'l2/W': [units, units],
  'l2/b': [units],
  'l3/W': [classes, units],
  'l3/b': [classes],
});

/** The same perceptron as layers, which are called as in the files: [28, 28, 1] -> 10 logits. */
const perceptron = (units: number, device: Device | undefined): Model =>
  sequential(
    flatten(),
    dense(units, { activation: 'relu', name: 'l1' }),
    dense(units, { activation: 'relu', name: 'l2' }),
    dense(classes, { name: 'l3' }),
  )
    .build([28, 28, 1])
    .compile({
      optimizer: 'adam',
      loss: sparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ['accuracy'],
      ...(device && { device }),
    });

/** Where the model is to be. */
export interface DatOptions {
  readonly device?: Device;
}

/** The model in a test.dat, whatever the number of its hidden units; `name` is what errors call the file. */
export async function readDat(bytes: Uint8Array, name: string, { device }: DatOptions = {}): Promise<Model> {
  const numbers = bytes.length / 4;
  // numbers = units^2 + (inputs + 2 + classes) units + classes, solved for units.
  const half = (inputs + 2 + classes) / 2;
  const units = Math.sqrt(half * half + numbers - classes) - half;
  check(
    Number.isInteger(units) && units > 0,
    () =>
      `readDat(${name}): needs the numbers of a network 784-units-units-10, 4954920 bytes for 784 units, got ${bytes.length} bytes`,
  );
  const all = new Float32Array(Uint8Array.from(bytes).buffer);
  let from = 0;
  const arrays = Object.entries(shapesOf(units)).map(([key, shape]) => {
    const size = shape.reduce((n, d) => n * d, 1);
    return [key, all.subarray(from, (from += size))] as const;
  });
  return filled(units, new Map(arrays), { call: `readDat(${name})`, device });
}

/** The bytes of a test.dat of such a model. */
export async function writeDat(model: Model): Promise<Uint8Array> {
  const arrays = [...(await arraysOf(model, 'writeDat')).values()];
  const all = new Float32Array(arrays.reduce((n, { data }) => n + data.length, 0));
  let from = 0;
  for (const { data } of arrays) {
    all.set(data, from);
    from += data.length;
  }
  return new Uint8Array(all.buffer);
}

/** The model in a test.model, or in another npz file of Chainer's whose arrays end in l1/W to l3/b. */
export async function readChainer(
  bytes: Uint8Array,
  name: string,
  { device }: DatOptions = {},
): Promise<Model> {
  const call = `readChainer(${name})`;
  const files = await readNpz(bytes, name);
  const find = (key: string) => [...files].find(([path]) => `/${path}`.endsWith(`/${key}`))?.[1];
  const units = find('l2/b')?.data.length ?? 0;
  const arrays = Object.entries(shapesOf(units)).map(([key, shape]) => {
    const array = find(key);
    check(
      array !== undefined,
      () => `${call}: needs predictor/${key}, the file has ${[...files.keys()].join(', ') || 'nothing'}`,
    );
    check(
      array.data instanceof Float32Array && same(array.shape, shape),
      () => `${call}: ${key} must be f4 ${show(shape)}, got ${array.dtype} ${show(array.shape)}`,
    );
    return [key, array.data] as const;
  });
  return filled(units, new Map(arrays), { call, device });
}

/** The bytes of a test.model, as chainer.serializers.save_npz() names things. */
export async function writeChainer(model: Model): Promise<Uint8Array> {
  const arrays = await arraysOf(model, 'writeChainer');
  const named = [...arrays].map(([key, array]) => [`predictor/${key}`, array]);
  return writeNpz(Object.fromEntries(named) as Parameters<typeof writeNpz>[0], { deflate: true });
}

/** What such a model gives for a picture of 0.5 everywhere: ten logits, that all its loaders print to be compared. */
export const checkValue = async (model: Model): Promise<Float32Array> =>
  (await model.predict(new Float32Array(inputs).fill(0.5))).data;

async function filled(
  units: number,
  arrays: ReadonlyMap<string, Float32Array>,
  { call, device }: { readonly call: string; readonly device: Device | undefined },
): Promise<Model> {
  for (const [key, data] of arrays)
    check(
      data.every(Number.isFinite),
      () => `${call}: ${key} has numbers that are none; the file is damaged`,
    );
  const model = perceptron(units, device);
  const shapes = shapesOf(units);
  await model.setWeights(
    [...arrays].map(([key, data]) => {
      const [outputs = 0, columns] = shapes[key] ?? [];
      return { name: ourName(key), data: columns === undefined ? data : transposed(data, outputs, columns) };
    }),
  );
  return model;
}

/** A model's arrays as the files have them. */
async function arraysOf(
  model: Model,
  call: string,
): Promise<ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>> {
  const weights = await model.getWeights();
  const shapes = Object.entries(shapesOf(weights[1]?.shape[0] ?? 0));
  const fits = ({ shape }: (typeof weights)[number], i: number): boolean =>
    same(shape, [...(shapes[i]?.[1] ?? [])].reverse());
  check(
    weights.length === shapes.length && weights.every(fits),
    () =>
      `${call}: needs a network 784-units-units-10, got weights of ${weights.map(({ shape }) => show(shape)).join(' ')}`,
  );
  return new Map(
    shapes.map(([key, shape], i) => {
      const data = at(weights, i).data as Float32Array;
      const [outputs = 0, columns] = shape;
      return [key, { shape, data: columns === undefined ? data : transposed(data, columns, outputs) }];
    }),
  );
}

const ourName = (key: string): string => key.replace('W', 'kernel').replace(/b$/, 'bias');

/** [rows, columns] -> [columns, rows]. */
function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j] ?? 0;
  return out;
}
