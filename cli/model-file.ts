// A trained classifier as one file: mnist_check's test.dat and Chainer's test.model, which say nothing of themselves, and
// safetensors with a small description of the network. Where a command takes a run it takes such a file too;
// `eidos runs export` writes one.
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import {
  checkValue,
  EidosError,
  presets,
  readChainer,
  readDat,
  readSafetensors,
  writeChainer,
  writeDat,
  writeSafetensors,
  type Device,
  type Model,
} from '../src/index.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { isPreset } from './plan.ts';
import type { About, Trained } from './trained.ts';

/** What such a file's name ends in. */
export const modelEndings = ['.dat', '.npz', '.model', '.safetensors'] as const;

type Ending = (typeof modelEndings)[number];

/** What the file's name ends in, if it is such a file's. */
export const modelEnding = (path: string): Ending | undefined =>
  modelEndings.find((one) => one === extname(path).toLowerCase());

const kind = 'classifier 1';
const digitNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const fromMnist = { data: 'mnist', limit: null, size: null, grey: false, preparation: 'mnist' } as const;

/** A file that is about to be opened on a device. */
export interface FileOpening {
  readonly about: About;
  open(device: Device): Promise<Model>;
}

/** The classifier in a file; its check value is said when it is open. */
export async function modelFile({ t, progress }: Io, path: string): Promise<FileOpening> {
  const bytes = new Uint8Array(
    await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new EidosError(t.noModelFile(path, error.code ?? String(error)));
    }),
  );
  const ending = modelEnding(path);
  const opening =
    ending === '.safetensors' ? described(t, path, bytes) : perceptron(path, bytes, ending === '.dat');
  return {
    about: opening.about,
    async open(device) {
      const model = await opening.open(device);
      if (ending !== '.safetensors') progress.note(t.checkValue(path, await checkValue(model)));
      return model;
    },
  };
}

/** mnist_check's network, by either of its files. */
function perceptron(path: string, bytes: Uint8Array, isDat: boolean): FileOpening {
  const name = basename(path);
  const read = isDat ? readDat : readChainer;
  const shape = [28, 28, 1] as const;
  return {
    about: { ...fromMnist, run: path, name, shape, classes: digitNames, logits: true },
    open: (device) => read(bytes, name, { device }),
  };
}

/** A file that names its preset, the shape of its pictures and its classes. */
function described(t: Messages, path: string, bytes: Uint8Array): FileOpening {
  const { tensors, metadata } = readSafetensors(bytes, path);
  const { eidos, model, data = '' } = metadata;
  const shape = (metadata['shape'] ?? '').split(',').map(Number);
  const classes = (metadata['classes'] ?? '').split('\n');
  const [height = NaN, width = NaN, channels = NaN] = shape;
  if (eidos !== kind || !isPreset(model) || shape.length !== 3 || !shape.every(Number.isInteger))
    throw new EidosError(t.notDescribed(path, kind, eidos));
  const { network, loss, logits = false } = presets[model];
  const from = { ...fromMnist, data, preparation: data === 'mnist' ? ('mnist' as const) : undefined };
  return {
    about: { ...from, run: path, name: model, shape: [height, width, channels], classes, logits },
    async open(device) {
      const made = network(shape, classes.length);
      made.compile({ optimizer: 'adam', loss, metrics: ['accuracy'], device });
      await made.setWeights(tensors.map(({ name, data: all }) => ({ name, data: Float32Array.from(all) })));
      return made;
    },
  };
}

/** The bytes of a file of a trained classifier. */
export async function modelBytes(
  t: Messages,
  { about, model }: Pick<Trained, 'about' | 'model'>,
  path: string,
): Promise<Uint8Array> {
  const ending = modelEnding(path);
  if (ending === '.dat') return writeDat(model);
  if (ending !== '.safetensors') return writeChainer(model);
  const { name, data, shape, classes } = about;
  if (!isPreset(name)) throw new EidosError(t.noPreset(path, name));
  const tensors = (await model.getWeights()).map((one) => ({ ...one, dtype: 'f32' as const }));
  const description = { eidos: kind, model: name, data, shape: shape.join(), classes: classes.join('\n') };
  return writeSafetensors(tensors, description);
}
