// A classifier that was trained before, opened to be asked: the run that is named or the newest that suits, with the
// weights of its newest checkpoint; where there is none, the one that comes with eidos.
import {
  aboutShipped,
  EidosError,
  latestRun,
  loadCheckpoint,
  readRun,
  shipped,
  shippedNames,
  type Device,
  type Model,
  type Preparation,
  type RunInfo,
  type ShippedName,
} from '../src/index.ts';
import { openDevice, type Io } from './io.ts';
import { modelEnding, modelFile } from './model-file.ts';
import type { SharedOptions } from './options.ts';
import { configOf, isPreset, modelFor, presetOf, type Kind, type Plan } from './plan.ts';
import { near } from './sheet.ts';

/** What is known of a trained classifier. */
export interface About extends Kind, Pick<Plan, 'data' | 'limit' | 'size' | 'grey'> {
  /** The run's folder, or what it is called among those that come with eidos. */
  readonly run: string;
  /** Its network's name. */
  readonly name: string;
  /** Outputs are logits. */
  readonly logits: boolean;
  /** How drawings become what it takes; undefined if it reads something else. */
  readonly preparation: Preparation | undefined;
}

/** A trained classifier. */
export interface Trained {
  readonly about: About;
  readonly device: Device;
  readonly model: Model;
}

/** What opens it on a device. */
interface Opening {
  readonly about: About;
  open(device: Device): Promise<Model>;
}

/** Whether a run trained a classifier and has weights to ask. */
const isClassifier = ({ record, checkpoints }: RunInfo): boolean =>
  isPreset(record.config['model']) && checkpoints.length > 0;

/** The newest run that can be asked. */
export const newestClassifier = (): Promise<RunInfo | undefined> => latestRun('runs', isClassifier);

/** Opens a classifier for `work`, and closes it after; `which` is a run's folder, a file of a model or a shipped model's name. */
export async function withTrained<T>(
  io: Io,
  which: string | undefined,
  options: SharedOptions,
  work: (trained: Trained) => Promise<T>,
): Promise<T> {
  const run = which === undefined ? await newestClassifier() : undefined;
  const name = shippedNames.find((one) => one === (which ?? 'freehand'));
  const opening =
    which !== undefined && modelEnding(which) !== undefined
      ? await modelFile(io, which)
      : run === undefined && name !== undefined
        ? shippedOpening(io, name)
        : await runOpening(io, run ?? (await readRun(which ?? '')));
  await using device = await openDevice(io, options);
  io.signal.throwIfAborted();
  await using model = await opening.open(device);
  // Awaited here: what it works with is closed when this function ends.
  return await work({ about: opening.about, device, model });
}

async function runOpening({ t, progress }: Io, { folder, record }: RunInfo): Promise<Opening> {
  const config = configOf(record.config, folder, t);
  const { checkpoint, snapshot } = await loadCheckpoint(folder, {
    onWarning: (warning) => progress.note(t.refused(warning)),
  });
  progress.note(t.asks(near(folder), checkpoint.step));
  const logits = presetOf(config).logits === true;
  const preparation = config.data === 'mnist' ? 'mnist' : undefined;
  return {
    about: { ...config, run: folder, name: config.model, logits, preparation },
    async open(device) {
      const model = modelFor(config, { device, seed: record.seed });
      await model.restore(snapshot);
      return model;
    },
  };
}

function shippedOpening({ t, progress }: Io, name: ShippedName): Opening {
  progress.note(t.asksShipped(name));
  const { classes, preparation, data, logits } = aboutShipped(name);
  const shape = [28, 28, 1] as const;
  const from = { data, limit: null, size: null, grey: false };
  return {
    about: { ...from, shape, classes, run: name, name, logits, preparation },
    open: (device) => shipped(name, { device }),
  };
}

/** The newest run that suits, or an error that says there is none. */
export async function needRun({ t }: Io, call: string): Promise<RunInfo> {
  const run = await newestClassifier();
  if (!run) throw new EidosError(t.noRun(call));
  return run;
}
