// What `eidos idea` is asked for, read from its words: a class, all classes, a mix of classes, a vector, or something
// inside the network. Whether the network can be asked for it is said before anything is searched.
import type { Target } from '../src/index.ts';
import type { Messages } from './messages.ts';
import { nearest, UsageError } from './options.ts';
import type { Trained } from './trained.ts';

/** The options that say what is asked for. */
export interface TargetOptions {
  readonly class?: string;
  readonly y?: string;
  readonly layer?: string;
  readonly channel?: number;
  readonly neuron?: number;
}

/** Something to ask for, and what it is called. */
export interface Wanted {
  readonly name: string;
  readonly target: Target;
  /** The class, if it is one. */
  readonly class?: number;
}

/** Whether a word stands for classes rather than for a run: all, 5, 3+8, 3:2+8:1. */
export const isClassWord = (word: string): boolean =>
  word === 'all' || /^\d+(:[\d.]+)?(\+\d+(:[\d.]+)?)*$/.test(word);

/** The targets that the options name. */
export function targetsOf(
  t: Messages,
  { class: named, y, layer, channel, neuron }: TargetOptions,
  { about: { classes } }: Pick<Trained, 'about'>,
): readonly Wanted[] {
  const given = [named, y, layer].filter((one) => one !== undefined);
  if (given.length > 1) throw new UsageError(t.ideaTwoTargets);
  if (y !== undefined) {
    const numbers = y.split(',').map((word) => (/^[-+\d.e]+$/i.test(word.trim()) ? Number(word) : NaN));
    if (numbers.length !== classes.length || numbers.some(Number.isNaN))
      throw new UsageError(t.ideaVector(classes.length, y));
    return [{ name: `y = ${y}`, target: numbers }];
  }
  if (layer !== undefined) {
    if ((channel === undefined) === (neuron === undefined)) throw new UsageError(t.ideaInside(layer));
    return [
      channel === undefined
        ? { name: `${layer}, ${neuron}`, target: { layer, neuron: neuron ?? 0 } }
        : { name: `${layer}, ${channel}`, target: { layer, channel } },
    ];
  }
  const word = named ?? '';
  if (word === 'all') return classes.map((name, i) => ({ name, target: i, class: i }));
  const number = (part: string): number => {
    const byName = classes.indexOf(part);
    const found = byName >= 0 ? byName : /^\d+$/.test(part) ? Number(part) : -1;
    if (found >= 0 && found < classes.length) return found;
    throw new UsageError(t.ideaNoClass(part, classes, nearest(part, classes)));
  };
  if (!/[+:]/.test(word))
    return [{ name: classes[number(word)] ?? word, target: number(word), class: number(word) }];
  const parts = word.split('+').map((part) => {
    const [name = '', weight = '1'] = part.split(':');
    return [number(name), Number(weight)] as const;
  });
  return [{ name: word, target: Object.fromEntries(parts) }];
}
