// How well a model holds out: attacks over a whole data set. Pictures that were fooled are done; the others are attacked
// again, with other chances and by the next attack. An example counts as robust when no try of any attack fools it.
import { check } from '../base/check.ts';
import { range, sizeOf } from '../base/shape.ts';
import type { Labelled } from '../nn/data.ts';
import { checkBall } from '../nn/ball.ts';
import { fgsm, pgd, type Attack, type GradientAttackOptions, type Victims } from './attack.ts';
import { square, type SquareOptions } from './attack-square.ts';
import {
  checkClasses,
  countPictures,
  pixelsOf,
  subjectOf,
  type Classifier,
  type Subject,
} from './subject.ts';

/** Attacks by name. */
export type AttackName = 'fgsm' | 'pgd' | 'square';

/** What the data are attacked with. */
export interface RobustnessOptions extends GradientAttackOptions, SquareOptions {
  readonly attack?: AttackName;
  /** Tries for each example, each from another place. */
  readonly restarts?: number;
  readonly batchSize?: number;
  readonly seed?: number;
  /** Pictures are made on this model's slopes and shown to the other: how well attacks transfer. */
  readonly from?: Classifier;
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch. */
  readonly onEvent?: ((event: RobustnessEvent) => void) | undefined;
}

/** How far robustness() is. */
export interface RobustnessEvent {
  /** From 1. */
  readonly restart: number;
  /** Examples attacked in this restart, of so many. */
  readonly done: number;
  readonly of: number;
  /** Accuracy under what was tried so far. */
  readonly robustAccuracy: number;
}

/** What robustness() found. */
export interface Robustness {
  readonly cleanAccuracy: number;
  /** Of all examples: read as they are, and so after every try. */
  readonly robustAccuracy: number;
  /** By example, 1 where some try fooled it or it was misread from the start. */
  readonly fooled: Uint8Array;
  /** Whether it was stopped before all tries were made; robustAccuracy is then an upper bound. */
  readonly stopped: boolean;
}

/** An attack by name, for batches of one size. */
export function attackOf(
  subject: Subject,
  name: AttackName,
  options: GradientAttackOptions & SquareOptions,
  size: { readonly batch?: number; readonly targeted?: boolean },
): Promise<Attack> {
  const makers = { fgsm, pgd, square };
  check(
    Object.hasOwn(makers, name),
    () => `attack: must be one of ${Object.keys(makers).join(', ')}, got ${JSON.stringify(name)}`,
  );
  checkBall(name, options.epsilon ?? 0.3, options.norm ?? 'linf');
  check(
    name !== 'square' || (options.norm ?? 'linf') === 'linf',
    () => 'square: pushes pixels within an L-infinity ball, got l2; use pgd',
  );
  return makers[name](subject, options, size);
}

/** What a model reads in pictures, batch by batch. */
async function reader(
  subject: Subject,
  batch: number,
): Promise<{ read(x: Float32Array): Promise<Int32Array>; close(): void }> {
  const program = await subject.device.compile(
    ({ inputs: { x } }) => ({ outputs: { read: subject.see(x!).logits.argmax(1) } }),
    { batch, inputs: { x: { shape: ['batch', ...subject.shape] } } },
  );
  const per = sizeOf(subject.shape);
  return {
    async read(x) {
      const all = new Int32Array(x.length / per);
      for (let from = 0; from < all.length; from += batch) {
        const rows = Math.min(batch, all.length - from);
        const out = await program.run({ x: x.slice(from * per, (from + rows) * per) }, { batch: rows });
        all.set(out['read'] as Int32Array, from);
      }
      return all;
    },
    close: () => program.close(),
  };
}

/** Attacks every example of a data set, and says how many are still read as what they are. */
export async function robustness(
  model: Classifier,
  { images, labels }: Labelled,
  {
    attack = 'pgd',
    restarts = 1,
    batchSize = 250,
    seed = 1,
    from,
    signal,
    onEvent,
    ...options
  }: RobustnessOptions = {},
): Promise<Robustness> {
  const subject = await subjectOf(model, 'robustness');
  check(
    Number.isInteger(restarts) && restarts >= 1,
    () => `robustness: restarts must be a whole number from 1, got ${restarts}`,
  );
  const count = countPictures('robustness', subject, images.length);
  checkClasses('robustness', subject, labels, count);
  const x = pixelsOf(images, images instanceof Uint8Array);
  const truth = Int32Array.from(labels);
  const source = from ? await subjectOf(from, 'robustness') : subject;
  const batch = Math.min(batchSize, count);
  const eyes = await reader(subject, batch);
  const tries = await attackOf(source, attack, options, { batch });
  try {
    const clean = await eyes.read(x);
    const fooled = Uint8Array.from(clean, (r, i) => Number(r !== truth[i]));
    const accuracy = (): number => fooled.reduce((n, f) => n - f, count) / count;
    const cleanAccuracy = accuracy();
    for (let restart = 0; restart < restarts; restart++) {
      const left = range(count).filter((i) => fooled[i] === 0);
      for (let at = 0; at < left.length; at += batch) {
        if (signal?.aborted) return { cleanAccuracy, robustAccuracy: accuracy(), fooled, stopped: true };
        const rows = left.slice(at, at + batch);
        const victims = rowsOf({ x, labels: truth }, rows);
        const found = await tries.run(victims, seed + 7919 * restart + at);
        const success = source === subject ? found.success : missed(await eyes.read(found.x), victims.labels);
        rows.forEach((i, k) => (fooled[i] = success[k] ?? 0));
        onEvent?.({
          restart: restart + 1,
          done: at + rows.length,
          of: left.length,
          robustAccuracy: accuracy(),
        });
      }
    }
    return { cleanAccuracy, robustAccuracy: accuracy(), fooled, stopped: false };
  } finally {
    tries.close();
    eyes.close();
  }
}

const missed = (read: Int32Array, labels: Int32Array): Uint8Array =>
  Uint8Array.from(read, (r, i) => Number(r !== labels[i]));

/** Some victims of all. */
export function rowsOf({ x, labels, to }: Victims, rows: readonly number[]): Victims {
  const per = x.length / labels.length;
  const some = new Float32Array(rows.length * per);
  rows.forEach((i, k) => some.set(x.subarray(i * per, (i + 1) * per), k * per));
  const pick = (list: Int32Array): Int32Array => Int32Array.from(rows, (i) => list[i] ?? 0);
  return { x: some, labels: pick(labels), ...(to && { to: pick(to) }) };
}
