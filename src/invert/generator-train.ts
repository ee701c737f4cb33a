// Trains the generator that ideas are drawn with: pictures in, pictures out, through a few normal numbers. No label is
// looked at. One program learns from the next rows of the data; the decoder is what is kept.
import { check } from '../base/check.ts';
import { shuffle, uniform } from '../base/rng.ts';
import { at, range, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Program, Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import type { Labelled } from '../nn/data.ts';
import { adam } from '../nn/optimizer-adam.ts';
import { matmul } from '../ops/matmul.ts';
import { randomNormal } from '../ops/random.ts';
import { gather } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import { decoded, sizesOf, type Generator } from './generator.ts';
import { closeAll } from './subject.ts';

/** How a generator is trained. */
export interface PriorOptions {
  readonly device: Device;
  /** Numbers that a picture is made of. */
  readonly latent?: number;
  /** Units between. */
  readonly hidden?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told after each epoch. */
  readonly onEvent?: ((event: { readonly epoch: number; readonly loss: number }) => void) | undefined;
}

/** Weights of encoder and decoder, and what Adam keeps of each. */
interface Kept {
  readonly w: readonly Variable[];
  readonly m: readonly Variable[];
  readonly v: readonly Variable[];
}

const purposes = { weights: 600, numbers: 650 } as const;

/** Glorot and Bengio 2010, equation 16, for a kernel; zeros for a bias. */
function firstValues(size: Shape, seed: number, purpose: number): Float32Array {
  const limit = size.length === 1 ? 0 : Math.sqrt(6 / (at(size, 0) + at(size, 1)));
  return Float32Array.from(
    { length: sizeOf(size) },
    (_, i) => limit * (2 * uniform(seed, purpose, 0, i) - 1),
  );
}

function keep(device: Device, sizes: readonly Shape[], seed: number): Kept {
  const room = (size: Shape): Variable => device.variable(undefined, size);
  return {
    w: sizes.map((size, i) => device.variable(firstValues(size, seed, purposes.weights + i), size)),
    m: sizes.map(room),
    v: sizes.map(room),
  };
}

/** For each picture [N, pixels] in [0, 1] what it costs to tell it in numbers, in nats: crossentropy of its pixels plus the divergence of its numbers from normal ones. Equation 10 of the paper. */
function cost(x: Tensor, w: readonly Tensor[], noise: (like: Tensor) => Tensor): Tensor {
  const [a, b, c, d, ...decoder] = w as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
  const both = matmul(matmul(x, a).add(b).relu(), c).add(d);
  const latent = at(both.shape, 1) / 2;
  const half = (from: number): Tensor =>
    both.crop([
      [0, 0],
      [from, latent - from],
    ]);
  const [mean, logVariance] = [half(0), half(latent)];
  const z = mean.add(logVariance.div(2).exp().mul(noise(mean)));
  const y = decoded(z, decoder as [Tensor, Tensor, Tensor, Tensor]);
  const pixels = y.softplus().sub(y.mul(x)).sum(1);
  const apart = mean.mul(mean).add(logVariance.exp()).sub(logVariance).sub(1).sum(1).div(2);
  return pixels.add(apart);
}

/** A generator of pictures like these, trained from the start; labels are not looked at. */
export async function trainPrior(
  { images, shape, count }: Pick<Labelled, 'images' | 'shape' | 'count'>,
  {
    device,
    latent = 16,
    hidden = 256,
    epochs = 10,
    batchSize = 128,
    learningRate = 0.001,
    seed = 1,
    signal,
    onEvent,
  }: PriorOptions,
): Promise<Generator> {
  for (const [name, value] of Object.entries({ latent, hidden, epochs, batchSize }))
    check(
      Number.isInteger(value) && value >= 1,
      () => `trainPrior: ${name} must be a whole number from 1, got ${value}`,
    );
  const pixels = sizeOf(shape);
  check(
    images.length === count * pixels && count > 0,
    () =>
      `trainPrior: ${count} pictures of ${show(shape)} need ${count * pixels} numbers, got ${images.length}`,
  );
  const decoder = sizesOf({ shape, latent, hidden });
  const kept = keep(
    device,
    [[pixels, hidden], [hidden], [hidden, 2 * latent], [2 * latent], ...decoder],
    seed,
  );
  const table = device.variable(images, [count, pixels], { name: 'pictures' });
  const order = device.variable(undefined, [count], { name: 'order', dtype: 'i32' });
  const state = {
    step: device.variable(Int32Array.of(0), []),
    place: device.variable(Int32Array.of(0), []),
    total: device.variable(undefined, []),
  };
  const batch = Math.min(batchSize, count);
  let program: Program | undefined;
  try {
    program = await learner(device, kept, { table, order, ...state }, { batch, learningRate, seed });
    const steps = Math.floor(count / batch);
    for (const epoch of range(epochs)) {
      if (signal?.aborted) break;
      await Promise.all([
        order.write(shuffle(seed, epoch, count)),
        state.place.write(Int32Array.of(0)),
        state.total.write(Float32Array.of(0)),
      ]);
      await program.start({}, { times: steps }).done;
      onEvent?.({ epoch: epoch + 1, loss: Number((await state.total.read())[0]) / steps });
    }
    const weights = await Promise.all(kept.w.slice(4).map((one) => one.read()));
    return { shape, latent, hidden, weights: weights as unknown as Generator['weights'] };
  } finally {
    closeAll([
      ...(program ? [program] : []),
      ...kept.w,
      ...kept.m,
      ...kept.v,
      table,
      order,
      ...Object.values(state),
    ]);
  }
}

/** A program that learns from the next rows. */
function learner(
  device: Device,
  { w, m, v }: Kept,
  {
    table,
    order,
    step,
    place,
    total,
  }: Readonly<Record<'table' | 'order' | 'step' | 'place' | 'total', Variable>>,
  {
    batch,
    learningRate,
    seed,
  }: { readonly batch: number; readonly learningRate: number; readonly seed: number },
): Promise<Program> {
  const optimizer = adam({ learningRate });
  return device.compile(
    ({ places }) => {
      const rows = gather(table.tensor, gather(order.tensor, places.add(place.tensor)));
      const x = rows.dtype === 'u8' ? rows.to('f32').div(255) : rows.to('f32');
      const t = step.tensor.add(1);
      const chance = { seed: step.tensor.mul(0).add(seed | 0), step: t };
      const weights = w.map((one) => one.tensor);
      const loss = cost(x, weights, (like) => randomNormal(like, chance, purposes.numbers)).mean();
      const slopes = grad(loss, weights);
      const info = { t: t.to('f32'), rate: t.to('f32').mul(0).add(learningRate) };
      const updates = w.flatMap((one, i): (readonly [Variable, Tensor])[] => {
        const [mean, square] = [at(m, i), at(v, i)];
        const next = optimizer.step(one.tensor, at(slopes, i), { m: mean.tensor, v: square.tensor }, info);
        return [
          [one, next.w],
          [mean, next.slots['m'] as Tensor],
          [square, next.slots['v'] as Tensor],
        ];
      });
      return {
        updates: [...updates, [step, t], [place, place.tensor.add(batch)], [total, total.tensor.add(loss)]],
      };
    },
    { batch },
  );
}
