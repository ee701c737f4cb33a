// What looks at pictures so that they can be compared: a network, of which the numbers before its last layer are taken.
// For digits that is the fixed judge (run/judge.ts); for anything else a network is trained on the data set itself, here,
// so its figures compare runs on that data set and nothing else.
import { check } from '../../base/check.ts';
import { at, range, show, sizeOf, type Shape } from '../../base/shape.ts';
import type { Device } from '../../device/device.ts';
import { activation } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import type { Labelled } from '../../nn/data.ts';
import { dense } from '../../nn/dense.ts';
import { model } from '../../nn/functional.ts';
import { sparseCategoricalCrossentropy } from '../../nn/loss.ts';
import type { Model } from '../../nn/model.ts';
import { adam } from '../../nn/optimizer.ts';
import { globalAveragePool2d } from '../../nn/pool2d.ts';
import { oneCycle } from '../../nn/schedule.ts';
import { input, type Symbolic } from '../../nn/symbolic.ts';
import type { Features } from './features.ts';
import { changed, changes } from './changes.ts';

/** Pictures as bytes, [count, ...shape]. */
export type Pictures = Pick<Labelled, 'shape' | 'count'> & { readonly images: Uint8Array };

/** What an eye sees in pictures. */
export interface Sight {
  readonly features: Features;
  /** Of each word, [count, words]. */
  readonly probabilities: Float32Array;
}

/** A network that looks. */
export interface Eye {
  /** Which network it is: 'judge 1', or what it was taught on the data set itself. */
  readonly kind: 'classes' | 'changes' | `judge ${number}`;
  /** What it can say of a picture; those of the data's classes come first. */
  readonly words: readonly string[];
  /** How many of the words are classes of the data; 0 if it was not taught them. */
  readonly classes: number;
  see(pictures: Pictures, options?: { readonly signal?: AbortSignal | undefined }): Promise<Sight>;
  close(): Promise<void>;
}

/** How an eye is trained. */
export interface EyeOptions {
  readonly device: Device;
  /** Pictures it is to see in all, the same ones again and again; 60,000, but each of few not more than 200 times. */
  readonly examples?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how far it is: shares from 0 to 1. */
  readonly onEvent?: ((event: { readonly share: number; readonly loss: number }) => void) | undefined;
}

/** Numbers that an eye gives for a picture. */
const size = 64;

/** Pictures taken at once. */
const batchSize = 64;

const seen = (x: Symbolic, filters: number, strides: number): Symbolic =>
  activation('relu')(
    batchNorm({ momentum: 0.9 })(
      conv2d(filters, 3, { strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' })(x),
    ),
  );

interface Networks {
  /** What learns: pictures to words. */
  readonly reader: Model;
  /** The same layers, and so the same weights, asked for what is before the last one too. */
  readonly both: Model<'many'>;
}

/** Halves the picture until it is 4 to 7 pixels high; the mean over places of what is found there is what is kept. */
function networks(shape: Shape, words: number): Networks {
  const x = input(shape);
  const halvings = Math.max(1, Math.floor(Math.log2(Math.min(at(shape, 0), at(shape, 1)) / 4)));
  let y = seen(x, 16, 2);
  for (const level of range(halvings - 1)) y = seen(y, Math.min(64, 32 * 2 ** level), 2);
  const features = globalAveragePool2d()(seen(y, size, 1));
  const logits = dense(words)(features);
  return {
    reader: model({ inputs: x, outputs: logits }),
    both: model({ inputs: x, outputs: [features, logits] }),
  };
}

/**
 * An eye for these pictures. Where there are classes it learns to tell them apart; where there are none it learns to say
 * what was done to a picture (turned, blurred, recoloured, put together anew, ...; changes.ts), which takes knowing how
 * such pictures look, and makes its features change with what generators get wrong.
 */
export async function trainEye(
  data: Pictures & Pick<Labelled, 'labels'>,
  classes: readonly string[],
  { device, examples = Math.min(60_000, 200 * data.count), seed = 1, signal, onEvent }: EyeOptions,
): Promise<Eye> {
  const { shape, count } = data;
  check(
    shape.length === 3 && count >= 2 && data.images.length === count * sizeOf(shape),
    () => `trainEye: needs at least 2 pictures [H, W, C], got ${count} of ${show(shape)}`,
  );
  const taught = classes.length >= 2;
  const words = taught ? classes : changes.map(({ name }) => name);
  const learned = taught ? data : changed(data, { seed, most: Math.min(examples, 2 ** 26 / sizeOf(shape)) });
  const { reader, both } = networks(shape, words.length);
  const epochs = Math.max(1, Math.round(examples / learned.count));
  const totalSteps = epochs * Math.ceil(learned.count / batchSize);
  reader.compile({
    device,
    seed,
    optimizer: adam({ learningRate: oneCycle({ maxLearningRate: 0.004, totalSteps }) }),
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
  });
  await reader.fit(learned, {
    epochs,
    batchSize,
    signal,
    onEvent: ({ epoch, step, steps, loss }) =>
      onEvent?.({ share: (epoch - 1 + step / steps) / epochs, loss }),
  });
  signal?.throwIfAborted();
  both.compile({ device, optimizer: 'adam', loss: 'meanSquaredError' });
  return {
    kind: taught ? 'classes' : 'changes',
    words,
    classes: taught ? words.length : 0,
    see: async ({ images, count: many }, options = {}) => {
      const [features, logits] = await both.predict({ images, shape, count: many }, options);
      return {
        features: { data: features!.data, count: many, size },
        probabilities: softmaxRows(logits!.data, words.length),
      };
    },
    close: async () => {
      await both.close();
      await reader.close();
    },
  };
}

/** Logits as probabilities, row by row of `words`. */
export function softmaxRows(logits: Float32Array, words: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += words) {
    const row = logits.subarray(from, from + words);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((a, b) => a + Math.exp(b - most), 0);
    row.forEach((x, i) => (out[from + i] = Math.exp(x - most) / sum));
  }
  return out;
}
