// Workloads that train a model: everyone begins with the same weights, answers with the losses of the first steps, and
// then learns from the examples, step after step, as fit() does.
import { sizeOf, type Shape } from '../../src/base/shape.ts';
import type { TypedArray } from '../../src/base/dtype.ts';
import type { CompileOptions, Device, Model } from '../../src/index.ts';
import type { Data, Entry } from './workload.ts';

/** Steps whose losses are compared. */
const compared = 4;

export interface Learning {
  readonly model: () => Model;
  readonly compile: () => Omit<CompileOptions, 'device'>;
  readonly batch: number;
}

/** Puts w0, w1, ... into a model, in the order in which it has its parameters. */
export async function put(model: Model, data: Data, prefix = 'w'): Promise<void> {
  const names = (await model.getWeights()).map(({ name }) => name);
  const held = names.flatMap((name, i) => {
    const found = data[`${prefix}${i}`];
    return found ? [{ name, data: found.data as Float32Array }] : [];
  });
  await model.setWeights(held);
}

/** Rows from one to another. */
function rows({ data, shape }: { data: TypedArray; shape: Shape }, from: number, to: number): TypedArray {
  const size = sizeOf(shape.slice(1));
  return data.subarray(from * size, to * size);
}

/** Our entry: x and y of `data` are learned from in order. */
export async function learning(
  device: Device,
  data: Data,
  { model: make, compile, batch }: Learning,
): Promise<Entry> {
  const [x, y] = [data['x']!, data['y']!];
  const model = make()
    .build(x.shape.slice(1))
    .compile({ ...compile(), device });
  await put(model, data);
  const examples = { x: x.data, y: y.data, shape: x.shape.slice(1) };
  return {
    async answer() {
      const losses: number[] = [];
      for (let i = 0; i < compared; i++) {
        const [from, to] = [i * batch, (i + 1) * batch];
        losses.push(
          (await model.trainOnBatch({ x: rows(x, from, to), shape: x.shape.slice(1) }, rows(y, from, to)))
            .loss,
        );
      }
      return losses;
    },
    run: (times) =>
      model.fit(examples, { batchSize: batch, stepsPerEpoch: times, epochs: 1, shuffle: false }),
  };
}

/** How many examples a workload has: enough steps for the cache not to know them all. */
export const examplesFor = (batch: number): number => Math.max(4, Math.ceil(1024 / batch)) * batch;
