// The models that can be asked: those that come with eidos, files, and what was trained in the page. Each is known to
// the page by a card; the network itself stays here. To add a way to open one: a row in `readers`, or keepModel().
import {
  aboutShipped,
  presets,
  presetNames,
  readChainer,
  readDat,
  readSafetensors,
  shippedFromBytes,
  shippedNames,
  snapshotFromBytes,
  type Model,
  type Preparation,
  type ShippedName,
} from 'eidos';
import { device } from './engine.ts';
import { Said } from './rpc.ts';
import { openRun, runCards } from './run-models.ts';

/** What the page knows of a model. */
export interface ModelCard {
  /** What services are asked with. */
  readonly id: string;
  /** What people call it: a shipped model's name, a file's, a run's. */
  readonly name: string;
  readonly origin: 'shipped' | 'file' | 'run';
  /** Of one picture: [height, width, channels]. */
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  /** How drawings become what it learned from, or undefined where nobody knows. */
  readonly preparation: Preparation | undefined;
}

/** A model, open. */
export interface OpenModel extends ModelCard {
  readonly model: Model;
  /** Outputs are logits: their softmax are the probabilities. */
  readonly logits: boolean;
}

const held = new Map<string, OpenModel>();
const opening = new Map<string, Promise<OpenModel>>();

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const shippedCard = (name: ShippedName): ModelCard => {
  const { classes, preparation } = aboutOf(name);
  return { id: name, name, origin: 'shipped', shape: [28, 28, 1], classes, preparation };
};

/** The bytes of a file that lies beside the page in `models/`. */
export async function besidePage(file: string): Promise<Uint8Array> {
  // The worker's own file is in assets/. (An address made of import.meta.url would be the bundler's to resolve.)
  const answer = await fetch(new URL(`../models/${file}`, location.href));
  if (!answer.ok) throw new Said('fileNotBeside', `models/${file}`, answer.status);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The model that a card is of, opened when it is first asked for. */
export function modelOf(id: string): Promise<OpenModel> {
  const there = held.get(id);
  if (there) return Promise.resolve(there);
  const name = shippedNames.find((one) => one === id);
  const run = /^run:(.+)$/.exec(id)?.[1];
  if (name === undefined && run === undefined) return Promise.reject(new Said('modelGone', id));
  const now = opening.get(id) ?? (name ? openShipped(name) : openRun(run ?? '').then(keepModel));
  opening.set(id, now);
  // Who asks again after a failure tries again.
  now.catch(() => opening.delete(id));
  return now;
}

async function openShipped(name: ShippedName): Promise<OpenModel> {
  const [on, bytes] = await Promise.all([device(), besidePage(aboutShipped(name).file)]);
  const model = await shippedFromBytes(name, bytes, { device: on });
  return keepModel({ ...shippedCard(name), model, logits: aboutOf(name).logits });
}

/** Makes a model known; one of the same id is closed. */
export function keepModel(open: OpenModel): OpenModel {
  const before = held.get(open.id);
  if (before && before.model !== open.model) void before.model.close();
  held.set(open.id, open);
  return open;
}

/** Forgets a model. */
export async function dropModel(id: string): Promise<void> {
  const before = held.get(id);
  held.delete(id);
  opening.delete(id);
  await before?.model.close();
}

export const cardOf = ({ id, name, origin, shape, classes, preparation }: ModelCard): ModelCard => ({
  id,
  name,
  origin,
  shape,
  classes,
  preparation,
});

/** A file's model; its classes and the preparation where the file says whose it is. */
type Reader = (
  name: string,
  bytes: Uint8Array,
) => Promise<Pick<OpenModel, 'model' | 'logits'> & Partial<Pick<OpenModel, 'classes' | 'preparation'>>>;

const aboutOf = (name: ShippedName): Pick<OpenModel, 'logits' | 'classes' | 'preparation'> => {
  const { logits, classes, preparation } = aboutShipped(name);
  return { logits, classes, preparation };
};

const readers: Readonly<Record<string, Reader>> = {
  dat: async (name, bytes) => ({
    model: await readDat(bytes, name, { device: await device() }),
    logits: true,
  }),
  npz: async (name, bytes) => ({
    model: await readChainer(bytes, name, { device: await device() }),
    logits: true,
  }),
  model: async (name, bytes) => ({
    model: await readChainer(bytes, name, { device: await device() }),
    logits: true,
  }),
  safetensors: readTensors,
};

/** A model that comes with eidos, or a run's checkpoint: the network is told by its weights. */
async function readTensors(name: string, bytes: Uint8Array): ReturnType<Reader> {
  const on = await device();
  const { metadata } = readSafetensors(bytes, name);
  const shippedName = shippedNames.find((one) => metadata['eidos']?.startsWith(`model ${one} `));
  if (shippedName !== undefined)
    return {
      model: await shippedFromBytes(shippedName, bytes, { device: on }),
      ...aboutOf(shippedName),
    };
  const snapshot = snapshotFromBytes(bytes, name);
  const sizes = new Map(snapshot.tensors.map((tensor) => [tensor.name, tensor.shape.join()]));
  for (const one of presetNames) {
    const { network, loss, logits = false } = presets[one];
    const model = network();
    model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'], device: on });
    const weights = await model.getWeights();
    const found = weights.map((weight) => snapshot.tensors.find((tensor) => tensor.name === weight.name));
    if (weights.every((weight) => sizes.get(weight.name) === weight.shape.join())) {
      await model.setWeights(
        weights.map((weight, i) => ({
          name: weight.name,
          data: Float32Array.from(found[i]?.data as Float32Array),
        })),
      );
      return { model, logits };
    }
    await model.close();
  }
  throw new Said('networkUnknown', name, presetNames);
}

/** What the page can ask about models. */
export const models = {
  /** Those at hand. */
  async list(_: unknown): Promise<readonly ModelCard[]> {
    const open = [...held.values()].filter(({ origin }) => origin !== 'shipped').map(cardOf);
    const kept = (await runCards()).filter(({ id }) => !held.has(id));
    return [...shippedNames.map(shippedCard), ...open, ...kept];
  },

  /** Opens a file: .dat, .npz or .model of kaityo256's page, .safetensors of ours. */
  async open({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Promise<ModelCard> {
    const kind = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
    const reader = readers[kind];
    if (!reader) throw new Said('fileUnknown', name, Object.keys(readers));
    const { model, logits, ...known } = await reader(name, bytes);
    const shape = (model.inputShapes?.[0] ?? []).map(Number);
    const count = Number(model.outputShapes?.[0]?.[0] ?? 0);
    const numbered = count === digits.length ? digits : Array.from({ length: count }, (_, i) => String(i));
    const { classes = numbered, preparation = kind === 'safetensors' ? 'mnist' : 'legacy' } = known;
    const open = {
      id: `file:${name}`,
      name,
      origin: 'file',
      shape,
      classes,
      preparation,
      model,
      logits,
    } as const;
    return cardOf(keepModel(open));
  },

  /** Makes a model ready, so that its first answer comes at once. */
  async ready({ id }: { readonly id: string }): Promise<ModelCard> {
    const { model, shape, ...card } = await modelOf(id);
    const size = shape.reduce((a, b) => a * b, 1);
    await model.predict({ images: new Uint8Array(size), shape: [...shape], count: 1 });
    return cardOf({ ...card, shape });
  },
};

/** Rows of a model's outputs as probabilities: as they are, or their softmax. */
export function probabilitiesOf(outputs: Float32Array, classes: number, logits: boolean): Float32Array {
  if (!logits) return outputs;
  const out = new Float32Array(outputs.length);
  for (let from = 0; from < outputs.length; from += classes) {
    const row = outputs.subarray(from, from + classes);
    const most = Math.max(...row);
    const powers = Array.from(row, (x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((x, i) => (out[from + i] = x / sum));
  }
  return out;
}
