// Asking a trained chat(): its memory, two rows of numbers, stays on the device and goes on from call to call. There
// are two programs, one that reads a character and one that reads many at once, made when first needed and never
// again.
import { assert, check } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import type { Program, Variable } from '../device/device.ts';
import { purposeOf, type Params } from '../nn/layer.ts';
import { mapTree, type Tree } from '../nn/tree.ts';
import { logSoftmax } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import type { Chat } from './chat.ts';

/** Characters that the larger program reads at once. */
const many = 64;

export interface SayOptions {
  /** What it goes on from; a new line if it is empty. */
  readonly prompt?: string;
  /** Characters to say. */
  readonly length?: number;
  /** 0: always the likeliest; 1: as likely as it thinks they are; more: bolder. */
  readonly temperature?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A chat with its memory. */
export class Speaker {
  private readonly chat: Chat;
  private readonly memory: readonly Variable[];
  private readonly params: Tree<Variable>;
  private readonly programs = new Map<number, Promise<Program>>();

  private constructor(chat: Chat, params: Tree<Variable>, memory: readonly Variable[]) {
    this.chat = chat;
    this.params = params;
    this.memory = memory;
  }

  /** With an empty memory, on the device that the model is on. */
  static async of(chat: Chat): Promise<Speaker> {
    const { device, params } = await chat.model.variables();
    const zeros = (name: string): Variable => device.variable(undefined, [1, chat.units], { name });
    return new Speaker(chat, params, [zeros('said'), zeros('kept')]);
  }

  /** Empties its memory. */
  async forget(): Promise<void> {
    await Promise.all(this.memory.map((v) => v.write(new Float32Array(this.chat.units))));
  }

  /** Reads numbers of characters; gives for each the logarithms of what comes next. Shapes: [n] -> [n, characters]. */
  async read(numbers: Int32Array): Promise<Float32Array> {
    const { size } = this.chat.vocabulary;
    const out = new Float32Array(numbers.length * size);
    for (let from = 0; from < numbers.length;) {
      const length = numbers.length - from >= many ? many : 1;
      const program = await this.program(length);
      const { next } = await program.run({ x: numbers.slice(from, from + length) });
      out.set(next ?? [], from * size);
      from += length;
    }
    return out;
  }

  /** Bits per character of `text` after what it has read before: the mean of -log2 of what it gave each. */
  async bits(before: Int32Array, text: Int32Array): Promise<number> {
    check(
      before.length > 0 && text.length > 0,
      () => `bits: needs characters before and in the text, got ${before.length} and ${text.length}`,
    );
    const { size } = this.chat.vocabulary;
    await this.forget();
    await this.read(before.subarray(0, before.length - 1));
    const told = await this.read(Int32Array.of(before.at(-1) ?? 0, ...text.subarray(0, text.length - 1)));
    return text.reduce((sum, c, i) => sum - (told[i * size + c] ?? NaN) / Math.LN2, 0) / text.length;
  }

  /** Goes on from a prompt, character by character, from an empty memory; never with the unknown mark. */
  async *say({
    prompt = '',
    length = 200,
    temperature = 1,
    seed = 1,
    signal,
  }: SayOptions = {}): AsyncGenerator<string> {
    check(
      Number.isFinite(temperature) && temperature >= 0,
      () => `say: temperature must be a number from 0, got ${temperature}`,
    );
    check(
      Number.isInteger(length) && length >= 0,
      () => `say: length must be a whole number from 0, got ${length}`,
    );
    const { vocabulary } = this.chat;
    const { size } = vocabulary;
    await this.forget();
    let told: Float32Array = (await this.read(vocabulary.encode(prompt === '' ? '\n' : prompt))).slice(-size);
    for (let step = 0; step < length && !signal?.aborted; step++) {
      const chosen = choose(told, temperature, uniform(seed, purposeOf('say'), step, 0));
      yield vocabulary.decode([chosen]);
      if (step + 1 < length) told = await this.read(Int32Array.of(chosen));
    }
  }

  /** Gives its memory and programs back. */
  async close(): Promise<void> {
    for (const program of await Promise.all(this.programs.values())) program.close();
    for (const v of this.memory) v.close();
  }

  private program(length: number): Promise<Program> {
    const known = this.programs.get(length);
    if (known) return known;
    const made = this.compiled(length);
    this.programs.set(length, made);
    return made;
  }

  private compiled(length: number): Promise<Program> {
    const { chat, memory } = this;
    const { embed, remember, choose } = chat.layers;
    const params = (name: string): Params => {
      const tree = this.params[name];
      assert(tree !== undefined && !isLeaf(tree), () => `Speaker: the model has no layer ${name}`);
      return mapTree(tree, (v) => v.tensor);
    };
    const [said, kept] = memory as [Variable, Variable];
    const { device } = said;
    return device.compile(
      ({ inputs }) => {
        const held = { state: {} };
        const { y } = embed.apply(
          { ...held, params: params('embedding') as never },
          inputs['x'] as Tensor,
          asking,
        );
        const { ys } = remember.lists.apply(
          { ...held, params: params('lstm') as never },
          [y, said.tensor, kept.tensor],
          asking,
        );
        const [all, h, c] = ys as [Tensor, Tensor, Tensor];
        const chosen = choose.apply({ ...held, params: params('dense') as never }, all, asking);
        return {
          outputs: {
            next: logSoftmax((chosen.logits?.x ?? chosen.y.log()).reshape([length, chat.vocabulary.size])),
          },
          updates: [
            [said, h],
            [kept, c],
          ],
        };
      },
      { inputs: { x: { shape: [1, length], dtype: 'i32' } } },
    );
  }
}

const isLeaf = (tree: Tree<Variable> | Variable): tree is Variable => 'tensor' in tree;

/** Nothing is left to chance when it is asked. */
const asking = {
  training: false,
  uniform: (): Tensor => {
    throw new Error('asked for chance without training');
  },
} as const;

/** The number of a character, drawn by logarithms of probabilities; `chance` is in [0, 1). */
export function choose(told: Float32Array, temperature: number, chance: number): number {
  // The unknown mark, number 0, is not said.
  const best = told.reduce((top, x, i) => (i > 0 && x > (told[top] ?? -Infinity) ? i : top), 1);
  if (temperature === 0) return best;
  const top = told[best] ?? 0;
  const shares = Array.from(told, (x, i) => (i === 0 ? 0 : Math.exp((x - top) / temperature)));
  let left = chance * shares.reduce((a, b) => a + b, 0);
  for (const [i, share] of shares.entries()) {
    left -= share;
    if (left < 0) return i;
  }
  return best;
}
