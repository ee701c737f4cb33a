// The judge: a fixed network that was not asked, which says what ideas and attacked pictures show to others. It only
// reports. Nothing that searches, trains, stops or picks may use it (a test sees to that), or ideas would be made to
// please it too, and its word would be worth no more than that of the network asked.
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { readSafetensors, writeSafetensors } from '../files/safetensors.ts';
import { judgeRecipe } from '../nn/judge.ts';
import type { Model } from '../nn/model.ts';

/** Counted up when its weights change: figures of two versions are not compared. */
export const judgeVersion = 1;

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

/** A judge's weights as a safetensors file. */
export async function judgeToBytes(model: Model): Promise<Uint8Array> {
  const weights = await model.getWeights();
  return writeSafetensors(
    weights.map(({ name, shape: size, data }) => ({ name, shape: size, dtype: 'f32', data })),
    { eidos: kind },
  );
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
  const model = judgeRecipe.network();
  model.compile({ optimizer: 'adam', loss: judgeRecipe.loss, ...(device && { device }) });
  await model.setWeights(tensors.map(({ name, data }) => ({ name, data: Float32Array.from(data) })));
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
      const { data } = await model.predict({ images, shape, count: pictures.length });
      return pictures.map((_, i) => verdictOf(data.subarray(i * words, (i + 1) * words)));
    },
    close: () => model.close(),
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

function verdictOf(logits: Float32Array): Verdict {
  const most = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  const probabilities = powers.map((x) => x / sum);
  const top = probabilities.indexOf(Math.max(...probabilities));
  return { reads: top === words - 1 ? 'nothing' : top, probabilities };
}
