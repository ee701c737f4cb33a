// Models that come with eidos: which network a file in models/ holds, how drawings are prepared for it, and the bytes.
// Reading the file is left to others: Node has node-shipped.ts, a page fetches it.
//
// To add one: a row in `shipped`, its file in models/.
import { check } from '../base/check.ts';
import { freehandPresets } from '../nn/presets/freehand.ts';
import type { CompileOptions } from '../nn/task.ts';
import type { Model } from '../nn/model.ts';
import type { Preparation } from '../picture/prepare.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** What is known of a shipped model. */
export interface Shipped {
  /** Its file in models/. */
  readonly file: string;
  readonly network: () => Model;
  readonly loss: CompileOptions['loss'];
  /** What its outputs stand for. */
  readonly classes: readonly string[];
  /** How drawings become what it takes. */
  readonly preparation: Preparation;
}

const rows = {
  freehand: {
    file: 'freehand.safetensors',
    network: () => freehandPresets.freehand.network(),
    loss: freehandPresets.freehand.loss,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    preparation: 'mnist',
  },
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
  const weights = await model.getWeights();
  return writeSafetensors(
    weights.map(({ name: path, shape, data }) => ({ name: path, shape, dtype: 'f32', data })),
    { eidos: kindOf(name), preparation: aboutShipped(name).preparation },
  );
}

/** The model with the weights of its file's bytes, ready to predict, to evaluate, or to be trained on. */
export async function shippedFromBytes(
  name: ShippedName,
  bytes: Uint8Array,
  options: Pick<CompileOptions, 'device'> = {},
): Promise<Model> {
  const { network, loss } = aboutShipped(name);
  const { tensors, metadata } = readSafetensors(bytes, name);
  check(
    metadata['eidos'] === kindOf(name),
    () =>
      `${name}: needs a file that says it is an eidos ${kindOf(name)}, got ${metadata['eidos'] ?? 'none'}`,
  );
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
