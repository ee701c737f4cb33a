// All of a model's training as plain data, and back: weights, layers' state, what optimizers and callbacks remember,
// the figures so far, and the place in the epoch. To the bit: numbers are copied, never computed.
import { check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import { same, show } from '../base/shape.ts';
import type { Variable } from '../device/device.ts';
import type { Snapshot } from '../files/snapshot.ts';
import type { FileTensor } from '../files/safetensors.ts';
import type { Memo } from './callback.ts';
import { readExactly, writeExactly } from './exact.ts';
import { variablesOf, type Training, type Weight, type Weights } from './memory.ts';
import { countersOf, placeFrom, type Place } from './place.ts';
import { leavesOf } from './tree.ts';

/** What lies on the device, by name: weights by their own, what optimizers keep under `optimizer:0`. */
function lying(memory: Weights, training: readonly Training[]): (readonly [name: string, Variable])[] {
  const kept = training.flatMap(({ slots, step, rate }, i) => [
    ...Object.entries(slots).flatMap(([slot, tree]) =>
      leavesOf(tree).map(([path, v]) => [`optimizer:${i}/${slot}/${path}`, v] as const),
    ),
    [`optimizer:${i}/step`, step] as const,
    [`optimizer:${i}/rate`, rate] as const,
  ]);
  return [...variablesOf(memory), ...kept];
}

const historyStart = 'history:';
const callbackStart = 'callback:';

/** Everything as it is. */
export async function snapshotOf(
  memory: Weights,
  training: readonly Training[],
  place: Place,
): Promise<Snapshot> {
  const read = await Promise.all(
    lying(memory, training).map(async ([name, v]): Promise<FileTensor> => {
      const data = await readExactly(v);
      return { name, shape: v.shape, dtype: data instanceof Float64Array ? 'f64' : v.dtype, data };
    }),
  );
  const figures = Object.entries(place.history).map(([name, list]): FileTensor => ({
    name: `${historyStart}${name}`,
    shape: [list.length],
    dtype: 'f64',
    data: Float64Array.from(list),
  }));
  const best = Object.entries(place.memos).flatMap(([callback, { weights = [] }]) =>
    weights.map(({ name, shape, data }): FileTensor => ({
      name: `${callbackStart}${callback}/${name}`,
      shape,
      dtype: dtypeFor(data),
      data,
    })),
  );
  const [seed, step] = [(await memory.seed.read())[0] ?? 0, (await training[0]?.step.read())?.[0] ?? 0];
  return {
    tensors: [...read, ...figures, ...best],
    counters: { step, seed: seed >>> 0, ...countersOf(place) },
  };
}

const dtypeFor = (data: TypedArray): 'f32' | 'i32' | 'u8' =>
  data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'u8';

/** Puts everything back; nothing is written unless all is there and fits. Gives the place and the seed. */
export async function putBack(
  { tensors, counters }: Snapshot,
  memory: Weights,
  training: readonly Training[],
): Promise<{ readonly place: Place; readonly seed: number }> {
  const given = new Map(tensors.map((t) => [t.name, t]));
  const { seed } = counters;
  check(
    seed !== undefined && counters['step'] !== undefined,
    () => 'restore: the snapshot has no counters step and seed; give one that model.snapshot() made',
  );
  const jobs = lying(memory, training).map(([name, v]) => {
    const found = given.get(name);
    check(
      found !== undefined,
      () => `restore: the snapshot has no ${name}; it is of another model, or of one compiled otherwise`,
    );
    check(
      same(found.shape, v.shape) && (found.dtype === v.dtype || (found.dtype === 'f64' && v.dtype === 'f32')),
      () =>
        `restore: ${name} is ${v.dtype} ${show(v.shape)} here and ${found.dtype} ${show(found.shape)} in the snapshot; make the model it was taken from`,
    );
    return () => writeExactly(v, found.data);
  });
  const place = placeFrom(counters);
  await Promise.all([...jobs.map((job) => job()), memory.seed.write(Int32Array.of(seed))]);
  return { place: withTensors(place, tensors), seed };
}

/** Figures and weights that are kept as tensors, in their places. */
function withTensors(place: Place, tensors: readonly FileTensor[]): Place {
  const history: Record<string, number[]> = {};
  const memos: Record<string, Memo> = { ...place.memos };
  for (const tensor of tensors) {
    const { name, shape } = tensor;
    if (name.startsWith(historyStart)) history[name.slice(historyStart.length)] = Array.from(tensor.data);
    if (!name.startsWith(callbackStart)) continue;
    const [callback = '', ...path] = name.slice(callbackStart.length).split('/');
    const { numbers, weights = [] } = memos[callback] ?? { numbers: {} };
    const weight: Weight = { name: path.join('/'), shape, data: tensor.data as TypedArray };
    memos[callback] = { numbers, weights: [...weights, weight] };
  }
  return { ...place, history, memos };
}
