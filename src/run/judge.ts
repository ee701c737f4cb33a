// The judge: two fixed networks that were not asked, whose mean says what ideas and attacked pictures show to others. It only
// reports. Nothing that searches, trains, stops or picks may use it (a test sees to that), or ideas would be made to
// please it too, and its word would be worth no more than that of the network asked.
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Program } from '../device/device.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { judgeRecipe } from '../nn/judge.ts';
import { softmaxRows, type Eye, type Pictures, type Sight } from '../gan/measures/eye.ts';
import { seen } from '../invert/sight.ts';
import type { Model } from '../nn/model.ts';
import type { Tensor } from '../tensor.ts';

/** Counted up when its weights change: figures of two versions are not compared. */
export const judgeVersion = 2;

/** Its file in models/. */
export const judgeFile = 'judge.safetensors';

const kind = `judge ${judgeVersion}`;
const shape: Shape = [28, 28, 1];
const words = 11;

/** What the judge says of a picture. */
export interface Verdict {
  /** The likeliest digit, or nothing where that is likelier than every digit. */
  readonly reads: number | 'nothing';
  /** Of the ten digits, then of nothing. */
  readonly probabilities: Float32Array;
}

/** The judge, ready to be asked. As an Eye it measures what generators of digits draw. */
export interface Judge extends Eye {
  readonly version: number;
  /** A verdict for each picture, of [28, 28, 1] pixels in [0, 1]; they are read as they would be stored, in 8 bits. */
  read(pictures: readonly Float32Array[]): Promise<readonly Verdict[]>;
  close(): Promise<void>;
}

/** The weights of a judge's networks as a safetensors file, numbers in 16 bits. */
export async function judgeToBytes(models: readonly Model[]): Promise<Uint8Array> {
  const tensors: FileTensor[] = [];
  for (const [i, model] of models.entries())
    for (const { name, shape: size, data } of await model.getWeights())
      tensors.push({ name: `${i}/${name}`, shape: size, dtype: 'f32', data });
  return writeSafetensors(tensors, { eidos: kind }, { half: true });
}

/** Whether the judge can read pictures of this shape. */
export const judges = (size: Shape): boolean => sizeOf(size) === sizeOf(shape) && size.at(-1) !== 3;

/** The judge of the bytes of its file. */
export async function judgeFromBytes(
  bytes: Uint8Array,
  { device }: { readonly device?: Device | undefined } = {},
): Promise<Judge> {
  const { tensors, metadata } = readSafetensors(bytes, 'judge');
  check(
    metadata['eidos'] === kind,
    () => `judge: needs a file that says it is an eidos ${kind}, got ${metadata['eidos'] ?? 'none'}`,
  );
  const models: Model[] = [];
  for (const [i, network] of judgeRecipe.networks.entries()) {
    const model = network();
    model.compile({ optimizer: 'adam', loss: judgeRecipe.loss, ...(device && { device }) });
    const own = tensors.filter(({ name }) => name.startsWith(`${i}/`));
    await model.setWeights(
      own.map(({ name, data }) => ({ name: name.slice(2), data: Float32Array.from(data) })),
    );
    models.push(model);
  }
  // What generators draw is read by all of them; features are the first one's.
  const lookers = models.map(lookerOf);
  return {
    version: judgeVersion,
    kind: `judge ${judgeVersion}`,
    words: [...Array.from({ length: words - 1 }, (_, digit) => String(digit)), 'nothing'],
    classes: words - 1,
    async see(pictures, { signal } = {}) {
      const sights: Sight[] = [];
      for (const looker of lookers) sights.push(await looker.see(pictures, signal));
      const { features, probabilities } = sights[0] as Sight;
      const mean = probabilities.map((_, i) =>
        sights.reduce((sum, one) => sum + one.probabilities[i]! / sights.length, 0),
      );
      return { features, probabilities: mean };
    },
    async read(pictures) {
      for (const { length } of pictures)
        check(
          length === sizeOf(shape),
          () => `judge: needs pictures of ${show(shape)}, ${sizeOf(shape)} pixels, got ${length}`,
        );
      if (pictures.length === 0) return [];
      const images = Uint8Array.from(
        pictures.flatMap((one) => Array.from(one, (x) => Math.round(255 * Math.min(1, Math.max(0, x))))),
      );
      const said: Float32Array[] = [];
      for (const model of models)
        said.push((await model.predict({ images, shape, count: pictures.length })).data);
      return pictures.map((_, i) => verdictOf(said.map((all) => all.subarray(i * words, (i + 1) * words))));
    },
    async close() {
      for (const looker of lookers) await looker.close();
      for (const model of models) await model.close();
    },
  };
}

/** Pictures looked at at once. */
const together = 250;

/** Looks for features as well as words; its program is made when it is first asked. */
function lookerOf(model: Model): {
  readonly see: (pictures: Pictures, signal: AbortSignal | undefined) => Promise<Sight>;
  readonly close: () => Promise<void>;
} {
  // What is found in a picture, in the mean over places: the last layer's input.
  const inside = model.layers.at(-2)?.name;
  const make = async (): Promise<Program> => {
    const weights = await model.variables();
    return weights.device.compile(
      ({ inputs }) => {
        const x = (inputs['x'] as Tensor).to('f32').div(255);
        const { logits, inside: features } = seen(model.layer, weights, x, inside);
        return { outputs: { logits, features: features as Tensor } };
      },
      { inputs: { x: { shape: ['batch', ...shape], dtype: 'u8' } }, batch: together },
    );
  };
  let program: Promise<Program> | undefined;
  return {
    async see({ images, count, shape: given }, signal) {
      check(
        judges(given) && images.length === count * sizeOf(shape),
        () => `judge: needs pictures of ${show(shape)}, ${sizeOf(shape)} pixels, got ${show(given)}`,
      );
      const ready = await (program ??= make());
      const logits = new Float32Array(count * words);
      let data = new Float32Array();
      let size = 0;
      for (let from = 0; from < count; from += together) {
        signal?.throwIfAborted();
        const batch = Math.min(together, count - from);
        const x = images.subarray(from * sizeOf(shape), (from + batch) * sizeOf(shape));
        const out = await ready.run({ x }, { batch });
        const features = out['features'] as Float32Array;
        if (from === 0) {
          size = features.length / batch;
          data = new Float32Array(count * size);
        }
        data.set(features, from * size);
        logits.set(out['logits'] as Float32Array, from * words);
      }
      return {
        features: { data, count, size },
        probabilities: softmaxRows(logits, words),
      };
    },
    close: async () => (await program?.catch(() => undefined))?.close(),
  };
}

/** The judge that comes with eidos; in Node, as it is read from a file. */
export async function judge(options: { readonly device?: Device | undefined } = {}): Promise<Judge> {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `judge: needs a file system, got a web page; fetch models/${judgeFile} and call judgeFromBytes()`,
  );
  const { shippedBytes } = await import('./node-shipped.ts');
  return judgeFromBytes(await shippedBytes(judgeFile), options);
}

/** The mean of what the networks say. */
function verdictOf(said: readonly Float32Array[]): Verdict {
  const each = said.map((one) => softmaxRows(one, words));
  const probabilities = Float32Array.from({ length: words }, (_, k) =>
    each.reduce((sum, one) => sum + (one[k] ?? NaN) / each.length, 0),
  );
  const top = probabilities.indexOf(Math.max(...probabilities));
  return { reads: top === words - 1 ? 'nothing' : top, probabilities };
}
