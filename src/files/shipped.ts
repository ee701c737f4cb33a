// Models that come with eidos: which network a file in models/ holds, how drawings are prepared for it, and the bytes.
// Reading the file is left to others: Node has node-shipped.ts, a page fetches it.
//
// To add one: a row in `shipped`, its file in models/.
import { check } from '../base/check.ts';
import { known, type DatasetName } from '../data/sets.ts';
import { presets, type PresetName } from '../nn/presets.ts';
import type { CompileOptions } from '../nn/task.ts';
import type { Model } from '../nn/model.ts';
import type { Preparation } from '../picture/prepare.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { inSteps, outOfSteps } from './steps.ts';

/** What is known of a shipped model. */
export interface Shipped {
  /** Its file in models/. */
  readonly file: string;
  readonly network: () => Model;
  readonly loss: CompileOptions['loss'];
  /** Outputs are logits: their softmax are the probabilities. */
  readonly logits: boolean;
  /** What it has learned from. */
  readonly data: DatasetName;
  /** What its outputs stand for. */
  readonly classes: readonly string[];
  /** How drawings become what it takes. */
  readonly preparation: Preparation;
  /** Its matrices are stored as multiples of this; as they are where it is not given. */
  readonly step?: number;
  /** The part of all test examples of its data that it reads right. */
  readonly accuracy: number;
}

/** A preset's network as its preset trained it. */
function ofPreset(
  name: PresetName,
  {
    preparation = 'mnist',
    ...own
  }: Pick<Shipped, 'accuracy' | 'step'> & { readonly preparation?: Preparation },
): Shipped {
  const { network, loss, logits = false, data } = presets[name];
  return {
    file: `${name}.safetensors`,
    network: () => network(),
    loss,
    logits,
    data,
    classes: known(data).classes,
    preparation,
    ...own,
  };
}

const rows = {
  freehand: ofPreset('freehand', { accuracy: 0.9911 }),
  'simple-cnn': ofPreset('simple-cnn', { accuracy: 0.9913 }),
  tutorial: ofPreset('tutorial', { accuracy: 0.9866 }),
  // Clothes fill their pictures, so a drawing is only made smaller.
  fashion: ofPreset('fashion', { accuracy: 0.9066, preparation: 'raw' }),
  // 1.2 million weights: in steps they fit, and read 0.16 points less than as they were learned.
  mlp784: ofPreset('mlp784', { accuracy: 0.9818, step: 0.03 }),
} as const satisfies Readonly<Record<string, Shipped>>;

/** A shipped model's name. */
export type ShippedName = keyof typeof rows;

/** Their names. */
export const shippedNames = Object.keys(rows) as ShippedName[];

/** The row of a shipped model. */
export function aboutShipped(name: ShippedName): Shipped {
  check(
    Object.hasOwn(rows, name),
    () => `shipped: needs one of ${shippedNames.join(', ')}, got ${JSON.stringify(name)}`,
  );
  return rows[name];
}

/** What the file says of itself. */
const kindOf = (name: ShippedName): string => `model ${name} 1`;

/** The weights of such a model as a safetensors file. */
export async function shippedToBytes(name: ShippedName, model: Model): Promise<Uint8Array> {
  const { step, preparation } = aboutShipped(name);
  const weights = (await model.getWeights()).map(
    ({ name: path, shape, data }) => ({ name: path, shape, dtype: 'f32', data }) as const,
  );
  return writeSafetensors(step === undefined ? weights : [await inSteps(weights, step)], {
    eidos: kindOf(name),
    preparation,
  });
}

/** The model with the weights of its file's bytes, ready to predict, to evaluate, or to be trained on. */
export async function shippedFromBytes(
  name: ShippedName,
  bytes: Uint8Array,
  options: Pick<CompileOptions, 'device'> = {},
): Promise<Model> {
  const { network, loss } = aboutShipped(name);
  const { tensors: stored, metadata } = readSafetensors(bytes, name);
  check(
    metadata['eidos'] === kindOf(name),
    () =>
      `${name}: needs a file that says it is an eidos ${kindOf(name)}, got ${metadata['eidos'] ?? 'none'}`,
  );
  const tensors = await outOfSteps(stored, name);
  const model = network();
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'], ...options });
  const wanted = (await model.getWeights()).map((weight) => weight.name);
  const missing = wanted.find((path) => tensors.every((tensor) => tensor.name !== path));
  check(missing === undefined, () => `${name}: the file has no weight ${missing}`);
  await model.setWeights(
    tensors.map(({ name: path, data }) => ({ name: path, data: Float32Array.from(data) })),
  );
  return model;
}
