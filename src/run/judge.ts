// The judge: two fixed networks that were not asked, whose mean says what ideas and attacked pictures show to others. It only
// reports. Nothing that searches, trains, stops or picks may use it (a test sees to that), or ideas would be made to
// please it too, and its word would be worth no more than that of the network asked.
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { judgeRecipe } from '../nn/judge.ts';
import type { Model } from '../nn/model.ts';

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

/** The judge, ready to be asked. */
export interface Judge {
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
  return {
    version: judgeVersion,
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
      for (const model of models) await model.close();
    },
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
  const each = said.map(softmaxOf);
  const probabilities = Float32Array.from({ length: words }, (_, k) =>
    each.reduce((sum, one) => sum + (one[k] ?? NaN) / each.length, 0),
  );
  const top = probabilities.indexOf(Math.max(...probabilities));
  return { reads: top === words - 1 ? 'nothing' : top, probabilities };
}

function softmaxOf(logits: Float32Array): Float32Array {
  const most = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}
