// The way back, learned: a network that says which numbers, and which class, a generator drew a picture from. It learns
// from what the generator draws, so it needs no data; its answer is one look, and a good place for a search to begin.
// As triwave33's "degenerator" (cgan_inverse.py), with the class said too.
import { check } from '../base/check.ts';
import { range, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { leakyRelu } from '../nn/activation.ts';
import { conv2d } from '../nn/conv2d.ts';
import { dense } from '../nn/dense.ts';
import { model } from '../nn/functional.ts';
import { sparseCategoricalCrossentropy } from '../nn/loss.ts';
import type { Model } from '../nn/model.ts';
import { adam } from '../nn/optimizer.ts';
import { flatten } from '../nn/reshape.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { input } from '../nn/symbolic.ts';
import type { Looked } from './anomaly.ts';
import type { Game } from './game.ts';

/** How an encoder is trained. */
export interface EncoderOptions {
  /** Pictures that are drawn to learn from. */
  readonly samples?: number;
  readonly epochs?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?:
    | ((event: { readonly share: number; readonly secondsLeft: number; readonly loss: number }) => void)
    | undefined;
}

/** Says where pictures come from. */
export interface Encoder {
  /** Numbers [count, size], and a class for each picture, -1 where the generator knows none. */
  encode(pictures: Looked): Promise<{ readonly latents: Float32Array; readonly labels: readonly number[] }>;
  /** As a safetensors file, which encoderFromBytes() reads. */
  toBytes(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What an encoder is, beside its weights. */
interface Made {
  readonly shape: Shape;
  readonly size: number;
  readonly classes: number;
}

const kind = 'eidos encoder 1';

const batchSize = 64;

function network({ shape, size, classes }: Made): Model<'many'> {
  const x = input(shape);
  const half = (filters: number) => conv2d(filters, 4, { strides: 2, padding: 'same' });
  let y = leakyRelu(0.2)(half(16)(x));
  y = leakyRelu(0.2)(half(32)(y));
  y = leakyRelu(0.2)(dense(256)(flatten()(y)));
  return model({ inputs: x, outputs: [dense(size)(y), ...(classes > 0 ? [dense(classes)(y)] : [])] });
}

const compiled = (
  net: Model<'many'>,
  made: Made,
  device: Device,
  steps: number,
  seed: number,
): Model<'many'> =>
  net.compile({
    device,
    seed,
    optimizer: adam({ learningRate: cosineDecay({ initialLearningRate: 1e-3, decaySteps: steps }) }),
    loss: [
      'meanSquaredError',
      ...(made.classes > 0 ? [sparseCategoricalCrossentropy({ fromLogits: true })] : []),
    ],
  });

/** An encoder for a game's generator, as it is now. */
export async function trainEncoder(
  game: Game,
  { samples = 12_800, epochs = 5, seed = 1, signal, onEvent }: EncoderOptions = {},
): Promise<Encoder> {
  for (const [name, value] of Object.entries({ samples, epochs }))
    check(
      Number.isInteger(value) && value >= 1,
      () => `trainEncoder: ${name} must be a whole number from 1, got ${value}`,
    );
  const { shape, classes, latent } = game.rules;
  const made = { shape, classes, size: latent.size };
  const latents = game.latents(seed, range(samples));
  const labels = range(samples).map((i) => i % Math.max(1, classes));
  const { images } = await game.sample({ count: samples, latents, labels });
  signal?.throwIfAborted();
  const net = compiled(network(made), made, game.device, epochs * Math.ceil(samples / batchSize), seed);
  await net.fit(
    { x: images, y: [latents, ...(classes > 0 ? [Int32Array.from(labels)] : [])], shape },
    {
      epochs,
      batchSize,
      signal,
      onEvent: ({ epoch, step, steps, secondsLeft, loss }) =>
        onEvent?.({ share: (epoch - 1 + step / steps) / epochs, secondsLeft, loss }),
    },
  );
  signal?.throwIfAborted();
  return encoderOf(net, made);
}

/** The encoder of the bytes of its file. */
export async function encoderFromBytes(
  bytes: Uint8Array,
  { device }: { readonly device: Device },
): Promise<Encoder> {
  const { tensors, metadata } = readSafetensors(bytes, 'encoder');
  check(
    metadata['eidos'] === kind,
    () => `encoderFromBytes: needs a file that says it is an ${kind}, got ${metadata['eidos'] ?? 'none'}`,
  );
  const made = JSON.parse(metadata['encoder'] ?? '{}') as Made;
  const net = compiled(network(made), made, device, 1, 1);
  await net.setWeights(tensors.map(({ name, data }) => ({ name, data: Float32Array.from(data) })));
  return encoderOf(net, made);
}

function encoderOf(net: Model<'many'>, made: Made): Encoder {
  const { shape, classes } = made;
  return {
    async encode({ images, count }) {
      check(
        images.length === count * sizeOf(shape),
        () => `encode: needs pictures of ${show(shape)} as bytes, got ${images.length} for ${count}`,
      );
      const [latents, logits] = await net.predict({ images, shape, count });
      const best = (i: number): number => {
        const row = logits!.data.subarray(i * classes, (i + 1) * classes);
        return row.indexOf(Math.max(...row));
      };
      return { latents: latents!.data, labels: range(count).map((i) => (classes > 0 ? best(i) : -1)) };
    },
    async toBytes() {
      const weights = await net.getWeights();
      const tensors = weights.map(
        ({ name, shape: size, data }): FileTensor => ({ name, shape: size, dtype: 'f32', data: data }), // prettier-ignore
      );
      return writeSafetensors(tensors, { eidos: kind, encoder: JSON.stringify(made) });
    },
    close: () => net.close(),
  };
}
