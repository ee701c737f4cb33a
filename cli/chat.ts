// `eidos train chat --text file`: a network learns to write from any text, one character after the other, and is
// measured beside counting. What it learned is asked by say.ts.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  chat,
  chatEpochs,
  chatOptimizer,
  corpusOf,
  EidosError,
  NGram,
  Speaker,
  Vocabulary,
  windowsOf,
  type Chat,
  type Corpus,
  type Device,
  type Json,
} from '../src/index.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { UsageError, wholeNumber } from './options.ts';
import { takesOnly, trainSequence, type Subject } from './sequence.ts';
import { near } from './sheet.ts';
import type { Training, TrainOptions } from './trainings.ts';

/** Characters read before the held-out ones, so that its memory is not empty. */
const before = 256;

/** What a chat is trained with; it stands in run.json. */
interface Plan {
  /** The text's path. */
  readonly text: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  readonly epochs: number;
  readonly batch: number;
  readonly units: number;
  readonly window: number;
  readonly learningRate: number;
  /** The vocabulary, the unknown mark left out. */
  readonly known: readonly string[];
}

/** The training. */
export const chatTraining: Training = {
  listed: () => ({
    parameters: chat(
      new Vocabulary(Array.from({ length: 99 }, (_, i) => String.fromCodePoint(32 + i))),
    ).model.count(),
    data: 'text',
    optimizer: 'adam',
    batch: 16,
    epochs: 12,
    source: {
      title: 'LSTM (1997)',
      link: 'https://doi.org/10.1162/neco.1997.9.8.1735',
    },
  }),
  addOptions(command, t) {
    command
      .option('--text <file>', t.textOption)
      .option('--units <n>', t.unitsOption, wholeNumber(command, t, '--units', [1, 4096]))
      .option('--window <n>', t.windowOption, wholeNumber(command, t, '--window', [2, 4096]));
  },
  async train(io, options, run) {
    takesOnly(io.t, 'chat', options, ['learningRate', 'text', 'units', 'window']);
    const { plan, corpus } = run
      ? await again(io, run.record.config, run.folder, options)
      : await planned(io, options);
    const { t, progress } = io;
    const held = corpus.numbers.length - corpus.heldOut;
    progress.note(t.text(near(plan.text), corpus.heldOut, held, corpus.vocabulary.size));
    if (corpus.little) progress.note(t.littleText(corpus.numbers.length));
    const job = {
      name: 'chat',
      config: { model: 'chat', data: basename(plan.text), ...plan },
      make: (device: Device, seed: number) => subjectOf(io, { plan, corpus, device, seed }),
    };
    return trainSequence(io, options, job, run);
  },
};

/** The plan that the words of a command come to. */
async function planned(
  { t }: Io,
  options: TrainOptions,
): Promise<{ readonly plan: Plan; readonly corpus: Corpus }> {
  const { text, units = 128, window = 32 } = options as { text?: string; units?: number; window?: number };
  if (text === undefined) throw new UsageError(t.needsText);
  const { learningRate = 0.006, batch = 16 } = options;
  const read = await readText(t, text);
  const corpus = corpusOf(read.text);
  const { count } = windowsOf(corpus, window);
  const epochs = options.epochs ?? chatEpochs(count, batch);
  const known = corpus.vocabulary.characters.slice(1);
  const plan = {
    text: resolve(text),
    sha256: read.sha256,
    epochs,
    batch,
    units,
    window,
    learningRate,
    known,
  };
  return { plan, corpus };
}

/** The plan of a run, if its text is still the same. */
async function again(
  { t }: Io,
  config: Readonly<Record<string, Json>>,
  folder: string,
  { epochs }: TrainOptions,
): Promise<{ readonly plan: Plan; readonly corpus: Corpus }> {
  const plan = planIn(config, folder, t);
  const { text, sha256 } = await readText(t, plan.text);
  if (sha256 !== plan.sha256) throw new EidosError(t.otherText(plan.text));
  const corpus = corpusOf(text, { vocabulary: new Vocabulary(plan.known) });
  return { plan: { ...plan, epochs: epochs ?? plan.epochs }, corpus };
}

/** The plan in the config of a run. */
function planIn(config: Readonly<Record<string, Json>>, folder: string, t: Messages): Plan {
  const kinds: Readonly<Record<keyof Plan, (x: Json | undefined) => boolean>> = {
    text: (x) => typeof x === 'string',
    sha256: (x) => typeof x === 'string',
    epochs: Number.isInteger,
    batch: Number.isInteger,
    units: Number.isInteger,
    window: Number.isInteger,
    learningRate: (x) => typeof x === 'number',
    known: (x) => Array.isArray(x) && x.every((one) => typeof one === 'string'),
  };
  const wrong = Object.entries(kinds).find(([name, is]) => !is(config[name]));
  if (wrong) throw new EidosError(t.badConfig(folder, wrong[0]));
  return config as unknown as Plan;
}

/** A chat as the config of a run says, compiled for a device; its weights are still to come. */
export function chatFor(
  t: Messages,
  config: Readonly<Record<string, Json>>,
  folder: string,
  { device, seed }: { readonly device: Device; readonly seed: number },
): Chat {
  return compiled(planIn(config, folder, t), { device, seed, totalSteps: 1 });
}

function compiled(
  { known, units, learningRate }: Plan,
  {
    device,
    seed,
    totalSteps,
  }: { readonly device: Device; readonly seed: number; readonly totalSteps: number },
): Chat {
  const made = chat(new Vocabulary(known), { units });
  made.model.compile({
    optimizer: chatOptimizer(totalSteps, learningRate),
    loss: 'sparseCategoricalCrossentropy',
    device,
    seed,
  });
  return made;
}

async function readText(
  t: Messages,
  path: string,
): Promise<{ readonly text: string; readonly sha256: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new EidosError(
      t.noText(path, error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256 };
  } catch {
    throw new EidosError(t.notUtf8(path));
  }
}

async function subjectOf(
  io: Io,
  {
    plan,
    corpus,
    device,
    seed,
  }: { readonly plan: Plan; readonly corpus: Corpus; readonly device: Device; readonly seed: number },
): Promise<Subject> {
  const { epochs, batch, window } = plan;
  const data = windowsOf(corpus, window);
  const totalSteps = epochs * Math.ceil(data.count / batch);
  const made = compiled(plan, { device, seed, totalSteps });
  const speaker = await Speaker.of(made);
  return {
    model: made.model,
    data,
    options: { epochs, batchSize: batch },
    conclude: () => conclude(io, corpus, speaker, seed),
    close: () => speaker.close(),
  };
}

/** Measures it on the held-out text beside counting, and lets it write a little. */
async function conclude(
  io: Io,
  { numbers, heldOut, vocabulary }: Corpus,
  speaker: Speaker,
  seed: number,
): Promise<Readonly<Record<string, Json>>> {
  const { t } = io;
  const held = numbers.subarray(heldOut);
  const bitsPerCharacter = await speaker.bits(numbers.subarray(Math.max(0, heldOut - before), heldOut), held);
  const trigramBits = new NGram(numbers.subarray(0, heldOut), { size: vocabulary.size }).bits(
    numbers,
    heldOut,
  );
  io.result(t.bits(bitsPerCharacter, trigramBits, held.length));
  let sample = '';
  for await (const c of speaker.say({ length: 200, temperature: 0.7, seed })) sample += c;
  io.result(sample);
  return {
    bitsPerCharacter,
    trigramBits,
    trainCharacters: heldOut,
    heldOutCharacters: held.length,
    vocabulary: vocabulary.size,
    sample,
  };
}
