// Does this picture belong? A network learns to draw the pictures of one kind again through a few numbers, from noisy
// copies; what is of another kind comes out changed. The score is the share of a picture's contrast that is not drawn
// again, so that a picture of few strokes is not taken for a good one; the map says where. No class but the one is seen.
//
// Both pictures are smoothed before they are compared, by about a pixel of 28: a stroke that is drawn a little beside its
// place is no anomaly. What else was tried stands in docs/gan-use.md with its figures.
import { check } from '../base/check.ts';
import { shuffle } from '../base/rng.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { dense } from '../nn/dense.ts';
import { gaussianNoise } from '../nn/dropout.ts';
import type { Model } from '../nn/model.ts';
import { adam } from '../nn/optimizer.ts';
import { flatten } from '../nn/reshape.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { sequential } from '../nn/sequential.ts';

/** Pictures as bytes, [count, ...shape]. */
export interface Looked {
  readonly images: Uint8Array;
  readonly shape: Shape;
  readonly count: number;
}

/** How a detector is trained. */
export interface DetectorOptions {
  readonly device: Device;
  /** Numbers that a picture is told in. */
  readonly code?: number;
  /** Units on both sides of them. */
  readonly hidden?: number;
  /** Steps of 64 pictures. */
  readonly steps?: number;
  /** The deviation of what is added to pixels in [0, 1] while it learns. */
  readonly noise?: number;
  /** The share of pictures that is not learned from: their scores say what is usual. */
  readonly heldOut?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: DetectorEvent) => void) | undefined;
}

/** How far a training is. */
export interface DetectorEvent {
  /** From 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number;
  readonly loss: number;
}

/** What is said of pictures. */
export interface Anomalies {
  /** For each picture the share of its contrast that was not drawn again: near 0 for what is known, about 1 for what is not. */
  readonly scores: Float32Array;
  /** For each pixel its part of the score, [count, H, W]; they add up to it. */
  readonly maps: Float32Array;
  /** Each picture as the network draws it again: bytes [count, ...shape]. */
  readonly drawn: Uint8Array;
}

/** Tells what belongs from what does not. */
export interface Detector {
  readonly shape: Shape;
  /** Scores of the pictures it was not trained on, rising. */
  readonly usual: Float32Array;
  /** The score that this share of usual pictures stays below: 0.99 raises one false alarm in a hundred. */
  threshold(share?: number): number;
  look(pictures: Looked, options?: { readonly signal?: AbortSignal | undefined }): Promise<Anomalies>;
  /** As a safetensors file, which detectorFromBytes() reads. */
  toBytes(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What a detector is, beside its weights. */
interface Made {
  readonly shape: Shape;
  readonly code: number;
  readonly hidden: number;
  readonly noise: number;
  /** The mean contrast of what it learned from. */
  readonly contrast: number;
}

const kind = 'eidos detector 1';

const batchSize = 64;

/** The part of the mean contrast that is added to a picture's own, so that an empty one has a score. */
const floor = 0.05;

const network = ({ shape, code, hidden, noise }: Omit<Made, 'contrast'>): Model =>
  sequential(
    flatten(),
    gaussianNoise(noise),
    dense(hidden, { activation: 'relu' }),
    dense(code),
    dense(hidden, { activation: 'relu' }),
    dense(sizeOf(shape), { activation: 'sigmoid' }),
  ).build(shape);

/** A detector for pictures like these, trained from the start; labels are not looked at. */
export async function trainDetector(
  pictures: Looked,
  {
    device,
    code = 16,
    hidden = 256,
    steps = 1500,
    noise = 0.3,
    heldOut = 0.1,
    seed = 1,
    signal,
    onEvent,
  }: DetectorOptions,
): Promise<Detector> {
  checkPictures('trainDetector', pictures, pictures.shape);
  for (const [name, value] of Object.entries({ code, hidden, steps }))
    check(
      Number.isInteger(value) && value >= 1,
      () => `trainDetector: ${name} must be a whole number from 1, got ${value}`,
    );
  const { shape, count } = pictures;
  const aside = Math.max(1, Math.round(heldOut * count));
  check(
    count >= 10 && heldOut > 0 && aside < count,
    () => `trainDetector: needs at least 10 pictures and some to hold out, got ${count} and ${heldOut}`,
  );
  const order = Array.from(shuffle(seed, 0, count));
  const [kept, learned] = [rowsOf(pictures, order.slice(0, aside)), rowsOf(pictures, order.slice(aside))];
  const contrast = meanContrast(learned);
  const made: Made = { shape, code, hidden, noise, contrast };
  const model = network(made);
  const perEpoch = Math.ceil(learned.count / batchSize);
  const epochs = Math.max(1, Math.round(steps / perEpoch));
  model.compile({
    device,
    seed,
    optimizer: adam({
      learningRate: cosineDecay({ initialLearningRate: 2e-3, decaySteps: epochs * perEpoch }),
    }),
    loss: 'binaryCrossentropy',
  });
  const y = Float32Array.from(learned.images, (x) => x / 255);
  await model.fit(
    { x: learned.images, y, shape },
    {
      epochs,
      batchSize,
      signal,
      onEvent: ({ epoch, step, steps: all, secondsLeft, loss }) =>
        onEvent?.({ share: (epoch - 1 + step / all) / epochs, secondsLeft, loss }),
    },
  );
  signal?.throwIfAborted();
  const { scores } = await looked(model, made, kept, signal);
  return detectorOf(model, made, scores.toSorted());
}

/** The detector of the bytes of its file. */
export async function detectorFromBytes(
  bytes: Uint8Array,
  { device }: { readonly device: Device },
): Promise<Detector> {
  const { tensors, metadata } = readSafetensors(bytes, 'detector');
  check(
    metadata['eidos'] === kind,
    () => `detectorFromBytes: needs a file that says it is an ${kind}, got ${metadata['eidos'] ?? 'none'}`,
  );
  const { usual, ...made } = JSON.parse(metadata['detector'] ?? '{}') as Made & { usual: number[] };
  const model = network(made);
  model.compile({ device, optimizer: 'adam', loss: 'binaryCrossentropy' });
  await model.setWeights(tensors.map(({ name, data }) => ({ name, data: Float32Array.from(data) })));
  return detectorOf(model, made, Float32Array.from(usual));
}

function detectorOf(model: Model, made: Made, usual: Float32Array): Detector {
  return {
    shape: made.shape,
    usual,
    threshold(share = 0.99) {
      check(
        share > 0 && share <= 1,
        () => `threshold: the share must be above 0 and at most 1, got ${share}`,
      );
      return at(Array.from(usual), Math.min(usual.length - 1, Math.ceil(share * usual.length) - 1));
    },
    look: async (pictures, { signal } = {}) => {
      checkPictures('look', pictures, made.shape);
      return looked(model, made, pictures, signal);
    },
    async toBytes() {
      const weights = await model.getWeights();
      const tensors = weights.map(({ name, shape, data }): FileTensor => ({
        name,
        shape,
        dtype: 'f32',
        data: data,
      }));
      const detector = JSON.stringify({ ...made, usual: Array.from(usual) });
      return writeSafetensors(tensors, { eidos: kind, detector });
    },
    close: () => model.close(),
  };
}

function checkPictures(call: string, { images, count, shape }: Looked, wanted: Shape): void {
  check(
    shape.length === 3 &&
      count >= 1 &&
      images.length === count * sizeOf(shape) &&
      shape.every((n, i) => n === wanted[i]),
    () => `${call}: needs pictures of ${show(wanted)} as bytes, got ${count} of ${show(shape)}`,
  );
}

function rowsOf({ images, shape }: Looked, places: readonly number[]): Looked {
  const size = sizeOf(shape);
  const out = new Uint8Array(places.length * size);
  places.forEach((from, to) => out.set(images.subarray(from * size, (from + 1) * size), to * size));
  return { images: out, count: places.length, shape };
}

async function looked(
  model: Model,
  { shape, contrast }: Made,
  { images, count }: Looked,
  signal: AbortSignal | undefined,
): Promise<Anomalies> {
  const size = sizeOf(shape);
  const pixels = at(shape, 0) * at(shape, 1);
  const { data } = await model.predict({ images, shape, count }, { signal });
  const [scores, maps] = [new Float32Array(count), new Float32Array(count * pixels)];
  for (let i = 0; i < count; i++) {
    const own = Float32Array.from(images.subarray(i * size, (i + 1) * size), (x) => x / 255);
    const off = own.map((x, k) => x - data[i * size + k]!);
    const whole = contrastOf(own, shape) + floor * contrast;
    smoothed(off, shape).forEach((d, k) => {
      maps[i * pixels + Math.floor((k * pixels) / size)]! += (d * d) / whole;
    });
    scores[i] = maps.subarray(i * pixels, (i + 1) * pixels).reduce((a, b) => a + b, 0);
  }
  return { scores, maps, drawn: Uint8Array.from(data, (x) => Math.round(255 * x)) };
}

const meanContrast = ({ images, shape, count }: Looked): number => {
  const size = sizeOf(shape);
  let sum = 0;
  for (let i = 0; i < count; i++)
    sum += contrastOf(
      Float32Array.from(images.subarray(i * size, (i + 1) * size), (x) => x / 255),
      shape,
    );
  return sum / count;
};

/** How far the smoothed pixels of a picture are from their mean, channel by channel: the sum of squares. */
function contrastOf(picture: Float32Array, shape: Shape): number {
  const smooth = smoothed(picture, shape);
  const channels = at(shape, 2);
  const means = new Float64Array(channels);
  smooth.forEach((x, k) => (means[k % channels]! += (x * channels) / smooth.length));
  return smooth.reduce((sum, x, k) => sum + (x - means[k % channels]!) ** 2, 0);
}

/** A picture [H, W, C] smoothed by (1, 2, 1) / 4 both ways, twice for 28 pixels and as widely for others; beyond the edges is 0. */
function smoothed(picture: Float32Array, shape: Shape): Float32Array {
  const [height, width, channels] = [at(shape, 0), at(shape, 1), at(shape, 2)];
  const passes = Math.max(1, Math.round(2 * (Math.min(height, width) / 28) ** 2));
  let smooth = picture;
  for (let pass = 0; pass < passes; pass++) {
    smooth = alongLines(smooth, channels, width);
    smooth = alongLines(smooth, width * channels, height);
  }
  return smooth;
}

/** One pass over lines of `length` numbers that lie `step` apart. */
function alongLines(x: Float32Array, step: number, length: number): Float32Array {
  return x.map((value, k) => {
    const place = Math.floor(k / step) % length;
    const before = place > 0 ? x[k - step]! : 0;
    const after = place < length - 1 ? x[k + step]! : 0;
    return (2 * value + before + after) / 4;
  });
}
