// A network that reads a text character by character and says of each what comes next. It is trained on windows of the
// text, each from an empty memory; when it is asked, its memory goes on from character to character (speaker.ts).
import { assert, check } from '../base/check.ts';
import { dense } from '../nn/dense.ts';
import { dropout as dropoutLayer } from '../nn/dropout.ts';
import type { Pairs } from '../nn/data.ts';
import { embedding } from '../nn/embedding.ts';
import { model } from '../nn/functional.ts';
import { lstm } from '../nn/lstm.ts';
import type { Model } from '../nn/model.ts';
import { adam, type Optimizer } from '../nn/optimizer.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { input } from '../nn/symbolic.ts';
import type { Vocabulary } from './vocabulary.ts';
import { tidied, vocabularyOf } from './vocabulary.ts';

export interface ChatOptions {
  /** Of the lstm: what it can remember. */
  readonly units?: number;
  /** Numbers that stand for a character. */
  readonly width?: number;
  /** The share of what the lstm says that is left out in training. */
  readonly dropout?: number;
}

/** A network for texts in a vocabulary, and the layers it is made of. */
export interface Chat {
  readonly vocabulary: Vocabulary;
  readonly model: Model;
  readonly layers: {
    readonly embed: ReturnType<typeof embedding>;
    readonly remember: ReturnType<typeof remembering>;
    readonly choose: ReturnType<typeof dense>;
  };
  readonly units: number;
}

const remembering = (units: number) => lstm(units, { returnSequences: true, returnState: true });

/** embedding, lstm, dropout and dense. Shapes: i32 [time] -> [time, characters] of probabilities. */
export function chat(
  vocabulary: Vocabulary,
  { units = 128, width = 64, dropout = 0.2 }: ChatOptions = {},
): Chat {
  const { size } = vocabulary;
  const embed = embedding(size, width);
  const remember = remembering(units);
  const choose = dense(size, { activation: 'softmax' });
  const x = input([null], { dtype: 'i32' });
  const [all] = remember(embed(x));
  assert(all !== undefined, () => 'chat: the lstm gives nothing');
  const kept = dropout > 0 ? dropoutLayer(dropout)(all) : all;
  return {
    vocabulary,
    units,
    layers: { embed, remember, choose },
    model: model({ inputs: x, outputs: choose(kept), name: 'chat' }),
  };
}

/** How a chat is trained: adam, its rate falling to 0 along half a cosine. */
export const chatOptimizer = (totalSteps: number, learningRate = 0.006): Optimizer =>
  adam({
    learningRate: cosineDecay({ initialLearningRate: learningRate, decaySteps: Math.max(1, totalSteps) }),
    clipnorm: 1,
  });

/** How many epochs suit so many windows: some 10,000 steps, but not over the same text too often. */
export const chatEpochs = (windows: number, batchSize = 16): number =>
  Math.min(12, Math.max(4, Math.ceil(10_000 / Math.ceil(windows / batchSize))));

/** A text made ready: numbers to learn from, and its end, held out. */
export interface Corpus {
  readonly vocabulary: Vocabulary;
  /** All characters, in numbers. */
  readonly numbers: Int32Array;
  /** From this character on nothing is learned from, counts of the vocabulary included. */
  readonly heldOut: number;
  /** What it leaves to wish for, if anything: too few characters. */
  readonly little: boolean;
}

/** A network needs some ten thousand characters to learn spelling, and far more to learn to write. */
export const enoughCharacters = 20_000;

/** The fewest characters that can be learned from at all. */
const fewest = 200;

/** Splits a text: the last part, a tenth unless said otherwise, is held out. Rare characters become unknown ones. */
export function corpusOf(
  text: string,
  {
    heldOut = 0.1,
    least,
    vocabulary,
  }: { readonly heldOut?: number; readonly least?: number; readonly vocabulary?: Vocabulary } = {},
): Corpus {
  check(heldOut > 0 && heldOut < 1, () => `corpusOf: heldOut must be between 0 and 1, got ${heldOut}`);
  const all = Array.from(tidied(text));
  check(
    all.length >= fewest,
    () =>
      `corpusOf: needs a text of at least ${fewest} characters, got ${all.length}; ${enoughCharacters} and more do well`,
  );
  const from = Math.floor(all.length * (1 - heldOut));
  const known = vocabulary ?? vocabularyOf(all.slice(0, from).join(''), least === undefined ? {} : { least });
  return {
    vocabulary: known,
    numbers: known.encode(all.join('')),
    heldOut: from,
    little: all.length < enoughCharacters,
  };
}

/**
 * Windows of what is learned from, half of each in the next one too, and of each the characters that come next. Shapes:
 * x and y i32 [count, steps].
 */
export function windowsOf(
  { numbers, heldOut }: Corpus,
  steps = 32,
): Pairs & { readonly x: Int32Array; readonly y: Int32Array; readonly count: number } {
  check(
    Number.isInteger(steps) && steps >= 2,
    () => `windowsOf: steps must be a whole number from 2, got ${steps}`,
  );
  const length = Math.min(steps, heldOut - 1);
  const stride = Math.max(1, Math.floor(length / 2));
  const count = 1 + Math.floor((heldOut - 1 - length) / stride);
  const rows = (shift: number): Int32Array =>
    Int32Array.from({ length: count * length }, (_, i) => {
      const [row, step] = [Math.floor(i / length), i % length];
      return numbers[row * stride + step + shift] ?? 0;
    });
  return { x: rows(0), y: rows(1), shape: [length], count };
}
